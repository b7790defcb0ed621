"""Items that check people: made, given unsaid, held against the right order, retired."""

from random import Random
from uuid import uuid4

import pytest
from django.db.models import F

from annotate.enums import AssignmentState, CountsAs, Kind, LanePurpose, Origin, Role
from annotate.errors import NothingToDo
from annotate.export.policy import Policy
from annotate.models import Assignment, GoldResult, Membership, Pause, Ranking, Tally, Task
from annotate.people_errors import AlreadyGold, AnswerTold, NoGold
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.gold import golds_of, person_counts, unanimous
from annotate.selectors.judgement import seems_to_count_as
from annotate.selectors.snapshot import rankings_to_freeze
from annotate.services.assignment import take_assignment
from annotate.services.gold import retire_gold, set_gold_rules
from annotate.services.queue import plan_of
from annotate.services.queue.walk import walk_of
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.annotate.golden import checking_campaign, gold_of
from tests.annotate.reviewing import make_ranked_task, make_reviewed_campaign, tiers_of
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def is_in_balance() -> bool:
    return not [*tasks_out_of_balance(), *mismatched_turns()]


def only_checks(campaign: object) -> None:
    """Let the next item be a check: no work of the campaign is left, and lanes are open still."""
    Task.objects.filter(round__gt=0).update(wanted=F("wanted") - F("free"), free=0)


def rank(turn: Assignment, order: str, by: User) -> Ranking:
    answer = RankingAnswer(tiers=tiers_of(turn.task, order))
    return submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())


def check_taken(campaign: object, by: User) -> Assignment:
    """A silent check on a person's screen: the draw is one in two, so it is asked for again."""
    only_checks(campaign)
    for _ in range(200):
        try:
            return take_and_show(by, campaign, kind=Kind.RANK)  # type: ignore[arg-type]
        except NothingToDo:
            continue
    raise AssertionError("no check came in two hundred draws of one in two")


def test_a_check_is_an_item_of_round_0_whose_answer_is_gold() -> None:
    campaign = checking_campaign()
    task = make_task(campaign)

    gold = gold_of(campaign, "ab=cd", task=task)

    assert gold.task.round == 0
    assert gold.task.lane.purpose == LanePurpose.GOLD
    assert gold.task.offered == task.offered
    assert gold.answer.tiers == tiers_of(task, "ab=cd")
    assert (gold.answer.origin, gold.answer.counts_as) == (Origin.GOLD, CountsAs.GOLD)
    task.refresh_from_db()
    assert (task.wanted, task.free) == (0, 0)  # nobody judges it as work any more


def test_an_item_serves_once() -> None:
    campaign = checking_campaign()
    task = make_task(campaign)
    gold_of(campaign, task=task)

    with pytest.raises(AlreadyGold, match="already"):
        gold_of(campaign, task=task, purpose=LanePurpose.PRACTICE)


def test_an_order_that_says_nothing_checks_nobody() -> None:
    campaign = checking_campaign()

    with pytest.raises(NoGold, match="nothing is better"):
        gold_of(campaign, "a=b=c=d")

    assert not Task.objects.filter(round=0).exists()


def test_a_check_comes_to_whoever_works_and_looks_like_work() -> None:
    campaign = checking_campaign()
    gold = gold_of(campaign)
    person = make_member(campaign)

    turn = check_taken(campaign, person)
    kept = rank(turn, "abcd", person)

    assert turn.task_id == gold.task_id
    assert kept.origin == Origin.WORK
    assert kept.counts_as == CountsAs.GOLD
    assert GoldResult.objects.values_list("person", "agreed", "compared").get() == (
        person.pk,
        6,
        6,
    )
    assert is_in_balance()


def test_a_check_is_in_no_tally_no_dataset_and_no_review() -> None:
    campaign = checking_campaign()
    gold_of(campaign)
    campaign.works.update(reviewed_share=1, third_below=1)
    person = make_member(campaign)
    kept = rank(check_taken(campaign, person), "dcba", person)

    find_reviews()

    assert not Tally.objects.exclude(rankings=0, comparisons=0, surplus=0).exists()
    everything = Policy(raters="all", surplus=True, imported=True)
    assert not rankings_to_freeze([campaign], everything).filter(pk=kept.pk).exists()
    assert not campaign.reviews.exists()


