"""Nobody gets more than a campaign lets one person do, however they ask for it."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotate.enums import Kind, LanePurpose, Role
from annotate.models import Assignment, Campaign, CapRules
from annotate.people_errors import LimitReached
from annotate.selectors import cap
from annotate.selectors.assignment import work_waiting_for
from annotate.selectors.cap import hands_of, is_too_much, limits_reached, share_of_few
from annotate.services import assignment
from annotate.services.assignment import take_assignment
from annotate.services.campaign import add_member
from annotate.services.cap import set_caps
from annotate.services.conversation import start_conversation
from annotate.services.queue import take_turn
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import expire_overdue_assignments
from annotate.services.set_aside import take_set_aside
from annotate.services.turn import release_assignment
from annotate.services.voiding import void_work
from commons.models import User
from tests.conversations import answer, said, talking_campaign
from tests.counting import real
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_task,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)


@pytest.fixture
def campaign() -> Campaign:
    """With twelve items that anybody may rank."""
    campaign = make_campaign()
    for _ in range(12):
        make_task(campaign)
    return campaign


def limit(campaign: Campaign, *, per_day: int | None = None, percent: int | None = None) -> None:
    set_caps(campaign=campaign, per_day=per_day, percent=percent, by=make_user())


def hand_in(turn: Assignment, by: User) -> None:
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())


def overdue(turn: Assignment) -> None:
    ended = timezone.now() - timedelta(hours=1)
    Assignment.objects.filter(pk=turn.pk).update(expires_at=ended)


def rank_one(campaign: Campaign, by: User) -> Assignment:
    turn = take_and_show(by, campaign, kind=Kind.RANK)
    hand_in(turn, by)
    return turn


def test_a_day_ends_with_its_last_item_and_begins_anew_at_midnight(campaign, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    member = make_member(campaign)
    limit(campaign, per_day=2)
    rank_one(campaign, member)
    rank_one(campaign, member)

    with pytest.raises(LimitReached, match="today's limit"):
        take_assignment(by=member, campaign=campaign)
    assert [each.until for each in limits_reached(member).values()] == [
        datetime(2026, 9, 8, tzinfo=UTC)
    ]

    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=12))
    assert take_assignment(by=member, campaign=campaign).pk


def test_what_is_in_hand_counts_until_it_is_given_back(campaign) -> None:
    member = make_member(campaign)
    limit(campaign, per_day=1)
    turn = take_and_show(member, campaign)

    with pytest.raises(LimitReached):
        take_assignment(by=member, campaign=campaign)
    release_assignment(assignment=turn, by=member)

    assert take_assignment(by=member, campaign=campaign).pk


def test_a_change_of_what_was_handed_in_is_no_further_item(campaign) -> None:
    member = make_member(campaign)
    limit(campaign, per_day=2)
    turn = rank_one(campaign, member)
    tiers = [[each] for each in reversed(turn.task.offered)]
    revise_ranking(assignment=turn, answer=RankingAnswer(tiers=tiers), by=member)

    assert take_assignment(by=member, campaign=campaign).pk


def test_another_campaign_goes_on(campaign) -> None:
    member = make_member(campaign)
    other = make_campaign()
    theirs = make_task(other)
    add_member(campaign=other, person=member, role=Role.ANNOTATOR, by=None)
    limit(campaign, per_day=1)
    rank_one(campaign, member)

    taken = take_assignment(by=member, kind=Kind.RANK)

    assert taken.task_id == theirs.pk
    waiting = work_waiting_for(member, at_limit=limits_reached(member))
    assert {each.campaign for each in waiting} == {other.name}


def test_nothing_is_limited_for_others_or_without_a_limit(campaign) -> None:
    member, other = make_member(campaign), make_member(campaign)
    limit(campaign, per_day=1)
    rank_one(campaign, member)

    assert take_assignment(by=other, campaign=campaign).pk
    limit(campaign)

    assert not CapRules.objects.exists()
    assert take_assignment(by=member, campaign=campaign).pk


def test_nobody_does_more_than_a_share_of_the_whole(campaign, monkeypatch) -> None:
    monkeypatch.setattr(cap, "UNHINDERED", 2)
    one, other = make_member(campaign), make_member(campaign)
    limit(campaign, percent=60)
    rank_one(campaign, one)
    rank_one(campaign, one)

    with pytest.raises(LimitReached, match="60 %"):
        take_assignment(by=one, campaign=campaign)
    rank_one(campaign, other)  # two of three are 67 %
    with pytest.raises(LimitReached, match="60 %"):
        take_assignment(by=one, campaign=campaign)
    rank_one(campaign, other)  # two of four

    assert take_assignment(by=one, campaign=campaign).pk


@pytest.mark.parametrize(
    ("mine", "whole", "percent", "found"),
    [(19, 19, 50, False), (20, 41, 50, False), (20, 40, 50, True), (500, 5001, 10, False)],
)
def test_a_share_says_nothing_before_the_twentieth_item(mine, whole, percent, found) -> None:
    assert is_too_much(mine, whole, percent) is found


def test_voided_work_is_part_of_no_share(campaign) -> None:
    one, other = make_member(campaign), make_member(campaign)
    rank_one(campaign, one)
    rank_one(campaign, one)
    rank_one(campaign, other)
    before = {each.membership.person: (each.items, each.today) for each in hands_of(campaign)}
    long_ago = timezone.now() - timedelta(days=1)
    void_work(campaign=campaign, person=one, since=long_ago, reason="", by=other)

    after = {each.membership.person: each.share for each in hands_of(campaign)}

    assert (before[one], before[other]) == ((2, 2), (1, 1))
    assert (after[one], after[other]) == (0.0, 1.0)
    assert cap.done_by_all(campaign) == 1
    assert share_of_few(hands_of(campaign)) == 1.0


def test_a_conversation_begins_no_more(db) -> None:
    campaign = talking_campaign()
    member = make_member(campaign)
    limit(campaign, per_day=1)
    start_conversation(campaign=campaign, text="What is a stent?", by=member, key=uuid4())

    with pytest.raises(LimitReached):  # the first waits to be judged
        start_conversation(campaign=campaign, text="What is a shunt?", by=member, key=uuid4())


def test_a_turn_of_ones_own_conversation_comes_back_whatever_the_limit(db) -> None:
    """It is counted as said, so nobody could ever judge it, nor begin another."""
    campaign = talking_campaign()
    member = make_member(campaign)
    limit(campaign, per_day=1)
    turn = said(campaign, member).turns.get()
    answer(campaign)
    turn.refresh_from_db()
    assert turn.task is not None
    taken = take_set_aside(by=member, turn=turn.task.assignments.get())
    overdue(taken)
    expire_overdue_assignments()

    waiting = work_waiting_for(member, at_limit=limits_reached(member))
    again = take_assignment(by=member, campaign=campaign)

    assert [each.campaign for each in waiting] == [campaign.name]
    assert again.task_id == turn.task_id


def test_what_is_overdue_is_in_nobodys_hand(campaign) -> None:
    member = make_member(campaign)
    limit(campaign, per_day=1)
    overdue(take_and_show(member, campaign))

    assert take_assignment(by=member, campaign=campaign).pk


def test_an_item_of_a_test_is_no_item_of_the_day(campaign) -> None:
    member = make_member(campaign)
    limit(campaign, per_day=1)
    lane = make_assignment(campaign, member).task.lane
    lane.purpose = LanePurpose.TEST
    lane.save()

    assert limits_reached(member) == {}


@pytest.mark.parametrize("limits", [{}, {"per_day": 3, "percent": 50}], ids=str)
def test_a_large_team_is_counted_as_fast_as_a_small_one(campaign, limits) -> None:
    limit(campaign, **limits)
    asked = []
    for _ in range(2):
        rank_one(campaign, make_member(campaign))
        make_assignment(campaign, make_member(campaign))
        with CaptureQueriesContext(connection) as captured:
            hands_of(campaign)
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_a_lead_sees_who_has_come_to_a_limit_as_they_do(campaign) -> None:
    done, holds, free = (make_member(campaign) for _ in range(3))
    limit(campaign, per_day=1)
    rank_one(campaign, done)
    take_and_show(holds, campaign)

    at_limit = {each.membership.person for each in hands_of(campaign) if each.is_at_limit}

    assert at_limit == {done, holds}
    assert [bool(limits_reached(each)) for each in (done, holds, free)] == [True, True, False]


def test_without_limits_taking_asks_the_database_as_often_as_before(campaign) -> None:
    member = make_member(campaign)

    with CaptureQueriesContext(connection) as captured:
        take_assignment(by=member, campaign=campaign)

    asked = real(captured)
    assert sum("annotate_caprules" in each for each in asked) == 1  # the plan joins no row
    assert not [each for each in asked if "annotate_membership" in each and "caprules" not in each]


def test_what_is_handed_in_while_it_is_counted_counts(campaign, monkeypatch) -> None:
    """From another tab, between the two numbers that are added up."""
    member = make_member(campaign)
    limit(campaign, per_day=1)
    held = take_and_show(member, campaign, kind=Kind.RANK)
    count = cap.in_hand

    def after_the_other(user: User, of: Campaign) -> int:
        if held.state == "open":
            held.state = "submitted"
            hand_in(held, user)
        return count(user, of)

    monkeypatch.setattr(cap, "in_hand", after_the_other)

    assert limits_reached(member)


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_that_frees_a_seat_lets_nobody_take_one_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One tab has counted and is about to take when another hands in, and takes in that seat."""
    campaign = make_campaign()
    for _ in range(6):
        make_task(campaign)
    member = make_member(campaign)
    limit(campaign, per_day=2)
    held = take_and_show(member, campaign, kind=Kind.RANK)
    others: list[Future[None]] = []

    def hand_in_and_take() -> None:
        try:
            hand_in(held, member)
            with suppress(LimitReached):
                take_assignment(by=member, campaign=campaign, kind=Kind.RANK)
        finally:
            connection.close()

    def after_the_other(**given: Any) -> object:
        if not others:
            others.append(pool.submit(hand_in_and_take))
            wait(others, timeout=3)  # where it waits for us, it takes when we have
        return take_turn(**given)

    monkeypatch.setattr(assignment, "take_turn", after_the_other)
    with ThreadPoolExecutor(1) as pool:
        take_assignment(by=member, campaign=campaign, kind=Kind.RANK)
        others[0].result(timeout=60)

    taken = Assignment.objects.filter(person=member, task__campaign=campaign)
    assert taken.filter(state__in=["open", "submitted"]).count() == 2
