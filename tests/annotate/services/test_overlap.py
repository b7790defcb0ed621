"""A third person is asked where the first two disagree, in the transaction that finds it out."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate.enums import CampaignState, Kind
from annotate.models import Assignment, Campaign, CampaignWork, Tally, Task
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, change_campaign_state
from annotate.services.lease import take_back_turn
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from commons.models import User
from tests.counting import real
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def judged_by(person: User, *, backwards: bool) -> Assignment:
    """One more ranking of the campaign's only task: best first by name, or the other way round."""
    assignment = take_assignment(by=person)
    submit_ranking(assignment=assignment, answer=order(assignment, backwards), by=person)
    return assignment


def order(assignment: Assignment, backwards: bool) -> RankingAnswer:
    names = sorted(assignment.task.offered, reverse=backwards)
    return RankingAnswer(tiers=[[name] for name in names])


def two_wanted(*, third_below: float | None) -> Campaign:
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=2, answers=4)])
    CampaignWork.objects.update(third_below=third_below)
    make_task(campaign)
    return campaign


def test_two_who_disagree_bring_a_third() -> None:
    campaign = two_wanted(third_below=0.4)

    judged_by(make_member(campaign), backwards=False)
    before = Task.objects.get()
    judged_by(make_member(campaign), backwards=True)

    task = Task.objects.get()
    assert (before.wanted, before.free, before.third_asked) == (2, 1, False)
    assert (task.wanted, task.free, task.third_asked) == (3, 1, True)
    assert task.place > before.place
    judged_by(make_member(campaign), backwards=True)
    task.refresh_from_db()
    assert (task.wanted, task.free) == (3, 0)


@pytest.mark.parametrize(("bound", "backwards"), [(0.4, False), (None, True)])
def test_nobody_is_asked_where_two_agree_or_no_bound_is_set(
    bound: float | None, backwards: bool
) -> None:
    campaign = two_wanted(third_below=bound)

    judged_by(make_member(campaign), backwards=False)
    judged_by(make_member(campaign), backwards=backwards)

    task = Task.objects.get()
    assert (task.wanted, task.free, task.third_asked) == (2, 0, False)


def test_an_edit_that_makes_two_disagree_brings_a_third() -> None:
    campaign = two_wanted(third_below=0.4)
    person = make_member(campaign)
    judged_by(make_member(campaign), backwards=False)
    mine = judged_by(person, backwards=False)
    mine.refresh_from_db()

    revise_ranking(assignment=mine, answer=order(mine, backwards=True), by=person)

    task = Task.objects.get()
    assert (task.wanted, task.free, task.third_asked) == (3, 1, True)


def test_nobody_is_asked_in_a_campaign_that_is_closed() -> None:
    campaign = two_wanted(third_below=0.9)
    people = [make_member(campaign) for _ in range(2)]
    first, second = (take_and_show(each) for each in people)
    change_campaign_state(campaign=campaign, to=CampaignState.CLOSED, by=None)

    for turn, backwards in ((first, False), (second, True)):
        submit_ranking(assignment=turn, answer=order(turn, backwards), by=turn.person)

    task = Task.objects.get()
    assert (task.wanted, task.free, task.third_asked) == (2, 0, False)


def test_asking_a_third_costs_at_most_nine_statements_even_on_a_persons_first_day() -> None:
    campaign = two_wanted(third_below=0.9)
    people = [make_member(campaign) for _ in range(2)]
    first, second = (take_and_show(each) for each in people)
    submit_ranking(assignment=first, answer=order(first, backwards=False), by=first.person)
    Tally.objects.all().delete()

    with CaptureQueriesContext(connection) as handing_in:
        submit_ranking(
            assignment=second, answer=order(second, backwards=True), by=second.person, key=uuid4()
        )

    assert Task.objects.get().third_asked
    # Eight, and on PostgreSQL the one by which work and an erasure wait for one another.
    assert len(real(handing_in)) <= 8 + (connection.vendor == "postgresql")


def late_turn(campaign: Campaign) -> Assignment:
    """A turn whose time is over, so that others may have it."""
    turn = take_assignment(by=make_member(campaign))
    take_back_turn(assignment=turn, by=make_user())
    return turn


def ranked(turn: Assignment, *, backwards: bool) -> str:
    kept = submit_ranking(assignment=turn, answer=order(turn, backwards), by=turn.person)
    return kept.counts_as


def test_a_third_is_asked_for_once_however_many_disagree() -> None:
    campaign = two_wanted(third_below=0.4)
    late, later = late_turn(campaign), late_turn(campaign)

    judged_by(make_member(campaign), backwards=False)
    judged_by(make_member(campaign), backwards=True)
    counted = [ranked(late, backwards=False), ranked(later, backwards=True)]

    task = Task.objects.get()
    assert counted == ["work", "surplus"]  # the late one is the third
    assert (task.wanted, task.free, task.third_asked) == (3, 0, True)


@pytest.mark.django_db(transaction=True)
def test_a_second_and_a_late_one_at_once_ask_for_one_third() -> None:
    """Whichever comes first is the second; of the other two at most one is a third."""
    campaign = two_wanted(third_below=0.4)
    late = late_turn(campaign)
    judged_by(make_member(campaign), backwards=False)
    second = take_assignment(by=make_member(campaign))

    def submit(turn: Assignment) -> str:
        try:
            return ranked(turn, backwards=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counted = sorted(pool.map(submit, (second, late)))

    task = Task.objects.get()
    assert (task.wanted, task.third_asked) == (3, True)
    assert (counted, task.free) in [(["work", "work"], 0), (["surplus", "work"], 1)]
    assert list(tasks_out_of_balance()) == []
