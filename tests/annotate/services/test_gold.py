"""Items that check people: made, given unsaid, held against the right order, retired."""

from collections.abc import Sequence
from random import Random
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from annotate.enums import (
    AssignmentState,
    CountsAs,
    Kind,
    LanePurpose,
    Origin,
    PauseCause,
    Pool,
    Role,
)
from annotate.errors import NothingToDo
from annotate.export.policy import Policy
from annotate.models import (
    Assignment,
    GoldResult,
    Membership,
    Pause,
    Ranking,
    Tally,
    Task,
)
from annotate.people_errors import AlreadyGold, AnswerTold, NoGold
from annotate.selectors.balance import mismatched_turns, tasks_out_of_balance
from annotate.selectors.gold import golds_of, person_counts, unanimous
from annotate.selectors.judgement import seems_to_count_as
from annotate.selectors.snapshot import rankings_to_freeze
from annotate.selectors.task import asking_again
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.gold import retire_gold, set_gold_rules
from annotate.services.member import change_member
from annotate.services.pause import pause_member
from annotate.services.queue import plan_of
from annotate.services.queue.company import checks_in_company
from annotate.services.queue.types import Start
from annotate.services.queue.walk import walk_of
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import give_back_unseen_turns
from annotate.services.reviewing import find_reviews
from annotate.services.task import open_round
from annotate.services.team import lift_mates, pause_mates
from annotate.services.turn import release_assignment
from commons.models import User
from tests.annotate.golden import check_taken, checking_campaign, gold_of
from tests.annotate.reviewing import make_ranked_task, make_reviewed_campaign, tiers_of
from tests.annotate.teaming import a_mate, a_part, membership_in
from tests.annotate.waiting import beginning_before, held_up
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db


def is_in_balance() -> bool:
    return not [*tasks_out_of_balance(), *mismatched_turns()]


def rank(turn: Assignment, order: str, by: User) -> Ranking:
    answer = RankingAnswer(tiers=tiers_of(turn.task, order))
    return submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())


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


def test_an_empty_queue_gives_no_check() -> None:
    """Whoever is given something then would know what it is. Forty draws of one in two."""
    campaign = checking_campaign()
    gold_of(campaign)
    person = make_member(campaign)

    for _ in range(40):
        with pytest.raises(NothingToDo):
            take_assignment(by=person, campaign=campaign, kind=Kind.RANK)

    assert check_taken(campaign, person).task.round == 0  # work came


def test_work_of_another_kind_or_that_one_has_met_is_no_company_for_a_check() -> None:
    campaign = checking_campaign()
    person = make_member(campaign)
    make_ranking(campaign, person)  # wanted once more, by somebody else
    Task.objects.update(wanted=2, free=1)
    gold_of(campaign)
    make_prompt(campaign)  # to be answered alone

    for _ in range(40):
        assert take_assignment(by=person, campaign=campaign).task.kind == Kind.DEMONSTRATE
        give_back_unseen_turns(of=person)


def test_the_lanes_of_the_work_beside_a_check_are_looked_through_at_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    campaign = checking_campaign()
    person = make_member(campaign)
    gold_of(campaign)
    [work] = [at for at in lanes_of(person) if not at.purpose]
    [check] = [at for at in lanes_of(person) if at.purpose]
    walk = [check, work, *[work._replace(lane=number) for number in range(900, 940)]]

    with django_assert_num_queries(1):
        alone = checks_in_company(walk, person=person.pk)
    make_task(campaign)
    with django_assert_num_queries(1):
        beside = checks_in_company(walk, person=person.pk)
    make_task(campaign)
    behind = [at._replace(after=1 << 62) for at in walk]

    assert (alone, beside) == (walk[1:], walk)
    assert checks_in_company(behind, person=person.pk) == behind[1:]


def lanes_of(person: User) -> Sequence[Start]:
    return plan_of(person=person.pk, kind=Kind.RANK).lanes


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


def test_training_that_is_short_of_items_lets_nobody_off_the_checks() -> None:
    campaign = checking_campaign(training_items=2)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    silent = gold_of(campaign)
    make_task(campaign)
    person = make_member(campaign)
    first = take_and_show(person, campaign, kind=Kind.RANK)
    rank(first, "abcd", person)

    then = check_taken(campaign, person)

    assert first.task.lane.purpose == LanePurpose.PRACTICE
    assert then.task_id == silent.task_id


