"""A team gets no more of a campaign than it is asked for, whoever of it asks and however."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotate.enums import Kind, LanePurpose, Role
from annotate.models import Assignment, Campaign, ConversationTurn, Membership, TeamPart
from annotate.people_errors import QuotaReached
from annotate.selectors.assignment import work_waiting_for
from annotate.selectors.limit import what_holds_back
from annotate.selectors.quota import pace_of, paces_of, quotas_reached
from annotate.services import assignment
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member
from annotate.services.cap import set_caps
from annotate.services.conversation import start_conversation
from annotate.services.lease import reserve_turn
from annotate.services.near.neighbours import dialect
from annotate.services.queue import take_turn
from annotate.services.quota import LAST_HANDS, count_quotas
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.team import end_part, put_in_team
from annotate.services.turn import release_assignment
from commons.models import User
from tests.annotate.teaming import a_mate, a_part, ask_for, join_team, membership_in
from tests.annotate.waiting import held_up
from tests.conversations import TALK, talking_campaign
from tests.factories import make_assignment, make_campaign, make_member, make_task, take_and_show

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 9, 13, 12, tzinfo=UTC)
MONDAY = datetime(2026, 9, 14, tzinfo=UTC)


@pytest.fixture
def campaign() -> Campaign:
    """With twelve items that anybody may rank."""
    campaign = make_campaign()
    for _ in range(12):
        make_task(campaign)
    return campaign


def rank_one(campaign: Campaign, by: User) -> Assignment:
    turn = take_and_show(by, campaign, kind=Kind.RANK)
    hand_in(turn, by)
    return turn


def hand_in(turn: Assignment, by: User) -> None:
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())


def counts(part: TeamPart) -> tuple[int, int]:
    part.refresh_from_db()
    pace = pace_of(part)
    return pace.this_week, pace.in_all


def test_a_week_ends_with_the_last_item_of_whoever_does_it_and_begins_anew_on_monday(
    campaign, monkeypatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY)
    part = a_part(campaign, name="North", per_week=2, stops=True)
    one, other = a_mate(part), a_mate(part)
    rank_one(campaign, one)
    rank_one(campaign, other)

    for person in (one, other):
        with pytest.raises(QuotaReached, match="North, has done or holds the 2 items"):
            take_assignment(by=person, campaign=campaign)
    [limit] = what_holds_back(one).values()
    assert (limit.team, limit.per_week, limit.until) == ("North", 2, MONDAY)

    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    assert take_assignment(by=one, campaign=campaign).pk


def test_what_the_others_hold_counts_until_it_is_given_back(campaign) -> None:
    part = a_part(campaign, per_week=1, stops=True)
    one, other = a_mate(part), a_mate(part)
    turn = take_and_show(one, campaign)

    with pytest.raises(QuotaReached):
        take_assignment(by=other, campaign=campaign)
    release_assignment(assignment=turn, by=one)

    assert take_assignment(by=other, campaign=campaign).pk


def test_what_is_overdue_is_in_nobodys_hand_be_it_somebody_elses(campaign) -> None:
    part = a_part(campaign, per_week=1, stops=True)
    one, other = a_mate(part), a_mate(part)
    turn = take_and_show(one, campaign)
    Assignment.objects.filter(pk=turn.pk).update(expires_at=timezone.now() - timedelta(hours=1))

    assert take_assignment(by=other, campaign=campaign).pk


def test_a_number_of_all_weeks_does_not_begin_anew(campaign, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY)
    part = a_part(campaign, in_all=1, stops=True)
    mate = a_mate(part)
    rank_one(campaign, mate)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)

    with pytest.raises(QuotaReached, match="asks of it in all"):
        take_assignment(by=mate, campaign=campaign)
    [limit] = what_holds_back(mate).values()

    assert (limit.in_all, limit.until) == (1, None)


def test_a_target_stops_nobody(campaign) -> None:
    part = a_part(campaign, per_week=1, stops=False)
    mate = a_mate(part)
    rank_one(campaign, mate)

    assert take_assignment(by=mate, campaign=campaign).pk
    assert pace_of(part).is_reached


def test_others_and_other_teams_and_other_campaigns_go_on(campaign) -> None:
    part, other_part = a_part(campaign, per_week=1, stops=True), a_part(campaign)
    mate, other, alone = a_mate(part), a_mate(other_part), make_member(campaign)
    elsewhere = make_campaign()
    theirs = make_task(elsewhere)
    add_member(campaign=elsewhere, person=mate, role=Role.ANNOTATOR, by=None)
    rank_one(campaign, mate)

    assert take_assignment(by=other, campaign=campaign).pk
    assert take_assignment(by=alone, campaign=campaign).pk
    assert take_assignment(by=mate, kind=Kind.RANK).task_id == theirs.pk
    waiting = work_waiting_for(mate, at_limit=what_holds_back(mate))
    assert {each.campaign for each in waiting} == {elsewhere.name}


def test_what_a_lead_sets_aside_is_given_all_the_same(campaign) -> None:
    part = a_part(campaign, per_week=1, stops=True)
    mate = a_mate(part)
    rank_one(campaign, mate)
    aside = reserve_turn(task=make_task(campaign), person=mate, by=make_member(campaign))

    assert take_assignment(by=mate, campaign=campaign) == aside


def test_a_change_is_no_further_item_and_a_test_is_none(campaign) -> None:
    part = a_part(campaign, per_week=9)
    mate = a_mate(part)
    turn = rank_one(campaign, mate)
    tiers = [[each] for each in reversed(turn.task.offered)]
    revise_ranking(assignment=turn, answer=RankingAnswer(tiers=tiers), by=mate)
    tested = rank_one(campaign, mate)
    lane = tested.task.lane
    lane.pk, lane.purpose, lane.skill = None, LanePurpose.TEST, "law"
    lane.save()
    tested.task.lane = lane
    tested.task.save(update_fields=["lane"])

    assert counts(part) == (1, 1)


def test_a_conversation_begins_no_more() -> None:
    campaign = talking_campaign()
    part = a_part(campaign, per_week=1, stops=True)
    one, other = a_mate(part), a_mate(part)
    start_conversation(campaign=campaign, text="What is a stent?", by=one, key=uuid4())

    with pytest.raises(QuotaReached):  # the first waits to be judged
        start_conversation(campaign=campaign, text="What is a shunt?", by=other, key=uuid4())


def test_of_two_reasons_the_one_that_lasts_longer_is_told(campaign) -> None:
    part = a_part(campaign, name="North", per_week=1, stops=True)
    mate = a_mate(part)
    set_caps(campaign=campaign, per_day=1, percent=None, by=mate)
    rank_one(campaign, mate)

    [limit] = what_holds_back(mate).values()

    assert (limit.team, limit.per_day) == ("North", None)


def test_a_quota_that_stops_has_a_number(campaign) -> None:
    part = a_part(campaign)
    ask_for(part, stops=True)

    part.refresh_from_db()
    assert not part.stops
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamPart.objects.filter(pk=part.pk).update(stops=True)


def test_what_was_counted_before_and_what_came_since_are_the_whole(campaign, monkeypatch) -> None:
    """The count is kept three times, on Sunday and over midnight, and is never another."""
    part = a_part(campaign, per_week=9)
    mate, seen = a_mate(part), []
    for hours in (0, 1, 11, 13):
        monkeypatch.setattr(timezone, "now", lambda at=SUNDAY + timedelta(hours=hours): at)
        rank_one(campaign, mate)
        plain = counts(part)
        count_quotas(campaign=campaign)
        monkeypatch.setattr(
            timezone, "now", lambda at=SUNDAY + timedelta(hours=hours) + 2 * LAST_HANDS: at
        )
        count_quotas(campaign=campaign)
        seen.append((plain, counts(part)))

    assert seen == [((1, 1),) * 2, ((2, 2),) * 2, ((3, 3),) * 2, ((1, 4),) * 2]
    assert part.counted_in_all == 4
    TeamPart.objects.update(counted_to=None)
    assert counts(part) == (1, 4)


def test_what_is_being_handed_in_while_it_is_counted_is_counted_later(campaign) -> None:
    part = a_part(campaign, per_week=9)
    rank_one(campaign, a_mate(part))

    count_quotas(campaign=campaign)

    part.refresh_from_db()
    assert part.counted_in_all == 0
    assert counts(part) == (1, 1)


def test_all_that_somebody_did_counts_with_the_team_that_they_come_to(
    campaign, monkeypatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY)
    north, south = a_part(campaign, per_week=9), a_part(campaign, per_week=9)
    mate = a_mate(north)
    rank_one(campaign, mate)
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY + 2 * LAST_HANDS)
    count_quotas(campaign=campaign)
    assert (counts(north)[1], counts(south)[1]) == (1, 0)

    join_team(south, mate)

    assert (counts(north)[1], counts(south)[1]) == (0, 1)


def test_only_what_two_teams_did_is_counted_anew_when_somebody_changes_between_them(
    campaign, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    """And at once: until then each take of theirs would count all that they ever did."""
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY)
    north, south, west = (a_part(campaign, per_week=9) for _ in range(3))
    mate = a_mate(north)
    count_quotas(campaign=campaign)
    TeamPart.objects.filter(pk=west.pk).update(counted_in_all=7)  # as if it had done so many

    with django_capture_on_commit_callbacks() as behind:
        join_team(south, mate)
    emptied = list(TeamPart.objects.filter(counted_to=None).order_by("pk"))
    for count in behind:
        count()

    assert emptied == [north, south]
    assert not TeamPart.objects.filter(counted_to=None).exists()
    assert counts(west)[1] == 7


def test_who_has_left_counts_still_and_who_is_in_no_team_is_not_held_back(campaign) -> None:
    part = a_part(campaign, per_week=1, stops=True)
    mate = a_mate(part)
    rank_one(campaign, mate)
    put_in_team(membership=membership_in(part, mate), team=None, by=mate)

    assert counts(part) == (0, 0)
    assert quotas_reached(mate) == {}
    assert take_assignment(by=mate, campaign=campaign).pk


def test_a_take_counts_only_what_came_since(campaign, monkeypatch) -> None:
    """However much a team has done: what was counted before is read from its row alone."""
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY)
    part = a_part(campaign, per_week=9, stops=True)
    mate = a_mate(part)
    rank_one(campaign, mate)
    monkeypatch.setattr(timezone, "now", lambda: SUNDAY + 2 * LAST_HANDS)
    count_quotas(campaign=campaign)
    TeamPart.objects.update(counted_of_week=9)  # as if there were so many

    with pytest.raises(QuotaReached):
        take_assignment(by=mate, campaign=campaign)


@pytest.mark.django_db(transaction=True)
def test_two_of_a_team_who_ask_at_once_take_no_more_than_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One has counted and is about to take when the other asks."""
    campaign = make_campaign()
    for _ in range(6):
        make_task(campaign)
    part = a_part(campaign, per_week=1, stops=True)
    one, other = a_mate(part), a_mate(part)
    others: list[Future[None]] = []

    def take_too() -> None:
        try:
            with suppress(QuotaReached):
                take_assignment(by=other, campaign=campaign, kind=Kind.RANK)
        finally:
            connection.close()

    def after_the_other(**given: Any) -> object:
        if not others:
            others.append(pool.submit(take_too))
            wait(others, timeout=3)  # where it waits for us, it counts when we have taken
        return take_turn(**given)

    monkeypatch.setattr(assignment, "take_turn", after_the_other)
    with ThreadPoolExecutor(1) as pool:
        take_assignment(by=one, campaign=campaign, kind=Kind.RANK)
        others[0].result(timeout=60)

    assert Assignment.objects.filter(task__campaign=campaign, state="open").count() == 1


