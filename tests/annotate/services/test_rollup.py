"""Counts that are kept: exact, whatever changed, and the same however they were made."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from annotate.enums import Role
from annotate.models import (
    Campaign,
    CampaignPrompt,
    IntakeRollup,
    QueueRollup,
    Ranking,
    Task,
    WorkRollup,
)
from annotate.selectors.rollup_rows import PROMPTS, RANKINGS, marks_of
from annotate.services.campaign import add_member
from annotate.services.rollup import roll_up
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
)
from tests.planted import Plan, plant

pytestmark = pytest.mark.django_db

WORK = ("week", "kind", "skill", "language", "person", "judgements", "comparisons", "ties")


def rolled_up(campaign: Campaign) -> list[list[str]]:
    mine = {"campaign": campaign}
    return [
        sorted(map(repr, WorkRollup.objects.filter(**mine).values_list(*WORK, "surplus"))),
        sorted(
            map(
                repr,
                IntakeRollup.objects.filter(**mine).values_list(
                    "week", "skill", "language", "prompts", "held_out"
                ),
            )
        ),
        sorted(
            map(
                repr,
                QueueRollup.objects.filter(**mine).values_list(
                    "kind", "skill", "language", "tasks", "turns"
                ),
            )
        ),
    ]


def test_counts_by_hand() -> None:
    campaign = make_campaign()
    one, other = make_member(campaign), make_member(campaign)
    make_ranking(campaign, one)
    make_ranking(campaign, one, unrankable=1)  # three answers placed: three comparisons
    make_ranking(campaign, other)
    make_prompt(campaign, skill="law", answers=["A.", "B.", "C.", "D."])

    roll_up(campaign=campaign)

    rows = WorkRollup.objects.filter(kind="rank").order_by("person")
    assert [(row.person, row.judgements, row.comparisons) for row in rows] == [
        (one, 2, 9),
        (other, 1, 6),
    ]
    assert sorted(IntakeRollup.objects.values_list("skill", "prompts")) == [("", 3), ("law", 1)]
    waiting = QueueRollup.objects.values_list("kind", "skill", "tasks")
    assert sorted(waiting) == [
        ("demonstrate", "", 3),
        ("demonstrate", "law", 1),
        ("rank", "law", 1),
    ]


def test_step_by_step_and_anew_are_the_same() -> None:
    """Rows come, are revised, go, and are dated back; a rebuild from nothing finds nothing else."""
    campaign, member = make_campaign(), make_user()
    add_member(campaign=campaign, person=member, role=Role.ANNOTATOR, by=None)
    make_ranking(campaign, make_member(campaign))
    roll_up(campaign=campaign)
    made = make_ranking(campaign, member)
    roll_up(campaign=campaign)
    old = timezone.now() - timedelta(days=40)
    Ranking.objects.filter(pk=made.pk).update(current=False)
    Ranking.objects.create(
        **{name: getattr(made, name) for name in ("campaign", "prompt", "rater", "origin", "root")},
        counts_as=made.counts_as,
        assignment=made.assignment,
        revision=2,
        tiers=[made.tiers[0] + made.tiers[1], *made.tiers[2:]],
        created_at=old,
    )
    CampaignPrompt.objects.filter(prompt=made.prompt).update(added_at=old)
    step_by_step_weeks = roll_up(campaign=campaign)
    step_by_step = rolled_up(campaign)

    for model in (WorkRollup, IntakeRollup, QueueRollup):
        model.objects.all().delete()
    call_command("rebuild_quality", campaign=str(campaign.uuid), counts_only=True)

    assert rolled_up(campaign) == step_by_step
    assert 0 < step_by_step_weeks <= 4  # the weeks that changed, and no other


def test_what_did_not_change_is_not_counted_again() -> None:
    campaign = plant(Plan(prompts=12, raters=4, each=2), lead=make_user())

    weeks = [roll_up(campaign=campaign), roll_up(campaign=campaign)]

    assert weeks[0] > 0
    assert weeks[1] == 0


def test_a_week_that_is_emptied_has_no_row() -> None:
    campaign = make_campaign()
    made = make_ranking(campaign, make_member(campaign))
    roll_up(campaign=campaign)

    Ranking.objects.filter(pk=made.pk).update(current=False)
    roll_up(campaign=campaign)

    assert not WorkRollup.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_counted_while_others_wait_to_write() -> None:
    """On SQLite a transaction that may write keeps all others from it: what takes long comes
    before."""
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    asked: list[tuple[str, bool]] = []

    def listen(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append((sql, connection.in_atomic_block))
        return run(sql, *rest)

    with connection.execute_wrapper(listen):
        roll_up(campaign=campaign)

    counted = ("annotate_ranking", "annotate_campaignprompt", "annotate_task")
    reads = [(table, held) for table in counted for sql, held in asked if f'FROM "{table}"' in sql]
    assert {table for table, _ in reads} == set(counted)
    assert not any(held for _, held in reads)


def revised_at(campaign: Campaign, at: datetime) -> Ranking:
    """A ranking whose current revision is of then."""
    made = make_ranking(campaign, make_member(campaign))
    Ranking.objects.filter(pk=made.pk).update(current=False)
    kept = ("campaign", "prompt", "rater", "origin", "root", "counts_as", "assignment", "tiers")
    said = {name: getattr(made, name) for name in kept}
    return Ranking.objects.create(**said, revision=2, created_at=at)


def test_weeks_are_marked_from_monday_to_monday_in_utc() -> None:
    """How many, the last id and their sum; a week without any has no mark, however far apart."""
    campaign = make_campaign()
    sunday, monday = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    years_ago = datetime(2019, 5, 8, 12, tzinfo=UTC)
    made = [revised_at(campaign, at) for at in (sunday, monday, years_ago)]
    for each in made:
        CampaignPrompt.objects.filter(prompt=each.prompt).update(added_at=monday)

    found = {f"{week}": mark for week, mark in marks_of(campaign, RANKINGS).items()}

    marks = [f"1 {each.pk} {each.pk}" for each in made]
    assert found == {"2026-02-23": marks[0], "2026-03-02": marks[1], "2019-05-06": marks[2]}
    prompts = [each.prompt_id for each in made]
    assert marks_of(campaign, PROMPTS) == {
        monday.date(): f"3 {max(prompts)} {sum(prompts)}",
    }


def test_what_checks_people_does_not_wait() -> None:
    """Round 0 is dealt for itself, among the work; nobody's queue is longer for it."""
    campaign = make_campaign()
    make_task(campaign)
    roll_up(campaign=campaign)
    before = rolled_up(campaign)[2]
    Task.objects.filter(campaign=campaign).update(round=0)

    roll_up(campaign=campaign)

    assert (len(before), rolled_up(campaign)[2]) == (2, [])


def test_the_command_names_what_it_does_not_find() -> None:
    with pytest.raises(CommandError, match="no campaign is called 'Nobody'"):
        call_command("rebuild_quality", campaign="Nobody")