def test_all_training_comes_before_the_first_silent_check() -> None:
    campaign = checking_campaign(share=0.5, training_items=1)
    gold_of(campaign, purpose=LanePurpose.PRACTICE)
    gold_of(campaign)
    lanes = plan_of(person=make_member(campaign).pk, kind=Kind.RANK).lanes
    draw = Random(3)

    walks = [[at.purpose for at in walk_of(lanes, draw)] for _ in range(40)]

    training, checks = [LanePurpose.PRACTICE] * 2, [LanePurpose.GOLD] * 2
    assert {tuple(walk[:-1]) for walk in walks} == {tuple(training), (*training, *checks)}


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


def test_what_as_many_have_seen_as_may_is_given_to_nobody_more() -> None:
    """Two may meet it; the third draws thirty times, one in two, and is given work each time."""
    campaign = checking_campaign(share=0.5, seen_at_most=2)
    gold, third = gold_of(campaign), make_member(campaign)
    for person in (make_member(campaign), make_member(campaign)):
        rank(check_taken(campaign, person), "abcd", person)

    given = set()
    for _ in range(30):
        given.add(take_assignment(by=third, campaign=campaign, kind=Kind.RANK).task.round)
        give_back_unseen_turns(of=third)

    gold.task.refresh_from_db()
    assert (gold.task.wanted, gold.task.free) == (2, 0)
    assert given == {1}
    assert GoldResult.objects.filter(gold=gold).count() == 2
    assert is_in_balance()


def test_a_seat_that_is_given_back_is_another_persons() -> None:
    """Who looked away has not done it: as many do it as may."""
    campaign = checking_campaign(share=0.5, seen_at_most=1)
    gold, one, other = gold_of(campaign), make_member(campaign), make_member(campaign)
    release_assignment(assignment=check_taken(campaign, one), by=one)

    turn = check_taken(campaign, other)

    assert turn.task_id == gold.task_id


def test_what_came_back_of_a_retired_item_is_given_to_nobody() -> None:
    campaign = checking_campaign()
    gold, person = gold_of(campaign), make_member(campaign)
    turn = check_taken(campaign, person)
    retire_gold(gold=gold, by=make_user())

    release_assignment(assignment=turn, by=person)

    gold.task.refresh_from_db()
    assert (gold.task.wanted, gold.task.free) == (0, 0)
    assert is_in_balance()


def test_a_turn_at_what_checks_people_by_now_comes_back_to_nobody() -> None:
    campaign = checking_campaign()
    person, task = make_member(campaign), make_task(campaign)
    turn = take_and_show(person, campaign, kind=Kind.RANK)
    gold_of(campaign, task=task)

    release_assignment(assignment=turn, by=person)

    task.refresh_from_db()
    assert (task.wanted, task.free) == (0, 0)
    assert is_in_balance()


def test_no_third_is_asked_of_what_checks_people_by_now() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4, wanted=2)])
    campaign.works.update(third_below=0.4)
    people, task = [make_member(campaign), make_member(campaign)], make_task(campaign)
    turns = [take_and_show(each, campaign, kind=Kind.RANK) for each in people]
    gold_of(campaign, task=task)

    for turn, order in zip(turns, ["abcd", "dcba"], strict=True):
        rank(turn, order, turn.person)

    task.refresh_from_db()
    assert (task.wanted, task.free, task.third_asked) == (2, 0, False)


def test_what_checks_people_by_now_is_not_asked_again() -> None:
    campaign = checking_campaign()
    person = make_member(campaign)
    begun, other = make_ranking(campaign, person), make_ranking(campaign, person)
    assert begun.assignment is not None
    gold_of(campaign, task=begun.assignment.task)

    said = asking_again(campaign, None)
    made = open_round(campaign=campaign, batch=None, seen=0, by=make_user())

    assert (said.tasks, made) == (1, 1)
    assert list(Task.objects.filter(round=2).values_list("prompt", flat=True)) == [other.prompt_id]


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


def test_a_pause_of_a_teams_lead_lets_nobody_off_earlier_checks() -> None:
    """It was about something else, and is lifted by whom the checks would cost a person."""
    campaign, lead = checking_campaign(pause_below=0.7, least_items=10), make_user()
    part = a_part(campaign, lead=lead)
    person = a_mate(part)
    mates = [membership_in(part, person)]
    for _ in range(10):
        gold_of(campaign)
    for _ in range(9):
        rank(check_taken(campaign, person), "dcba", person)
    pause_mates(mates=mates, reason="Rest.", by=lead)
    lift_mates(mates=mates, answer="", by=lead)

    rank(check_taken(campaign, person), "dcba", person)

    assert list(Pause.objects.order_by("pk").values_list("cause", "evidence__items")) == [
        (PauseCause.TEAM, None),
        (PauseCause.GOLD, 10),
    ]


