"""A table that a page shows and a file holds: the same rows, so that nothing has to be copied off.

The address of a page with ``csv`` set to the table's key answers with the file.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, number_format

from annotate.enums import Taken
from annotate.figures import Found, change_text, interval_text, number_text, percent
from annotate.models import Campaign
from annotate.services.access import note_access
from commons.views.requests import AuthedRequest

Said = str | int | float | Decimal | date | datetime | None  # a Decimal is money
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute it


@dataclass(frozen=True)
class Column:
    """``is_drawn``: its cells are intervals, drawn as bars where a table is wide. ``in_file``: what
    it is called in a file, where its cells are said otherwise there than they are shown."""

    label: str
    is_number: bool = False
    is_drawn: bool = False
    in_file: str = ""

    @property
    def head(self) -> str:
        return self.in_file or self.label


@dataclass(frozen=True)
class Cell:
    """``said`` is what a file gets; a share is said as 0 to 1 and shown as per cent. ``shown``
    is what a page shows in its place."""

    said: Said = None
    link: str = ""
    found: Found | None = None
    is_share: bool = False
    badge: str = ""  # good, wait or bad
    digits: int = 2
    shown: str = ""
    is_change: bool = False  # of ``found``: with its sign

    @property
    def text(self) -> str:
        if self.shown:
            return self.shown
        if self.found is not None and self.is_change:
            return change_text(self.found, digits=self.digits)
        if self.found is not None:
            return interval_text(self.found, digits=self.digits)
        if self.said is None:
            return "–"
        if isinstance(self.said, datetime):
            return f"{self.said:%Y-%m-%d %H:%M} UTC"
        if isinstance(self.said, date):
            return date_format(self.said, "j M Y")
        if isinstance(self.said, Decimal):
            return number_format(self.said, force_grouping=True)
        if isinstance(self.said, float):
            return percent(self.said) if self.is_share else number_text(self.said, self.digits)
        if isinstance(self.said, int):
            return number_format(self.said, 0, force_grouping=True)
        return self.said

    def file(self, *, is_interval: bool) -> list[Said]:
        """What stands in a file; an interval has three places there."""
        if not is_interval:
            return [self.said]
        found = self.found
        return [found.value, found.low, found.high] if found else [self.said, None, None]


@dataclass(frozen=True)
class Table:
    """``key`` names it in the address, ``about`` says below its title what must be known of it.

    A page shows the first ``most`` rows and says so; a file holds all of them. ``total`` says how
    many that is where a page was given no more than it shows.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    about: str = ""
    empty: str = ""
    csv: str = field(default="", compare=False)
    most: int | None = None
    total: int | None = None

    def addressed(self, request: HttpRequest) -> "Table":
        """With the address of its file, narrowed as the page is."""
        query = request.GET.copy()
        query["csv"] = self.key
        return replace(self, csv=f"{request.path}?{query.urlencode()}")

    @property
    def all_rows(self) -> int:
        return len(self.rows) if self.total is None else self.total

    @property
    def is_cut(self) -> bool:
        return self.most is not None and self.all_rows > self.most

    @property
    def lines(self) -> Iterator[Sequence[tuple[Column, Cell]]]:
        for row in self.rows[: self.most]:
            yield list(zip(self.columns, row, strict=True))


def file_asked_for(
    request: AuthedRequest, tables: Sequence[Table], of: Iterable[Campaign] = ()
) -> HttpResponse | None:
    """The file of the table that the address names; None where it names none of them.

    Of other people's work, who took it away is written down in these campaigns.
    """
    key = request.GET.get("csv", "")
    table = next((each for each in tables if each.key == key), None) if key else None
    if table is None:
        return None
    subject, part = request.path, table.key
    note_access(
        by=request.user,
        taken=Taken.TABLE,
        subject=subject,
        part=part,
        rows=len(table.rows),
        campaigns=of,
    )
    return file_of(table)


def file_of(table: Table) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    intervals = [any(row[at].found for row in table.rows) for at in range(len(table.columns))]
    heads = zip(table.columns, intervals, strict=True)
    writer.writerow(
        name
        for column, is_interval in heads
        for name in ([column.head, "low", "high"] if is_interval else [column.head])
    )
    for row in table.rows:
        cells = zip(row, intervals, strict=True)
        said = (each for cell, wide in cells for each in cell.file(is_interval=wide))
        writer.writerow(map(_harmless, said))
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{table.key}.csv"'},
    )


def _harmless(said: Said) -> object:
    if isinstance(said, str) and said.startswith(FORMULA):
        return f"'{said}"
    return "" if said is None else said
