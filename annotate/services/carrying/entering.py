"""Table after table enters, a chunk at a time: joined to what is here, its ids found, added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import DataError, IntegrityError, OperationalError

from annotate.errors import NotCarriedIn
from annotate.models import Campaign
from annotate.parcel import Entry, Heard, Parcel
from annotate.services.carrying.joining import (
    APART,
    OtherSides,
    follow_leaders,
    join_candidates,
    join_prompts,
)
from annotate.services.carrying.keeping import decoder, default_of, insert_rows
from annotate.services.carrying.naming import Journey, name_in
from annotate.services.carrying.people import People, join_people, join_raters, keep_competences
from annotate.services.carrying.pictures import NAME as PICTURES
from annotate.services.carrying.pictures import keep_carried
from annotate.services.carrying.tables import (
    TABLES,
    Column,
    Table,
    columns_of,
    fixed_columns_of,
)

ROWS = 2000  # of a chunk
BYTES = 8_000_000  # of a chunk of long texts

Row = dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """What the importing admin says. ``name`` is taken instead of the campaign's own."""

    people: People = People.PLACEHOLDER
    other_sides: OtherSides = OtherSides.REFUSE
    name: str = ""
    dry_run: bool = False


class Entering:
    """One parcel on its way in; call inside the transaction of the import."""

    def __init__(self, parcel: Parcel, journey: Journey, *, terms: Terms, heard: Heard) -> None:
        self._parcel, self._terms, self._heard = parcel, terms, heard
        self._journey, self._names, self._report = journey, journey.names, journey.report
        self._made: set[str] = set()  # people who came, by their uuid
        self._campaign = 0

    def enter(self) -> None:
        entries = {each.name: each for each in self._parcel.manifest.tables}
        for table in TABLES:
            if table.name not in entries:  # an old file, as ``_refuse_strange`` has seen
                continue
            try:
                self._enter_table(table, entries[table.name])
            except (IntegrityError, DataError, ValueError) as broken:
                raise NotCarriedIn(
                    f"The database refuses a row of {table.name}: {_first_line(broken)}",
                    "If a part of this campaign is here already, take the file to an installation "
                    "without it; else export it anew.",
                ) from broken
            except OperationalError as busy:
                raise NotCarriedIn(
                    f"The database has no time for {table.name}: {_first_line(busy)}",
                    "Try again when nothing else is imported.",
                ) from busy
            if table.name == "near_duplicates":
                self._refuse_other_sides()
        self._enter_pictures(entries.get(PICTURES))

    def _enter_pictures(self, entry: Entry | None) -> None:
        """Once the prompts have their places. Those that were here before have theirs."""
        lines = self._parcel.lines(entry) if entry else ()
        campaign = Campaign.objects.get(pk=self._campaign_pk())
        came = keep_carried(lines, campaign=campaign)
        if entry:
            self._report.rows[PICTURES] += came
            self._heard(PICTURES, came, entry.rows)

    def _enter_table(self, table: Table, entry: Entry) -> None:
        done = 0
        for rows in _chunks(table, entry, self._parcel.lines(entry)):
            new = self._joined(table, rows)
            if new:
                self._keep(table, entry, new)
                self._report.rows[table.name] += len(new)
            done += len(rows)
            self._heard(table.name, done, entry.rows)

    def _joined(self, table: Table, rows: list[Row]) -> list[Row]:
        """Those rows that are to be added as they are."""
        match table.name:
            case "people":
                self._made |= join_people(rows, self._journey, people=self._terms.people)
                return []
            case "competences":
                kept = keep_competences(rows, self._journey, made=self._made)
                self._report.rows[table.name] += kept
                return []
            case "raters":
                return join_raters(rows, self._journey)
            case "campaign":
                return [row | {"name": self._report.name} for row in rows]
            case "prompts":
                return join_prompts(rows, self._journey)
            case "near_duplicates":
                return follow_leaders(join_prompts(rows, self._journey), self._journey)
            case "candidates" if self._report.joined["prompts"]:
                return join_candidates(rows, self._journey)
        return rows

    def _keep(self, table: Table, entry: Entry, rows: list[Row]) -> None:
        """Add rows; columns that the file does not speak of get what a new row gets."""
        said = set(entry.columns)
        columns = [each for each in columns_of(table) if each.name in said]
        values = [self._values(table, each, rows) for each in columns]
        fields = [each.field for each in columns]
        unsaid = [each.field for each in columns_of(table) if each.name not in said]
        for field in (*unsaid, *fixed_columns_of(table)):
            is_campaign = field.related_model is Campaign
            value = self._campaign_pk() if is_campaign else default_of(field)
            fields.append(field)
            values.append([value] * len(rows))
        insert_rows(table.model, fields, list(zip(*values, strict=True)))

    def _values(self, table: Table, column: Column, rows: Iterable[Row]) -> list[object]:
        values = [row[column.name] for row in rows]
        if column.names is not None:
            keys = [None if value is None else name_in(value) for value in values]
            pks = self._names.rows_named(column.names, {key for key in keys if key is not None})
            return [None if key is None else pks[key] for key in keys]
        if column.name in table.naming:
            values = self._names.in_words(values)
        decode = decoder(column.field)
        return values if decode is None else [decode(value) for value in values]

    def _campaign_pk(self) -> int:
        if not self._campaign:
            self._campaign = Campaign.objects.get(uuid=self._report.campaign).pk
        return self._campaign

    def _refuse_other_sides(self) -> None:
        apart = self._report.unlike_count[APART]
        if apart and self._terms.other_sides == OtherSides.REFUSE:
            named = ", ".join(self._report.unlike[APART])
            raise NotCarriedIn(
                f"{apart} prompts stand on another side here than there ({named}): what was held "
                "out there could train something here",
                "With --other-sides quarantine they come, and go into no new dataset here.",
            )


def _chunks(table: Table, entry: Entry, lines: Iterable[bytes]) -> Iterator[list[Row]]:
    columns, rows, size = set(entry.columns), [], 0
    for number, line in enumerate(lines, start=1):
        row = orjson.loads(line)
        if not isinstance(row, dict) or row.keys() != columns:
            raise NotCarriedIn(
                f"Line {number} of {entry.file} has not the columns that its manifest names",
                "Export the campaign anew.",
            )
        rows.append(row)
        size += len(line)
        if len(rows) >= ROWS or size >= BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _first_line(broken: BaseException) -> str:
    return str(broken).strip().partition("\n")[0]