def test_who_is_paused_by_their_team_is_paused_by_the_checks_too() -> None:
    """Else their team's lead, who may lift the first, would let them off the second."""
    campaign, lead = checking_campaign(pause_below=0.7, least_items=10), make_user()
    part = a_part(campaign, lead=lead)
    person = a_mate(part)
    mates = [membership_in(part, person)]
    for _ in range(10):
        gold_of(campaign)
    for _ in range(9):
        rank(check_taken(campaign, person), "dcba", person)
    last = check_taken(campaign, person)
    pause_mates(mates=mates, reason="Rest.", by=lead)

    rank(last, "dcba", person)
    lift_mates(mates=mates, answer="", by=lead)

    standing = Pause.objects.exclude(decision="lifted").values_list("cause", flat=True)
    assert list(standing) == [PauseCause.GOLD]
    assert membership_in(part, person).paused


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_who_is_checked_hands_in_while_they_are_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand-in has the turn and pauses them; whoever takes them out has them, and ends it."""
    campaign = checking_campaign(pause_below=0.7, least_items=10)
    person, lead = make_member(campaign), make_user()
    for _ in range(10):
        gold_of(campaign)
    for _ in range(9):
        rank(check_taken(campaign, person), "dcba", person)
    last = check_taken(campaign, person)

    def take_out() -> None:
        theirs = person.memberships.get()
        change_member(membership=theirs, role=Role.ANNOTATOR, pool=Pool.OPEN, active=False, by=lead)

    begun = beginning_before(monkeypatch, "annotate.services.judgement.keep_gold_result", take_out)

    rank(last, "dcba", person)

    assert begun[0].ended() == []
    membership = person.memberships.get()
    assert (membership.active, membership.paused) == (False, True)


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_made", [False, True])
def test_what_comes_back_while_an_item_is_made_or_retired_is_given_to_nobody(is_made: bool) -> None:
    campaign = checking_campaign()
    person, task = make_member(campaign), make_task(campaign)
    gold = None if is_made else gold_of(campaign, task=task)
    if is_made:
        turn = take_and_show(person, campaign, kind=Kind.RANK)
    else:
        turn = check_taken(campaign, person)

    with transaction.atomic():
        if gold is None:
            gold_of(campaign, task=task)
        else:
            retire_gold(gold=gold, by=make_user())
        other = held_up(lambda: release_assignment(assignment=turn, by=person))
        assert other.is_alive()
    other.join()

    turn.task.refresh_from_db()
    assert (turn.task.wanted, turn.task.free) == (0, 0)
    assert is_in_balance()


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_no_third_is_asked_of_what_is_being_made_a_check() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4, wanted=2)])
    campaign.works.update(third_below=0.4)
    people, task = [make_member(campaign), make_member(campaign)], make_task(campaign)
    first, second = [take_and_show(each, campaign, kind=Kind.RANK) for each in people]
    rank(first, "abcd", first.person)

    with transaction.atomic():
        gold_of(campaign, task=task)
        other = held_up(lambda: rank(second, "dcba", second.person))
        assert other.is_alive()
    other.join()

    task.refresh_from_db()
    assert (task.wanted, task.free, task.third_asked) == (2, 0, False)


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_what_is_being_made_a_check_is_not_asked_again() -> None:
    campaign = checking_campaign()
    begun = make_ranking(campaign, make_member(campaign))
    assert begun.assignment is not None
    lead = make_user()

    with transaction.atomic():
        gold_of(campaign, task=begun.assignment.task)
        other = held_up(lambda: open_round(campaign=campaign, batch=None, seen=0, by=lead))
    other.join()

    assert not Task.objects.filter(round=2).exists()


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_while_its_person_is_being_paused_is_kept() -> None:
    campaign = checking_campaign(pause_below=0.7, least_items=10)
    person = make_member(campaign)
    for _ in range(10):
        gold_of(campaign)
    for _ in range(9):
        rank(check_taken(campaign, person), "dcba", person)
    last = check_taken(campaign, person)

    with transaction.atomic():
        pause_member(
            membership=person.memberships.get(), cause=PauseCause.LEAD, reason="Fast.", by=None
        )
        other = held_up(lambda: rank(last, "dcba", person))
        assert other.is_alive()
    other.join()

    assert GoldResult.objects.filter(person=person).count() == 10
    assert Pause.objects.get().cause == "lead"


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