def test_its_author_is_told_that_it_counts_as_work() -> None:
    campaign = checking_campaign()
    gold_of(campaign)
    gold_of(campaign)
    open_one, held_out = make_member(campaign), make_member(campaign)
    campaign.memberships.filter(person=held_out).update(pool="held-out")

    told = [
        seems_to_count_as(rank(check_taken(campaign, person), "abcd", person))
        for person in (open_one, held_out)
    ]

    assert told == ["work", "held-out"]


def test_a_late_check_is_a_check_still() -> None:
    """One that came when the item had been given to as many as it may is no surplus: surplus may
    train."""
    campaign = checking_campaign(share=0.5, seen_at_most=1)
    gold = gold_of(campaign)
    late, other = make_member(campaign), make_member(campaign)
    turn = check_taken(campaign, late)
    Assignment.objects.filter(pk=turn.pk).update(
        state=AssignmentState.EXPIRED, closed_at=turn.taken_at
    )
    Task.objects.filter(pk=gold.task_id).update(free=1)
    rank(check_taken(campaign, other), "abcd", other)

    kept = rank(turn, "abcd", late)

    assert kept.counts_as == CountsAs.GOLD
    assert is_in_balance()


def test_nobody_meets_an_item_twice_nor_one_whose_answer_they_know() -> None:
    campaign = checking_campaign()
    worker, lead = make_member(campaign), make_member(campaign, Role.LEAD)
    task = make_task(campaign)
    turn = take_and_show(worker, campaign, kind=Kind.RANK)
    rank(turn, "abcd", worker)

    gold = gold_of(campaign, task=task, by=lead)

    away = gold.task.assignments.filter(state=AssignmentState.EXCLUDED)
    assert set(away.values_list("person", flat=True)) == {worker.pk, lead.pk}


def test_checks_come_as_often_as_the_share_says() -> None:
    """400 draws of one in four: 100 are expected, and 3.9 standard deviations are 34."""
    campaign = checking_campaign(share=0.25)
    gold_of(campaign)
    make_task(campaign)
    plan = plan_of(person=make_member(campaign).pk, kind=Kind.RANK)
    draw = Random(5)

    walks = [walk_of(plan.lanes, draw) for _ in range(400)]
    drawn = [walk for walk in walks if walk[0].purpose == LanePurpose.GOLD]

    assert 66 <= len(drawn) <= 134
    assert all(any(at.purpose == LanePurpose.WORK for at in walk) for walk in walks)


def test_without_a_share_nobody_is_checked() -> None:
    campaign = checking_campaign(share=0)
    gold_of(campaign)
    make_task(campaign)

    plan = plan_of(person=make_member(campaign).pk, kind=Kind.RANK)

    assert {lane.purpose for lane in plan.lanes} == {LanePurpose.WORK}


def test_checks_come_with_work_of_their_kind_alone() -> None:
    campaign = checking_campaign()
    gold_of(campaign)
    plan = plan_of(person=make_member(campaign).pk, kind=Kind.DEMONSTRATE)

    assert not [lane for lane in plan.lanes if lane.purpose]


def test_training_comes_first_and_ends() -> None:
    campaign = checking_campaign(share=0, training_items=1)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    work = make_task(campaign)
    person = make_member(campaign)

    first = take_and_show(person, campaign, kind=Kind.RANK)
    kept = rank(first, "abcd", person)
    then = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)

    assert kept.counts_as == CountsAs.PRACTICE
    assert first.task.round == 0
    assert then.task_id == work.pk


def test_a_person_is_not_trained_twice_in_several_fields() -> None:
    """The items of all lanes of a campaign count together."""
    campaign = checking_campaign(share=0, training_items=2)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    make_task(campaign)
    person = make_member(campaign)
    lanes = plan_of(person=person.pk, kind=Kind.RANK).lanes
    [practice] = [lane for lane in lanes if lane.purpose]
    done = [practice._replace(trained=1), practice._replace(lane=0, trained=1)]
    work = [lane for lane in lanes if not lane.purpose]

    walk = walk_of([*work, *done], Random(1))

    assert not [at for at in walk if at.purpose]