def test_an_item_loaded_ahead_is_in_hand(campaign) -> None:
    part = a_part(campaign, per_week=2, stops=True)
    one, other = a_mate(part), a_mate(part)
    make_assignment(campaign, one)
    take_assignment(by=one, campaign=campaign)

    with pytest.raises(QuotaReached):
        take_assignment(by=other, campaign=campaign)


def test_paces_are_as_many_statements_however_many_teams(
    campaign, django_assert_num_queries
) -> None:
    """And each team has its own: what one did is not in another's, nor of another campaign."""
    elsewhere = make_campaign()
    make_task(elsewhere)
    parts = [a_part(each, per_week=9) for each in (campaign, campaign, campaign, elsewhere)]
    mates = [a_mate(part) for part in parts]
    for times, (part, mate) in enumerate(zip(parts[:3], mates[:3], strict=True)):
        for _ in range(times):
            rank_one(part.campaign, mate)
    take_and_show(mates[2], campaign)
    add_member(campaign=elsewhere, person=mates[2], role=Role.ANNOTATOR, by=None)
    rank_one(elsewhere, mates[2])  # there for nobody
    with django_assert_num_queries(7):
        paces_of(parts[:1])

    with django_assert_num_queries(7):
        paces = paces_of(parts)

    assert [each.part for each in paces] == parts
    assert [(each.this_week, each.in_hand) for each in paces] == [(0, 0), (1, 0), (2, 1), (0, 0)]
    assert paces_of([]) == []


