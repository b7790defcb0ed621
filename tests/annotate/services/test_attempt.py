"""A test is taken: who passes holds its skill, and is given the work that asks for it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate.enums import AttemptState, Facet, Kind, LanePurpose, PauseCause, Pool, SkipReason
from annotate.errors import NothingToDo
from annotate.models import (
    Assignment,
    Attempt,
    Campaign,
    Competence,
    GoldResult,
    Qualification,
    Task,
)
from annotate.people_errors import NoTest, Paused
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.qualification import fresh_items, turns_of_attempt
from annotate.selectors.qualification import tests_offered_to as offered_to
from annotate.services.assignment import take_assignment
from annotate.services.attempt import begin_attempt, leave_overdue_attempts, take_test_item
from annotate.services.campaign import grant_competence
from annotate.services.pause import pause_member
from annotate.services.qualification import change_test, make_test, prune_competences
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.turn import show_assignment, skip_assignment
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import tiers_of
from tests.factories import make_campaign, make_member, make_prompt, make_task, make_user

pytestmark = pytest.mark.django_db

ANSWERS = ("One.", "Two.", "Three.", "Four.")


def make_law_test(campaign: Campaign, *, items: int = 3, **terms: float) -> Qualification:
    test = make_test(
        campaign=campaign,
        skill="law",
        by=make_user(),
        **{"questions": 3, "pass_mark": 0.8, "wait_days": 0, **terms},  # type: ignore[arg-type]
    )
    for _ in range(items):
        gold_of(campaign, purpose=LanePurpose.TEST, qualification=test)
    return test


def take_item(attempt: Attempt, by: User, order: str = "abcd") -> Assignment:
    turn = take_test_item(attempt=attempt, by=by)
    assert turn is not None
    turn = Assignment.objects.get(pk=turn.pk)
    show_assignment(assignment=turn)
    answer = RankingAnswer(tiers=tiers_of(turn.task, order))
    submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())
    return turn


def take_whole(test: Qualification, by: User, *orders: str) -> Attempt:
    attempt = begin_attempt(qualification=test, by=by)
    for order in orders:
        take_item(attempt, by, order)
    attempt.refresh_from_db()
    return attempt


def test_who_passes_is_given_the_work_that_asks_for_the_skill() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign), make_member(campaign)
    make_prompt(campaign, answers=ANSWERS, skill="law")
    with pytest.raises(NothingToDo):
        take_assignment(by=person, campaign=campaign, kind=Kind.RANK)

    attempt = take_whole(test, person, "abcd", "abcd", "abdc")  # 6, 6 and 5 of 6 pairs

    assert attempt.state == AttemptState.PASSED
    assert attempt.agreement == pytest.approx((6 + 6 + 5) / 18)
    held = Competence.objects.get(person=person, facet=Facet.SKILL)
    assert held.value == "law"
    assert held.expires_at is not None
    assert timedelta(days=179) < held.expires_at - timezone.now() < timedelta(days=181)
    assert take_assignment(by=person, campaign=campaign, kind=Kind.RANK).task.round == 1
    assert not [*tasks_out_of_balance(), *mismatched_turns()]


def test_what_a_test_gave_ends() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    take_whole(make_law_test(campaign), person, "abcd", "abcd", "abcd")
    make_prompt(campaign, answers=ANSWERS, skill="law")

    Competence.objects.filter(value="law").update(expires_at=timezone.now())

    with pytest.raises(NothingToDo):
        take_assignment(by=person, campaign=campaign, kind=Kind.RANK)


def test_what_ended_long_ago_is_let_go() -> None:
    person = make_user()
    grant_competence(person=person, facet=Facet.SKILL, values=["law", "medicine"])
    Competence.objects.filter(value="law").update(expires_at=timezone.now() - timedelta(days=31))

    assert prune_competences() == 1

    assert not Competence.objects.filter(value="law").exists()
    assert Competence.objects.filter(person=person, value="medicine").exists()


def test_who_fails_tries_again_with_other_items_and_not_for_ever() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign, items=6), make_member(campaign)
    failed = take_whole(test, person, "dcba", "dcba", "abcd")
    first = set(failed.results.values_list("gold", flat=True))

    passed = take_whole(test, person, "abcd", "abcd", "abcd")

    assert (failed.state, passed.state) == (AttemptState.FAILED, AttemptState.PASSED)
    assert first.isdisjoint(passed.results.values_list("gold", flat=True))
    with pytest.raises(NoTest, match="used all"):
        begin_attempt(qualification=test, by=person)


def test_between_two_attempts_one_waits() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign, items=6, wait_days=2), make_member(campaign)
    take_whole(test, person, "dcba", "dcba", "dcba")

    with pytest.raises(NoTest, match="again from"):
        begin_attempt(qualification=test, by=person)


def test_an_attempt_needs_enough_items_that_one_has_not_met() -> None:
    campaign = make_campaign()
    test = make_law_test(campaign, items=2)

    with pytest.raises(NoTest, match="not enough items"):
        begin_attempt(qualification=test, by=make_member(campaign))


def test_a_stranger_takes_no_test() -> None:
    test = make_law_test(make_campaign())

    with pytest.raises(NoTest, match="not in this campaign"):
        begin_attempt(qualification=test, by=make_user())


def test_who_is_paused_takes_no_test() -> None:
    """Neither begins one nor goes on with one; what they have in hand they hand in."""
    campaign = make_campaign()
    test, begun = make_law_test(campaign), make_member(campaign)
    attempt = begin_attempt(qualification=test, by=begun)
    in_hand = take_test_item(attempt=attempt, by=begun)
    assert in_hand is not None
    show_assignment(assignment=in_hand)
    other = make_member(campaign)
    for person in (begun, other):
        pause_member(membership=person.memberships.get(), cause=PauseCause.LEAD, by=None)

    with pytest.raises(Paused, match="You are paused"):
        begin_attempt(qualification=test, by=other)
    take_item(attempt, begun)
    with pytest.raises(Paused, match="You are paused"):
        take_test_item(attempt=attempt, by=begun)

    assert Attempt.objects.get().results.count() == 1
    assert not offered_to(other)


def test_a_closed_test_is_taken_by_nobody() -> None:
    campaign = make_campaign()
    test = make_law_test(campaign)
    change_test(qualification=test, by=make_user(), open=False)
    test.refresh_from_db()

    with pytest.raises(NoTest, match="closed"):
        begin_attempt(qualification=test, by=make_member(campaign))


def test_an_attempt_is_begun_once_and_its_item_stays_in_hand() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign), make_member(campaign)

    first = begin_attempt(qualification=test, by=person)
    again = begin_attempt(qualification=test, by=person)

    assert first == again
    assert take_test_item(attempt=first, by=person) == take_test_item(attempt=first, by=person)


def test_a_skipped_item_has_no_pair_right() -> None:
    """6 + 6 + 0 of 18 pairs are below 0.8, though both that were done are right."""
    campaign = make_campaign()
    test, person = make_law_test(campaign), make_member(campaign)
    attempt = take_whole(test, person, "abcd", "abcd")
    turn = take_test_item(attempt=attempt, by=person)
    assert turn is not None
    show_assignment(assignment=turn)
    skip_assignment(assignment=turn, reason=SkipReason.NOT_MY_FIELD, by=person)

    assert take_test_item(attempt=attempt, by=person) is None

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    assert attempt.agreement == pytest.approx(2 / 3)


def test_a_day_later_an_attempt_is_left_and_counts() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign, attempts=1), make_member(campaign)
    attempt = begin_attempt(qualification=test, by=person)
    Attempt.objects.update(begun_at=timezone.now() - timedelta(days=2))

    assert leave_overdue_attempts() == 1

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.LEFT
    with pytest.raises(NoTest, match="used all"):
        begin_attempt(qualification=test, by=person)


def test_what_comes_late_of_an_attempt_counts_in_no_later_one() -> None:
    campaign = make_campaign()
    test, person = make_law_test(campaign, items=6), make_member(campaign)
    first = begin_attempt(qualification=test, by=person)
    late = take_test_item(attempt=first, by=person)
    assert late is not None
    show_assignment(assignment=late)
    Attempt.objects.update(begun_at=timezone.now() - timedelta(days=2))
    second = begin_attempt(qualification=test, by=person)

    answer = RankingAnswer(tiers=tiers_of(late.task, "dcba"))
    submit_ranking(assignment=late, answer=answer, by=person, key=uuid4())

    result = GoldResult.objects.get()
    assert (result.agreed, result.attempt) == (0, None)
    for _ in range(3):
        take_item(second, person)
    second.refresh_from_db()
    assert (second.state, second.agreement) == (AttemptState.PASSED, 1)


def test_what_a_lead_granted_for_good_stays_so() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    grant_competence(person=person, facet=Facet.SKILL, values=["law"])

    take_whole(make_law_test(campaign), person, "abcd", "abcd", "abcd")

    assert Competence.objects.get(person=person, value="law").expires_at is None


def test_tests_are_offered_to_whom_they_are_of_use() -> None:
    campaign = make_campaign()
    test = make_law_test(campaign)
    needs, holds, renews, stranger = (
        make_member(campaign),
        make_member(campaign),
        make_member(campaign),
        make_user(),
    )
    grant_competence(person=holds, facet=Facet.SKILL, values=["law"])
    soon = timezone.now() + timedelta(days=10)
    Competence.objects.create(person=renews, facet=Facet.SKILL, value="law", expires_at=soon)

    assert [each.qualification for each in offered_to(needs)] == [test]
    assert not offered_to(holds)
    assert [each.until for each in offered_to(renews)] == [soon]
    assert not offered_to(stranger)


def test_a_test_gives_its_own_items_alone() -> None:
    """Both tests are made of prompts that ask for no skill."""
    campaign = make_campaign()
    other = make_test(campaign=campaign, skill="medicine", by=make_user(), questions=3)
    for _ in range(3):
        gold_of(campaign, purpose=LanePurpose.TEST, qualification=other)
    test, person = make_law_test(campaign), make_member(campaign)

    attempt = take_whole(test, person, "abcd", "abcd", "abcd")

    given = Assignment.objects.filter(person=person, state="submitted")
    assert set(given.values_list("task__gold__qualification", flat=True)) == {test.pk}
    assert attempt.state == AttemptState.PASSED


def test_items_that_a_person_may_not_look_at_are_not_given() -> None:
    """One language, one clearance and one pool too many: three items of six are left."""
    campaign = make_campaign()
    test, person = make_law_test(campaign, items=6), make_member(campaign)
    lanes = [gold.task.lane for gold in test.golds.all()[:3]]
    asks: list[dict[str, str]] = [
        {"language": "de"},
        {"clearance": "secret"},
        {"pool": Pool.HELD_OUT},
    ]
    for gold, lane, columns in zip(test.golds.all(), lanes, asks, strict=False):
        lane.pk = None
        for name, value in columns.items():
            setattr(lane, name, value)
        lane.save(force_insert=True)
        Task.objects.filter(pk=gold.task_id).update(lane=lane, place=0)

    attempt = take_whole(test, person, "abcd", "abcd", "abcd")

    given = turns_of_attempt(attempt).values_list("task__lane__language", "task__lane__clearance")
    assert set(given.distinct()) == {("en", "")}
    assert not turns_of_attempt(attempt).exclude(task__lane__pool=Pool.OPEN).exists()
    assert not fresh_items(test, person).exists()


def test_items_of_a_test_are_no_checks_and_no_work() -> None:
    campaign = make_campaign()
    make_law_test(campaign)
    make_task(campaign)
    person = make_member(campaign)

    turn = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)

    assert turn.task.round == 1
    assert not GoldResult.objects.exists()
