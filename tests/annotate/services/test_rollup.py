"""Counts that are kept: exact, whatever changed, and the same however they were made."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from annotate.enums import Role
from annotate.models import (
    Campaign,
    CampaignPrompt,
    IntakeRollup,
    QueueRollup,
    Ranking,
    WorkRollup,
)
from annotate.services.campaign import add_member
from annotate.services.rollup import roll_up
from tests.factories import make_campaign, make_member, make_prompt, make_ranking, make_user
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


def test_the_command_names_what_it_does_not_find() -> None:
    with pytest.raises(CommandError, match="no campaign is called 'Nobody'"):
        call_command("rebuild_quality", campaign="Nobody")
