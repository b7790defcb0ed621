"""A page of rows of one or several tables and campaigns, the newest first, however many there are.

What has no index is asked of the next rows only, so many that all tables together are looked at no
further than one would be. A page begins behind its anchor, the last row of the page before; which
table that is of is found by its campaign and its public id. Nothing is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from annotate.models import Assignment, CampaignPrompt, Demonstration, Ranking

Row = TypeVar("Row", CampaignPrompt, Demonstration, Ranking, Assignment)

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Columns:
    """What names a row: when, which, its public id, and its campaign; that is empty where the id
    alone names it, as an anchor may be a row of a campaign that its reader does not see."""

    when: str
    which: str
    public: str = "uuid"
    campaign: str = "campaign__uuid"


@dataclass(frozen=True)
class Source(Generic[Row]):
    """Rows of one table. ``asked`` is what has no index; ``known`` are rows that may be an anchor,
    also where they are no longer among ``rows``."""

    rows: QuerySet[Row]
    asked: Sequence[Any]
    columns: Columns
    known: QuerySet[Row]


@dataclass(frozen=True)
class Anchor:
    """The last row of a page; ``campaign`` is said where a page is of several."""

    row: UUID
    campaign: UUID | None = None


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A page. ``anchor`` goes on behind it; ``looked_to`` says how far it looked for too few."""

    rows: list[Row]
    anchor: Anchor | None = None
    looked_to: datetime | None = None

    @property
    def after(self) -> UUID | None:
        return self.anchor.row if self.anchor else None


@dataclass(frozen=True)
class _Part(Generic[Row]):
    """The first rows of one source, and the last that it has looked at."""

    source: Source[Row]
    rows: list[Row]
    horizon: Place | None


def newest_first(
    sources: Sequence[Source[Any]], behind: Anchor | None, *, page: int, looks: int
) -> Found[Any]:
    """The rows behind the anchor, so far as one page looks."""
    place = _place_of(sources, behind) if behind else None
    share = max(1, looks // max(1, len(sources)))
    parts = [_part(each, place, page=page, looks=share) for each in sources]
    edges = [(part.horizon, part.source) for part in parts if part.horizon]
    horizon = max(edges, key=lambda edge: edge[0]) if edges else None
    rows = _together(parts, horizon[0] if horizon else None)
    if len(rows) > page:
        end = _end(rows, page)
        place, _row, source = rows[end - 1]
        if end < len(rows):
            return Found([row for _, row, _ in rows[:end]], _anchor(source, place[1], place[0]))
    found = [row for _, row, _ in rows]
    if horizon is None:
        return Found(found)
    (when, which), source = horizon
    return Found(found, _anchor(source, which, when), looked_to=when)


Placed = tuple[Place, Any, Source[Any]]


def _together(parts: Sequence[_Part[Any]], horizon: Place | None) -> list[Placed]:
    """No further back than all of them were looked at."""
    rows = [
        (_at(part.source.columns, row), row, part.source) for part in parts for row in part.rows
    ]
    kept = [each for each in rows if horizon is None or each[0] >= horizon]
    return sorted(kept, key=lambda each: each[0], reverse=True)


def _end(rows: Sequence[Placed], page: int) -> int:
    """Rows of several tables that have one place are never parted: an anchor is a place."""
    while page < len(rows) and rows[page][0] == rows[page - 1][0]:
        page += 1
    return page


def _at(columns: Columns, row: Any) -> Place:
    return getattr(row, columns.when), getattr(row, columns.which)


def _part(source: Source[Row], place: Place | None, *, page: int, looks: int) -> _Part[Row]:
    columns, rows = source.columns, source.rows
    if place is not None:
        rows = rows.filter(_behind(place, columns))
    ordered = rows.order_by(f"-{columns.when}", f"-{columns.which}")
    horizon = _horizon(ordered, columns, looks) if source.asked else None
    if horizon is not None:
        ordered = ordered.filter(_down_to(horizon, columns))
    return _Part(source, list(ordered.filter(*source.asked)[: page + 1]), horizon)


def _horizon(ordered: QuerySet[Row], columns: Columns, looks: int) -> Place | None:
    """The last row that this page looks at, read from the index; None where it looks at all."""
    edge = ordered.select_related(None).values_list(columns.when, columns.which)
    found = list(edge[looks - 1 : looks + 1])
    return found[0] if len(found) == 2 else None


def _place_of(sources: Sequence[Source[Any]], behind: Anchor) -> Place | None:
    for source in sources:
        named = {source.columns.public: behind.row}
        if behind.campaign and source.columns.campaign:
            named[source.columns.campaign] = behind.campaign
        rows = source.known.filter(**named)
        for when, which in rows.values_list(source.columns.when, source.columns.which)[:1]:
            return when, which
    return None


def _anchor(source: Source[Any], which: int, when: datetime) -> Anchor | None:
    columns = source.columns
    rows = source.rows.order_by().select_related(None)
    named = rows.filter(**{columns.which: which, columns.when: when})
    public = [columns.public, *([columns.campaign] if columns.campaign else [])]
    found = named.values_list(*public).first()
    return Anchor(*found) if found else None


def _behind(place: Place, columns: Columns) -> Q:
    when, which = place
    later = Q(**{columns.when: when, f"{columns.which}__gte": which})
    return Q(**{f"{columns.when}__lte": when}) & ~later


def _down_to(place: Place, columns: Columns) -> Q:
    when, which = place
    earlier = Q(**{columns.when: when, f"{columns.which}__lt": which})
    return Q(**{f"{columns.when}__gte": when}) & ~earlier
