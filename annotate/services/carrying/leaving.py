"""A campaign becomes files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from annotate.enums import AssignmentState, ReviewState
from annotate.errors import Uncarriable
from annotate.models import Campaign
from annotate.parcel import Heard, Manifest, Writer, written_parcel
from annotate.selectors.carrying import (
    carried_rows,
    leaders_instead,
    leases_by_task,
    left_behind,
)
from annotate.services.carrying.moment import one_moment
from annotate.services.carrying.pictures import COLUMNS, lines_of, pictures_of
from annotate.services.carrying.pictures import NAME as PICTURES
from annotate.services.carrying.tables import PERSONAL, TABLES, Table, columns_of
from commons.audit import record
from commons.models import RunState

CHUNK = 2000  # rows that the database hands over at a time
OFTEN = 1000  # rows between two words of progress
AS_KEPT = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE

Row = dict[str, Any]
Change = Callable[[Row], Row]


@dataclass(frozen=True)
class Left:
    """What an export made, and what it did not take along."""

    manifest: Manifest
    left_behind: Mapping[str, int]


def export_campaign(*, campaign: Campaign, target: Path, with_people: bool, heard: Heard) -> Left:
    """Write a campaign as it stands at one moment; the work on it goes on meanwhile.

    The journey is written down before the file appears: nobody has one of which nothing is known.
    """
    with written_parcel(target) as writer:
        with one_moment():
            left = Left(
                _write(writer, campaign, with_people=with_people, heard=heard),
                left_behind(campaign),
            )
        writer.finish(left.manifest)
        record(
            actor=None,
            verb="campaign.exported",
            subject=campaign,
            with_people=with_people,
            digest=left.manifest.digest,
        )
    return left


def columns_leaving(table: Table, *, with_people: bool) -> list[str]:
    names = [each.name for each in columns_of(table)]
    if table.name == "people" and not with_people:
        return [name for name in names if name not in PERSONAL]
    return names


def _write(writer: Writer, campaign: Campaign, *, with_people: bool, heard: Heard) -> Manifest:
    rows, changes = carried_rows(campaign), _changes(campaign)
    for table in TABLES:
        names = columns_leaving(table, with_people=with_people)
        found, total = _rows(table, names, rows[table.name]), rows[table.name].count()
        change = changes.get(table.name)
        told = _told(found if change is None else map(change, found), table.name, total, heard)
        writer.add(table.name, names, _lines(table, told))
    pictures = pictures_of(campaign)
    if total := pictures.count():
        heard(PICTURES, 0, total)
        writer.add(PICTURES, COLUMNS, lines_of(pictures))
    return Manifest(str(campaign.uuid), campaign.name, with_people, tuple(writer.entries))


def _rows(table: Table, names: list[str], found: Any) -> Iterator[Row]:
    """The rows of a table, a column a key; what names a row by several values is a list."""
    columns = [each for each in columns_of(table) if each.name in names]
    paths = [path for each in columns for path in each.paths]
    single = len(paths) == len(columns)
    for values in found.values_list(*paths).iterator(chunk_size=CHUNK):
        if single:
            yield dict(zip(names, values, strict=True))
            continue
        left = iter(values)
        row = {each.name: [next(left) for _ in each.paths] for each in columns}
        yield {
            each.name: _name(row[each.name]) if len(each.paths) > 1 else row[each.name][0]
            for each in columns
        }


def _name(values: list[object]) -> list[object] | None:
    """What names a row; None where no row is named."""
    return None if values[0] is None else values


def _lines(table: Table, rows: Iterator[Row]) -> Iterator[bytes]:
    for number, row in enumerate(rows, start=1):
        try:
            yield orjson.dumps(row, option=AS_KEPT)
        except TypeError as odd:  # half of a surrogate pair, or a number beyond 64 bits
            raise Uncarriable(f"{table.name}, row {number}: {odd}") from odd


def _told(rows: Iterator[Row], name: str, total: int, heard: Heard) -> Iterator[Row]:
    for done, row in enumerate(rows, start=1):
        if done % OFTEN == 0 or done == total:
            heard(name, done, total)
        yield row


def _changes(campaign: Campaign) -> Mapping[str, Change]:
    """What is said of a row elsewhere than here: nobody there holds what somebody holds here."""
    leased = {
        task.uuid: (0, leases) if task.is_asked_no_more else (leases, 0)  # type: ignore[attr-defined]  # annotated
        for task, leases in leases_by_task(campaign)
    }
    leaders = leaders_instead(campaign)

    def task(row: Row) -> Row:
        """As ``return_turn`` gives a turn back, but for its place."""
        freed, unwanted = leased.get(row["uuid"], (0, 0))
        return row | {"free": row["free"] + freed, "wanted": row["wanted"] - unwanted}

    def follower(row: Row) -> Row:
        cluster = str(row["cluster"])
        return row | {"cluster": leaders.get(cluster, cluster)}

    return {
        "prompts": lambda row: row | {"cluster": None},
        "near_duplicates": follower,
        "tasks": task,
        "assignments": _ended,
        "requests": _waiting,
        "reviews": _unclaimed,
    }


def _ended(row: Row) -> Row:
    """A lease ends when it would have: the same on whatever day the file is made."""
    if row["state"] != AssignmentState.OPEN:
        return row
    key = None if row["shown_at"] is None else row["take_key"]
    return row | {
        "state": AssignmentState.EXPIRED,
        "closed_at": row["expires_at"],
        "take_key": key,
    }


def _waiting(row: Row) -> Row:
    return row | {"state": RunState.REQUESTED} if row["state"] == RunState.RUNNING else row


def _unclaimed(row: Row) -> Row:
    if row["state"] != ReviewState.OPEN:
        return row
    return row | {"reviewer": None, "claimed_until": None}
