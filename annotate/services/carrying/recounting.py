"""The tallies of a campaign from what was done in it, as the work itself would have counted it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from annotate.enums import AssignmentState, CountsAs, Kind, Origin
from annotate.models import Assignment, Campaign, Demonstration, Ranking, Tally
from annotate.selectors.standing import STANDS
from annotate.services.ranking import counts_of
from annotate.services.tally import COUNTED

CHUNK = 2000

NOT_TALLIED = (CountsAs.GOLD, CountsAs.PRACTICE)  # it checks or trains people, and is no work

Counts = dict[tuple[date, int], Counter[str]]  # by day (UTC) and slot


def recount_campaign(campaign: Campaign) -> None:
    """Write the tallies of a campaign that has none."""
    counts: Counts = {}
    for day, slot, more in _done_in(campaign):
        counts.setdefault((day, slot % Tally.SLOTS), Counter()).update(more)
    Tally.objects.bulk_create(
        Tally(campaign=campaign, day=day, slot=slot, **{name: more[name] for name in COUNTED})
        for (day, slot), more in sorted(counts.items(), key=lambda each: each[0])
    )


def _done_in(campaign: Campaign) -> Iterator[tuple[date, int, dict[str, int]]]:
    """The day of everything that is counted, a number that gives the slot, and what it counts."""
    yield from _ranked(campaign)
    yield from _written(campaign)
    skipped = Assignment.objects.filter(task__campaign=campaign, state=AssignmentState.SKIPPED)
    for pk, at in skipped.values_list("pk", "closed_at").iterator(chunk_size=CHUNK):
        if at is not None:  # a_closed_assignment_says_when
            yield at.date(), pk, {"skips": 1}


def _ranked(campaign: Campaign) -> Iterator[tuple[date, int, dict[str, int]]]:
    columns = (
        "root",
        "created_at",
        "counts_as",
        "origin",
        "assignment",
        "prompt",
        "tiers",
        "ideal",
    )
    found = Ranking.objects.filter(
        Q(origin=Origin.WORK) | Q(origin=Origin.IMPORTED), campaign=campaign
    ).filter(STANDS)
    found = found.exclude(counts_as__in=NOT_TALLIED)
    for first, last, edits in _chains(found, columns):
        _, at, counts_as, origin, assignment, prompt, *_ = first
        *_, tiers, ideal = last
        if origin == Origin.IMPORTED:
            yield at.date(), prompt, {"imported": 1}
        elif counts_as == CountsAs.SURPLUS:
            yield at.date(), assignment, {"surplus": 1, "edits": edits}
        else:
            yield (
                at.date(),
                assignment,
                counts_of(tiers, has_ideal=ideal is not None) | {"edits": edits},
            )


def _written(campaign: Campaign) -> Iterator[tuple[date, int, dict[str, int]]]:
    """An ideal answer is counted with its ranking."""
    found = Demonstration.objects.filter(
        STANDS, origin=Origin.WORK, campaign=campaign, assignment__task__kind=Kind.DEMONSTRATE
    )
    for first, _, edits in _chains(found, ("root", "created_at", "counts_as", "assignment")):
        _, at, counts_as, assignment = first
        counted = "surplus" if counts_as == CountsAs.SURPLUS else "demonstrations"
        yield at.date(), assignment, {counted: 1, "edits": edits}


def _chains(
    found: QuerySet[Any], columns: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...], int]]:
    """The first and the last revision of each judgement, and how often it was changed."""
    rows = found.order_by("root", "revision").values_list(*columns).iterator(chunk_size=CHUNK)
    for _, chain in groupby(rows, key=lambda row: row[0]):
        revisions = list(chain)
        yield revisions[0], revisions[-1], len(revisions) - 1
