"""Counts of a campaign by week, skill, language and person, kept so that a page adds up few rows.

    marks of weeks -> the weeks that changed -> their rows written anew, in one transaction

A week is always counted whole. So what is rolled up week by week is what is rolled up at once, and
a worker that dies leaves the counts of before.
"""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone

from annotate.models import (
    Campaign,
    IntakeRollup,
    QueueRollup,
    RollupMark,
    RollupTime,
    WorkRollup,
)
from annotate.selectors.rollup_rows import (
    DEMONSTRATIONS,
    PROMPTS,
    RANKINGS,
    Cell,
    Counts,
    demonstrations_of_week,
    marks_of,
    prompts_of_week,
    rankings_of_week,
    waiting_in,
)

Write = Callable[[Campaign, date], None]


def roll_up(*, campaign: Campaign, whole: bool = False) -> int:
    """Count what has changed since the last time, or everything; say how many weeks it was."""
    RollupTime.objects.get_or_create(campaign=campaign)
    begun, weeks = timezone.now(), 0
    for of, write in WRITES.items():
        weeks += _roll_up_weeks(campaign, of, write, whole=whole)
    _roll_up_queue(campaign)
    RollupTime.objects.filter(campaign=campaign).update(at=begun)
    return weeks


def _roll_up_weeks(campaign: Campaign, of: str, write: Write, *, whole: bool) -> int:
    known = dict(RollupMark.objects.filter(campaign=campaign, of=of).values_list("week", "mark"))
    found = marks_of(campaign, of)
    stale = [
        week
        for week in sorted(known.keys() | found.keys())
        if whole or known.get(week) != found.get(week)
    ]
    for week in stale:
        _roll_up_week(campaign, of, write, week, found.get(week))
    return len(stale)


@transaction.atomic
def _roll_up_week(campaign: Campaign, of: str, write: Write, week: date, mark: str | None) -> None:
    """The mark is of before the rows are read: what came between is found stale the next time."""
    RollupTime.objects.select_for_update().get(campaign=campaign)
    write(campaign, week)
    if mark is None:
        RollupMark.objects.filter(campaign=campaign, of=of, week=week).delete()
    else:
        RollupMark.objects.update_or_create(
            campaign=campaign, of=of, week=week, defaults={"mark": mark}
        )


def _write_rankings(campaign: Campaign, week: date) -> None:
    rows = WorkRollup.objects.filter(campaign=campaign, week=week).exclude(kind="demonstrate")
    rows.delete()
    _write_work(campaign, week, rankings_of_week(campaign, week))


def _write_demonstrations(campaign: Campaign, week: date) -> None:
    WorkRollup.objects.filter(campaign=campaign, week=week, kind="demonstrate").delete()
    _write_work(campaign, week, demonstrations_of_week(campaign, week))


def _write_work(campaign: Campaign, week: date, found: dict[Cell, Counts]) -> None:
    WorkRollup.objects.bulk_create(
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
    )


def _write_prompts(campaign: Campaign, week: date) -> None:
    IntakeRollup.objects.filter(campaign=campaign, week=week).delete()
    IntakeRollup.objects.bulk_create(
        IntakeRollup(
            campaign=campaign,
            week=week,
            skill=skill,
            language=language,
            prompts=prompts,
            held_out=held_out,
        )
        for (skill, language), (prompts, held_out) in prompts_of_week(campaign, week).items()
    )


@transaction.atomic
def _roll_up_queue(campaign: Campaign) -> None:
    """What waits is small beside what was done, and always counted whole."""
    RollupTime.objects.select_for_update().get(campaign=campaign)
    QueueRollup.objects.filter(campaign=campaign).delete()
    QueueRollup.objects.bulk_create(
        QueueRollup(campaign=campaign, **each._asdict())
        for each in waiting_in(campaign, timezone.now())
    )


WRITES: dict[str, Write] = {
    RANKINGS: _write_rankings,
    DEMONSTRATIONS: _write_demonstrations,
    PROMPTS: _write_prompts,
}
