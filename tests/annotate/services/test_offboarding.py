"""Who has left holds nothing."""

import pytest

from annotate.enums import AssignmentState, CountsAs, Kind, Pool, Role
from annotate.models import Assignment, Membership
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services.lease import reserve_turn
from annotate.services.member import change_member
from annotate.services.offboarding import release_turns_of_the_gone
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def test_who_is_taken_out_holds_nothing_and_may_hand_in_late() -> None:
    campaign = make_campaign()
    person, lead = make_member(campaign), make_user()
    make_task(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    aside = reserve_turn(task=make_task(campaign), person=person, by=lead)

    change_member(
        membership=Membership.objects.get(campaign=campaign, person=person),
        role=Role.ANNOTATOR,
        pool=Pool.OPEN,
        active=False,
        by=lead,
    )

    turn.refresh_from_db()
    aside.refresh_from_db()
    assert (turn.state, aside.state) == (AssignmentState.EXPIRED, AssignmentState.EXPIRED)
    assert not list(tasks_out_of_balance())
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    kept = submit_ranking(assignment=turn, answer=answer, by=person)
    assert kept.counts_as == CountsAs.WORK
    assert not list(tasks_out_of_balance())


def test_whose_account_is_off_holds_nothing_however_that_came() -> None:
    campaign = make_campaign()
    gone, here = make_member(campaign), make_member(campaign)
    for _ in range(2):
        make_task(campaign)
    theirs = take_and_show(gone, campaign, kind=Kind.RANK)
    others = take_and_show(here, campaign, kind=Kind.RANK)
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    assert release_turns_of_the_gone() == 1
    assert release_turns_of_the_gone() == 0

    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states[theirs.pk] == AssignmentState.EXPIRED
    assert states[others.pk] == AssignmentState.OPEN
