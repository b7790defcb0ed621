"""A table that a page shows and a file holds: the same rows, so that nothing has to be copied off.

The address of a page with ``csv`` set to the table's key answers with the file.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, number_format

Said = str | int | float | date | datetime | None
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute it


@dataclass(frozen=True)
class Column:
    """``is_drawn``: its cells are intervals, drawn as bars where a table is wide."""

    label: str
    is_number: bool = False
    is_drawn: bool = False


@dataclass(frozen=True)
class Found:
    """A figure and its interval."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Cell:
    """``said`` is what a file gets; a share is said as 0 to 1 and shown as per cent."""

    said: Said = None
    link: str = ""
    found: Found | None = None
    is_share: bool = False
    badge: str = ""  # good, wait or bad
    digits: int = 2

    @property
    def text(self) -> str:
        if self.found is not None:
            return interval_text(self.found, digits=self.digits)
        if self.said is None:
            return "–"
        if isinstance(self.said, datetime):
            return f"{self.said:%Y-%m-%d %H:%M} UTC"
        if isinstance(self.said, date):
            return date_format(self.said, "j M Y")
        if isinstance(self.said, float):
            return percent(self.said) if self.is_share else number_format(self.said, self.digits)
        if isinstance(self.said, int):
            return number_format(self.said, 0, force_grouping=True)
        return self.said

    def file(self, *, is_interval: bool) -> list[Said]:
        """What stands in a file; an interval has three places there."""
        if not is_interval:
            return [self.said]
        found = self.found
        return [found.value, found.low, found.high] if found else [self.said, None, None]


def percent(share: float) -> str:
    return f"{number_format(100 * share, 1)} %"


def interval_text(found: Found, *, digits: int = 2) -> str:
    value = number_format(found.value, digits)
    if found.low is None or found.high is None:
        return value
    return f"{value} [{number_format(found.low, digits)}, {number_format(found.high, digits)}]"


@dataclass(frozen=True)
class Table:
    """``key`` names it in the address, ``about`` says below its title what must be known of it."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    about: str = ""
    empty: str = ""
    csv: str = field(default="", compare=False)

    def addressed(self, request: HttpRequest) -> "Table":
        """With the address of its file, narrowed as the page is."""
        query = request.GET.copy()
        query["csv"] = self.key
        return Table(
            self.key,
            self.title,
            self.columns,
            self.rows,
            self.about,
            self.empty,
            f"{request.path}?{query.urlencode()}",
        )

    @property
    def lines(self) -> Iterator[Sequence[tuple[Column, Cell]]]:
        for row in self.rows:
            yield list(zip(self.columns, row, strict=True))


def file_asked_for(request: HttpRequest, tables: Sequence[Table]) -> HttpResponse | None:
    """The file of the table that the address names; None where it names none of them."""
    key = request.GET.get("csv", "")
    table = next((each for each in tables if each.key == key), None) if key else None
    return file_of(table) if table else None


def file_of(table: Table) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    intervals = [any(row[at].found for row in table.rows) for at in range(len(table.columns))]
    heads = zip(table.columns, intervals, strict=True)
    writer.writerow(
        name
        for column, is_interval in heads
        for name in ([column.label, "low", "high"] if is_interval else [column.label])
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