def test_a_change_of_a_check_is_held_against_the_right_order_anew() -> None:
    campaign = checking_campaign()
    gold_of(campaign)
    person = make_member(campaign)
    turn = check_taken(campaign, person)
    rank(turn, "dcba", person)

    answer = RankingAnswer(tiers=tiers_of(turn.task, "abcd"))
    revise_ranking(assignment=turn, answer=answer, by=person, key=uuid4())

    assert GoldResult.objects.values_list("agreed", flat=True).get() == 6
    assert is_in_balance()


def test_what_was_shown_with_its_answer_is_not_changed() -> None:
    campaign = checking_campaign(share=0, training_items=1)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    make_task(campaign)
    person = make_member(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    rank(turn, "dcba", person)

    answer = RankingAnswer(tiers=tiers_of(turn.task, "abcd"))
    with pytest.raises(AnswerTold):
        revise_ranking(assignment=turn, answer=answer, by=person, key=uuid4())


def test_a_retired_item_is_given_to_nobody() -> None:
    campaign = checking_campaign()
    gold = gold_of(campaign)

    retire_gold(gold=gold, by=make_user())
    retire_gold(gold=gold, by=make_user())

    gold.task.refresh_from_db()
    assert (gold.task.wanted, gold.task.free) == (0, 0)


def test_who_agrees_too_little_is_paused_with_the_numbers() -> None:
    """Ten orders the other way round: agreement 0, and even its upper end is below 0.7."""
    campaign = checking_campaign(pause_below=0.7, least_items=10)
    person = make_member(campaign)
    for _ in range(10):
        gold_of(campaign)
    for _ in range(9):
        rank(check_taken(campaign, person), "dcba", person)
    assert not Pause.objects.exists()  # nobody is judged on few items

    rank(check_taken(campaign, person), "dcba", person)

    pause = Pause.objects.get()
    assert pause.cause == "gold"
    assert pause.evidence["items"] == 10
    assert pause.evidence["agreement"] == 0
    assert pause.evidence["high"] < 0.7
    assert Membership.objects.get(campaign=campaign, person=person).paused
    with pytest.raises(NothingToDo):
        take_assignment(by=person, campaign=campaign)


def test_counts_are_of_silent_checks_alone() -> None:
    campaign = checking_campaign(training_items=1)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    gold_of(campaign)
    person = make_member(campaign, name="ada")
    make_task(campaign)
    rank(take_and_show(person, campaign, kind=Kind.RANK), "dcba", person)  # training
    rank(check_taken(campaign, person), "bacd", person)  # one pair of six the other way round

    [count] = person_counts([campaign])

    assert (count.person, count.name, count.seen) == (person.pk, "ada", 1)
    assert count.agreed == pytest.approx(5 / 6)
    assert count.looks == 0  # too few to conclude from
    assert {vars(gold)["seen"] for gold in golds_of(campaign)} == {1}


def test_unanimous_items_are_suggested() -> None:
    campaign = make_reviewed_campaign()
    alike = make_ranked_task(campaign, ["ab=cd", "ab=cd"])
    make_ranked_task(campaign, ["abcd", "abdc"])

    [suggestion] = unanimous(campaign, votes=2)

    assert suggestion.task == alike
    assert suggestion.tiers == tiers_of(alike, "ab=cd")
    assert suggestion.votes == 2
    assert not unanimous(campaign, votes=3)


def test_what_checks_people_already_is_not_suggested() -> None:
    campaign = make_reviewed_campaign()
    gold_of(campaign, task=make_ranked_task(campaign, ["abcd", "abcd"]))

    assert not unanimous(campaign, votes=2)


def test_rules_hold_from_then_on() -> None:
    campaign = make_campaign()

    kept = set_gold_rules(campaign=campaign, by=make_user(), share=0.1, seen_at_most=7)

    assert (kept.share, kept.seen_at_most) == (0.1, 7)
    assert gold_of(campaign).task.wanted == 7
