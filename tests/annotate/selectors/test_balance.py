"""The books of the work: they add up whatever people do, and an error is found and named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.models import Assignment, Ranking, Task
from annotate.selectors import balance
from annotate.selectors.balance import (
    Imbalance,
    Mismatch,
    mismatched_turns,
    tasks_out_of_balance,
)
from annotate.services.campaign import Work
from annotate.services.lease import reserve_turn
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import release_assignment, skip_assignment
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    take_and_show,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(works=[Work(Kind.RANK, wanted=1)])


def strict(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[each] for each in assignment.task.offered])


def run_out(assignment: Assignment) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)
    expire_overdue_assignments()


def test_it_adds_up_whatever_people_do(campaign, monkeypatch):
    """Taken, set aside, skipped, released, run out, handed in, changed, late and superfluous."""
    monkeypatch.setattr(balance, "WINDOW", 2)
    ann, bob, cleo = (make_member(campaign) for _ in range(3))
    skip_assignment(
        assignment=make_assignment(campaign, ann), reason=SkipReason.NOT_MY_FIELD, by=ann
    )
    release_assignment(assignment=make_assignment(campaign, ann), by=ann)
    reserve_turn(task=make_task(campaign), person=cleo, by=ann)
    ranking = make_ranking(campaign, ann)
    tied = RankingAnswer(tiers=[ranking.assignment.task.offered])
    revise_ranking(assignment=ranking.assignment, answer=tied, by=ann)
    late = make_assignment(campaign, ann)
    run_out(late)
    while (theirs := take_and_show(bob, campaign)).task != late.task:
        submit_ranking(assignment=theirs, answer=strict(theirs), by=bob)
    submit_ranking(assignment=theirs, answer=strict(theirs), by=bob)
    late.refresh_from_db()
    surplus = submit_ranking(assignment=late, answer=strict(late), by=ann)
    make_assignment(campaign, ann)

    assert surplus.counts_as == "surplus"
    assert list(tasks_out_of_balance()) == []
    assert list(mismatched_turns()) == []


def test_a_turn_that_is_nowhere_is_found(campaign):
    person = make_member(campaign)
    task = make_ranking(campaign, person).assignment.task
    make_ranking(campaign, person)
    Task.objects.filter(pk=task.pk).update(wanted=2)

    (wrong,) = tasks_out_of_balance()

    assert wrong == Imbalance(task.uuid, wanted=2, live=0, counted=1, free=0)
    assert str(wrong) == f"task {task.uuid} wants 2: 0 in hand, 1 counted, 0 free"


def test_a_turn_that_is_given_twice_is_found(campaign, monkeypatch):
    monkeypatch.setattr(balance, "WINDOW", 1)
    lease = make_assignment(campaign, make_member(campaign))
    Task.objects.filter(pk=lease.task_id).update(free=1)

    assert list(tasks_out_of_balance()) == [
        Imbalance(lease.task.uuid, wanted=1, live=1, counted=0, free=1)
    ]


def test_a_judgement_that_was_lost_is_found(campaign):
    """As a task that lacks a turn, and as a turn that lacks its judgement."""
    ranking = make_ranking(campaign, make_member(campaign))
    Ranking.objects.filter(pk=ranking.pk).update(current=False)

    turn = ranking.assignment
    assert [wrong.counted for wrong in tasks_out_of_balance()] == [0]
    assert list(mismatched_turns()) == [Mismatch(turn.uuid, AssignmentState.SUBMITTED)]


def test_a_judgement_of_a_turn_that_is_not_submitted_is_found(campaign):
    turn = make_ranking(campaign, make_member(campaign)).assignment
    Assignment.objects.filter(pk=turn.pk).update(state=AssignmentState.EXPIRED)
    Task.objects.filter(pk=turn.task_id).update(free=1)

    assert list(tasks_out_of_balance()) == []
    (wrong,) = mismatched_turns()
    assert str(wrong) == f"turn {turn.uuid} is expired, and there is a judgement of it"


def test_nothing_at_all_adds_up():
    assert list(tasks_out_of_balance()) == []
    assert list(mismatched_turns()) == []
