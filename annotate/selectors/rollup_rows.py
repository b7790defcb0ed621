"""What roll-ups are made of: the rows of one week of a campaign, counted, and a mark of each week.

A mark is how many rows a week has, and the sum of their ids, from an index alone: a revision, a
late import and an erasure all change it. Where some of them are voided, how many and which is said
behind it. So what is rolled up is found to be stale without a cursor, which rows that are dated
back would slip by.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncWeek

from annotate.enums import CountsAs, Kind, Origin, Side
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Demonstration,
    Ranking,
    Task,
    Tombstone,
    Voided,
)
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL
from annotate.selectors.tally import beginning_of, week_start

CHUNK = 5_000
WEEK = timedelta(days=7)
RANKINGS, DEMONSTRATIONS, PROMPTS = "rankings", "demonstrations", "prompts"
DONE = "done-by-kind"  # what a ledger counts
RANKED_OR_WRITTEN: dict[str, type[Ranking] | type[Demonstration]] = {
    RANKINGS: Ranking,
    DEMONSTRATIONS: Demonstration,
}


class Cell(NamedTuple):
    """What work is counted by."""

    kind: str
    skill: str
    language: str
    person: int | None


class Counts(NamedTuple):
    """Of one cell in one week."""

    judgements: int = 0
    surplus: int = 0
    comparisons: int = 0
    ties: int = 0


def marks_of(campaign: Campaign, of: str) -> dict[date, str]:
    """The mark of each week (Monday) in which there is anything.

    Week by week and from the first that has a row to the next that has one: each is a range of an
    index, where the week of every row would be worked out row by row.
    """
    if of == DONE:
        return _marks_of_done(campaign)
    rows, at, pk = _marked(campaign, of)
    voided = {} if of == PROMPTS else _voided(campaign, RANKED_OR_WRITTEN[of])
    marks: dict[date, str] = {}
    first = rows.aggregate(at=Min(at))["at"]
    while first is not None:
        week = week_start(first.astimezone(UTC).date())
        ends = beginning_of(week) + WEEK
        mine = rows.filter(**{f"{at}__gte": beginning_of(week), f"{at}__lt": ends})
        found = mine.aggregate(n=Count(pk), last=Max(pk), total=Sum(pk))
        marks[week] = f"{found['n']} {found['last']} {found['total']}" + voided.get(week, "")
        first = rows.filter(**{f"{at}__gte": ends}).aggregate(at=Min(at))["at"]
    return marks


def _marks_of_done(campaign: Campaign) -> dict[date, str]:
    """Of both kinds of judgements, what was changed since among them: few rows, and an index of
    their own. An erasure takes measured times along, and leaves a tombstone."""
    found: dict[date, list[str]] = defaultdict(list)
    for of, model in RANKED_OR_WRITTEN.items():
        for week, mark in marks_of(campaign, of).items():
            found[week].append(f"{of} {mark}")
        changed = model._default_manager.filter(campaign=campaign, current=False)
        erased = model._default_manager.filter(
            campaign=campaign, uuid__in=Tombstone.objects.values("judgement")
        )
        for what, rows in {"changed": changed, "erased": erased}.items():
            for week, n in _by_week(rows):
                found[week].append(f"{of} {what} {n}")
    return {
        week: hashlib.sha256(" | ".join(marks).encode()).hexdigest()
        for week, marks in found.items()
    }


def _by_week(
    rows: QuerySet[Ranking] | QuerySet[Demonstration],
) -> Iterator[tuple[date, int]]:
    weeks = rows.annotate(week=TruncWeek("created_at", tzinfo=UTC)).values("week")
    for each in weeks.annotate(n=Count("pk")).order_by():
        yield each["week"].date(), each["n"]


def _marked(
    campaign: Campaign, of: str
) -> tuple[QuerySet[Ranking] | QuerySet[Demonstration] | QuerySet[CampaignPrompt], str, str]:
    """The rows, when they came, and what tells them apart: all of it in one index."""
    if of == PROMPTS:
        return CampaignPrompt.objects.filter(campaign=campaign), "added_at", "prompt"
    model = RANKED_OR_WRITTEN[of]
    return model._default_manager.filter(campaign=campaign, current=True), "created_at", "pk"


def _voided(campaign: Campaign, model: type[Ranking] | type[Demonstration]) -> dict[date, str]:
    """What is said of a week some of whose rows count for nothing; few are voided ever."""
    roots = Voided.objects.filter(stands=True, void__campaign=campaign).values("root")
    weeks = (
        model._default_manager.filter(root__in=roots, current=True)
        .annotate(week=TruncWeek("created_at", tzinfo=UTC))
        .values("week")
        .annotate(n=Count("pk"), total=Sum("pk"))
        .order_by()
    )
    return {row["week"].date(): f" -{row['n']} {row['total']}" for row in weeks}


def rankings_of_week(campaign: Campaign, week: date) -> dict[Cell, Counts]:
    """Imported rankings stand under nobody, machines' nowhere; surplus adds no comparison."""
    rows = (
        Ranking.objects.filter(STANDS, _in(week), campaign=campaign, current=True)
        .exclude(origin__in=(Origin.RESOLUTION, Origin.MACHINE))
        .values_list(
            Coalesce("assignment__task__kind", "origin"),
            "prompt__skill",
            "prompt__language",
            "rater__user",
            "counts_as",
            "tiers",
        )
        .order_by()
    )
    sums: dict[Cell, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for kind, skill, language, person, counts_as, tiers in rows.iterator(CHUNK):
        of = kind if kind in Kind.values else Kind.RANK  # an import has no task
        cell = sums[Cell(of, skill, language, person)]
        if counts_as == CountsAs.SURPLUS:
            cell[1] += 1
        elif counts_as in (CountsAs.WORK, CountsAs.HELD_OUT):
            cell[0] += 1
            placed, tied = _pairs(map(len, tiers))
            cell[2] += placed - tied
            cell[3] += tied
    return {cell: Counts(*found) for cell, found in sums.items()}


def _pairs(sizes: Iterable[int]) -> tuple[int, int]:
    """Of answers in tiers of these sizes: all pairs, and those that are tied."""
    found = list(sizes)
    placed = sum(found)
    return placed * (placed - 1) // 2, sum(n * (n - 1) // 2 for n in found)


def demonstrations_of_week(campaign: Campaign, week: date) -> dict[Cell, Counts]:
    """An ideal answer belongs to its ranking and is not counted beside it."""
    counted = Q(counts_as__in=[CountsAs.WORK, CountsAs.HELD_OUT])
    rows = (
        Demonstration.objects.filter(STANDS, ~IS_IDEAL, _in(week), campaign=campaign, current=True)
        .exclude(origin=Origin.RESOLUTION)
        .values_list("prompt__skill", "prompt__language", "rater__user")
        .annotate(work=Count("pk", counted), late=Count("pk", Q(counts_as=CountsAs.SURPLUS)))
        .order_by()
    )
    return {
        Cell(Kind.DEMONSTRATE, skill, language, person): Counts(work, late)
        for skill, language, person, work, late in rows
    }


def prompts_of_week(campaign: Campaign, week: date) -> dict[tuple[str, str], tuple[int, int]]:
    """Prompts, and those on the test side, by skill and language."""
    monday = beginning_of(week)
    rows = (
        CampaignPrompt.objects.filter(
            campaign=campaign, added_at__gte=monday, added_at__lt=monday + WEEK
        )
        .values_list("prompt__skill", "prompt__language")
        .annotate(n=Count("pk"), test=Count("pk", Q(prompt__side=Side.TEST)))
        .order_by()
    )
    return {(skill, language): (n, test) for skill, language, n, test in rows}


class Waiting(NamedTuple):
    """What waits of one kind, skill and language."""

    kind: str
    skill: str
    language: str
    tasks: int
    turns: int
    over_a_day: int
    over_a_week: int
    oldest_at: datetime


def waiting_in(campaign: Campaign, now: datetime) -> Sequence[Waiting]:
    """Tasks of which a turn is free and that nothing holds, by their lanes; what checks people
    (round 0) is no work that waits."""
    rows = (
        Task.objects.filter(campaign=campaign, round__gte=1, free__gt=0, held="")
        .values_list("lane__kind", "lane__skill", "lane__language")
        .annotate(
            tasks=Count("pk"),
            turns=Sum(F("free")),
            day=Count("pk", Q(created_at__lt=now - timedelta(days=1))),
            week=Count("pk", Q(created_at__lt=now - WEEK)),
            oldest=Min("created_at"),
        )
        .order_by()
    )
    return [Waiting(*row) for row in rows]


def _in(week: date) -> Q:
    monday = beginning_of(week)
    return Q(created_at__gte=monday, created_at__lt=monday + WEEK)
