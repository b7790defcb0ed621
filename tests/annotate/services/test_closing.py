"""A judgement is handed in once, whatever is repeated, late or made from another draft."""

from uuid import uuid4

import pytest

from annotate.enums import AssignmentState, CountsAs, Kind, Pool
from annotate.errors import AlreadySubmitted, DraftConflict, KeyReused
from annotate.models import Assignment, Demonstration, Ranking, Tally, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.closing import SentDraft
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.draft import save_draft
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.factories import make_assignment, make_campaign, make_member

pytestmark = pytest.mark.django_db

RANK_ONLY = (Work(Kind.RANK, wanted=1, answers=4),)


def order(assignment: Assignment, *, backwards: bool = False) -> RankingAnswer:
    names = sorted(assignment.task.offered, reverse=backwards)
    return RankingAnswer(tiers=[[name] for name in names])


def test_the_same_key_finds_the_same_ranking() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    as_another_request_read_it = Assignment.objects.get(pk=assignment.pk)
    answer, key = order(assignment), uuid4()

    first = submit_ranking(assignment=assignment, answer=answer, by=person, key=key)
    again = submit_ranking(assignment=as_another_request_read_it, answer=answer, by=person, key=key)

    assert again == first
    assert Ranking.objects.count() == 1
    assert Tally.objects.get().rankings == 1


def test_the_same_key_with_another_order_is_refused() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    key = uuid4()
    submit_ranking(assignment=assignment, answer=order(assignment), by=person, key=key)

    with pytest.raises(KeyReused):
        submit_ranking(
            assignment=assignment, answer=order(assignment, backwards=True), by=person, key=key
        )


def test_the_same_key_for_another_item_is_refused_and_leaves_it_open() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    one, other = make_assignment(campaign, person), make_assignment(campaign, person)
    key = uuid4()
    submit_ranking(assignment=one, answer=order(one), by=person, key=key)

    with pytest.raises(KeyReused):
        submit_ranking(assignment=other, answer=order(other), by=person, key=key)

    other.refresh_from_db()
    assert (other.state, Ranking.objects.count()) == (AssignmentState.OPEN, 1)


def test_a_second_submission_under_its_own_key_is_refused() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    submit_ranking(assignment=assignment, answer=order(assignment), by=person, key=uuid4())

    with pytest.raises(AlreadySubmitted):
        submit_ranking(assignment=assignment, answer=order(assignment), by=person, key=uuid4())


def test_two_people_may_use_the_same_key() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    key = uuid4()

    for person in (make_member(campaign), make_member(campaign)):
        assignment = make_assignment(campaign, person)
        submit_ranking(assignment=assignment, answer=order(assignment), by=person, key=key)

    assert Ranking.objects.count() == 2


def test_what_is_made_from_an_older_draft_is_not_handed_in_unseen() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    save_draft(assignment=assignment, body={"text": "from another tab"}, version=0, by=person)
    answer = DemonstrationAnswer(text="from this tab")

    with pytest.raises(DraftConflict) as conflict:
        submit_demonstration(
            assignment=assignment,
            answer=answer,
            by=person,
            sent=SentDraft(0, {"text": "from this tab"}),
        )

    assert (conflict.value.theirs, conflict.value.version) == ({"text": "from another tab"}, 1)
    kept = submit_demonstration(assignment=assignment, answer=answer, by=person, sent=SentDraft(1))
    assert kept.text == "from this tab"


def test_a_newer_draft_that_says_the_same_is_no_conflict() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    save_draft(assignment=assignment, body={"text": "the same"}, version=0, by=person)

    submit_demonstration(
        assignment=assignment,
        answer=DemonstrationAnswer(text="the same"),
        by=person,
        sent=SentDraft(0, {"text": "the same"}),
    )

    assert Demonstration.objects.count() == 1


def test_a_late_submission_counts_while_the_item_is_short_and_is_surplus_after() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person, other, third = (make_member(campaign) for _ in range(3))
    late, later = make_assignment(campaign, person), make_assignment(campaign, other)
    for assignment in (late, later):
        Assignment.objects.filter(pk=assignment.pk).update(
            state=AssignmentState.EXPIRED, closed_at=assignment.taken_at
        )
        Task.objects.filter(pk=assignment.task_id).update(free=1)
    Task.objects.filter(pk=late.task_id).update(free=0, held="withdrawn")
    taken = take_assignment(by=third)

    surplus = submit_ranking(assignment=late, answer=order(late), by=person)

    assert taken.task_id == later.task_id
    assert surplus.counts_as == CountsAs.SURPLUS
    assert Tally.objects.get(slot=late.pk % 16).surplus == 1


def test_what_was_taken_from_a_held_out_lane_never_enters_training() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, held_out_share=1)])
    person = make_member(campaign)
    campaign.memberships.filter(person=person).update(pool=Pool.HELD_OUT)
    assignment = make_assignment(campaign, person)
    campaign.memberships.filter(person=person).update(pool=Pool.OPEN)

    kept = submit_ranking(assignment=assignment, answer=order(assignment), by=person)

    assert kept.counts_as == CountsAs.HELD_OUT
