"""Counts of a campaign by week, skill, language and person, kept so that a page adds up few rows.

    marks of weeks -> the weeks that changed -> counted -> their rows written anew at once

A week is always counted whole. So what is rolled up week by week is what is rolled up at once, and
a worker that dies leaves the counts of before. Only what is written is written under a lock: what
is counted takes seconds, in which on SQLite nobody could hand anything in.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from annotate.models import (
    Campaign,
    DoneRollup,
    IntakeRollup,
    QueueRollup,
    RollupMark,
    RollupTime,
    WorkRollup,
)
from annotate.selectors.measured import done_in
from annotate.selectors.rollup_rows import (
    DEMONSTRATIONS,
    DONE,
    PROMPTS,
    RANKINGS,
    WEEK,
    Cell,
    Counts,
    Waiting,
    demonstrations_of_week,
    marks_of,
    prompts_of_week,
    rankings_of_week,
    waiting_in,
)
from annotate.services.quota import count_quotas


class Counted(NamedTuple):
    """What stands of a week in a roll-up, and what is to stand there."""

    former: QuerySet[Any]
    rows: Sequence[Model]


Count = Callable[[Campaign, date], Counted]


def roll_up(*, campaign: Campaign, whole: bool = False) -> int:
    """Count what has changed since the last time, or everything; say how many weeks it was."""
    RollupTime.objects.get_or_create(campaign=campaign)
    begun, weeks = timezone.now(), 0
    for of, count in COUNTS.items():
        weeks += _roll_up_weeks(campaign, of, count, whole=whole)
    _roll_up_weeks(campaign, DONE, _count_done, whole=whole)  # the same weeks, for the ledger
    _write_queue(campaign, waiting_in(campaign, timezone.now()))
    count_quotas(campaign=campaign, whole=whole)
    RollupTime.objects.filter(campaign=campaign).update(at=begun, done_at=begun)
    return weeks


def _roll_up_weeks(campaign: Campaign, of: str, count: Count, *, whole: bool) -> int:
    """A mark is of before its rows are counted: what came between is found stale the next time.
    Of two who count at once the later to write may have counted earlier, and leaves its mark."""
    known = dict(RollupMark.objects.filter(campaign=campaign, of=of).values_list("week", "mark"))
    found = marks_of(campaign, of)
    stale = [
        week
        for week in sorted(known.keys() | found.keys())
        if whole or known.get(week) != found.get(week)
    ]
    for week in stale:
        _write_week(campaign, of, week, found.get(week), count(campaign, week))
    return len(stale)


@transaction.atomic
def _write_week(campaign: Campaign, of: str, week: date, mark: str | None, found: Counted) -> None:
    RollupTime.objects.select_for_update().get(campaign=campaign)
    found.former.delete()
    found.former.model._default_manager.bulk_create(found.rows)
    if mark is None:
        RollupMark.objects.filter(campaign=campaign, of=of, week=week).delete()
    else:
        RollupMark.objects.update_or_create(
            campaign=campaign, of=of, week=week, defaults={"mark": mark}
        )


def _count_rankings(campaign: Campaign, week: date) -> Counted:
    former = WorkRollup.objects.filter(campaign=campaign, week=week).exclude(kind="demonstrate")
    return Counted(former, _work(campaign, week, rankings_of_week(campaign, week)))


def _count_demonstrations(campaign: Campaign, week: date) -> Counted:
    former = WorkRollup.objects.filter(campaign=campaign, week=week, kind="demonstrate")
    return Counted(former, _work(campaign, week, demonstrations_of_week(campaign, week)))


def _work(campaign: Campaign, week: date, found: dict[Cell, Counts]) -> list[WorkRollup]:
    return [
        WorkRollup(
            campaign=campaign,
            week=week,
            kind=cell.kind,
            skill=cell.skill,
            language=cell.language,
            person_id=cell.person,
            **counts._asdict(),
        )
        for cell, counts in found.items()
        if any(counts)
    ]


def _count_prompts(campaign: Campaign, week: date) -> Counted:
    cells = prompts_of_week(campaign, week).items()
    rows = [
        IntakeRollup(
            campaign=campaign,
            week=week,
            skill=skill,
            language=language,
            prompts=prompts,
            held_out=held_out,
        )
        for (skill, language), (prompts, held_out) in cells
    ]
    return Counted(IntakeRollup.objects.filter(campaign=campaign, week=week), rows)


def _count_done(campaign: Campaign, week: date) -> Counted:
    ends = week + WEEK
    rows = [
        DoneRollup(
            campaign=campaign,
            day=each.day,
            person_id=each.person,
            kind=each.kind,
            items=each.items,
            tenths=each.tenths,
            voided_items=each.voided_items,
            voided_tenths=each.voided_tenths,
        )
        for each in done_in(campaign, since=week, until=ends)
    ]
    return Counted(DoneRollup.objects.filter(campaign=campaign, day__gte=week, day__lt=ends), rows)


@transaction.atomic
def _write_queue(campaign: Campaign, waiting: Sequence[Waiting]) -> None:
    """What waits is small beside what was done, and always counted whole."""
    RollupTime.objects.select_for_update().get(campaign=campaign)
    QueueRollup.objects.filter(campaign=campaign).delete()
    QueueRollup.objects.bulk_create(
        QueueRollup(campaign=campaign, **each._asdict()) for each in waiting
    )


COUNTS: dict[str, Count] = {
    RANKINGS: _count_rankings,
    DEMONSTRATIONS: _count_demonstrations,
    PROMPTS: _count_prompts,
}