def test_a_quota_of_a_team_that_is_out_stops_nobody(campaign) -> None:
    """A lead of the campaign is not taken out with their team, and others are let in again."""
    part = a_part(campaign, per_week=1, stops=True)
    mate = a_mate(part)
    rank_one(campaign, mate)
    Membership.objects.filter(person=mate).update(role=Role.LEAD)

    end_part(part=part, by=make_member(campaign, Role.LEAD))

    assert what_holds_back(mate) == {}
    assert take_assignment(by=mate, campaign=campaign).pk


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_whoever_talks_keeps_nobody_of_their_team_waiting_while_their_prompt_waits() -> None:
    """An arrival settles its prompts, and what somebody says waits for it: others take items."""
    campaign = make_campaign(works=[TALK, Work(Kind.RANK, answers=4)])
    part = a_part(campaign, per_week=9, stops=True)
    one, other = a_mate(part), a_mate(part)
    make_task(campaign)

    def talk() -> None:
        start_conversation(campaign=campaign, text="What is a stent?", by=one, key=uuid4())

    def take() -> None:
        try:
            take_assignment(by=other, campaign=campaign, kind=Kind.RANK)
        finally:
            connection.close()

    with transaction.atomic():
        dialect().hold()
        talking = held_up(talk)
        assert talking.is_alive()
        taking = Thread(target=take)
        taking.start()
        taking.join(timeout=60)
        assert not taking.is_alive()
    talking.join()

    assert Assignment.objects.filter(person=other, state="open").count() == 1
    assert ConversationTurn.objects.filter(conversation__person=one).count() == 1
