"""Leads take turns back, extend them and name the person who is to have one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, Pool, Role, SkipReason
from annotate.errors import (
    CampaignNotReady,
    ItemHeld,
    NotAskable,
    NothingToDo,
    NoTurnFree,
    TurnOver,
)
from annotate.models import Assignment, Campaign, Lane, Ranking, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work, add_member, change_campaign_state
from annotate.services.lease import extend_lease, hand_over_turn, reserve_turn, take_back_turn
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.rater import rater_id_of
from annotate.services.turn import skip_assignment
from commons.models import AuditEvent, User
from tests.annotate.leading import ANSWERS
from tests.factories import (
    make_assignment,
    make_campaign,
    make_candidate,
    make_member,
    make_prompt,
    make_task,
    make_user,
    take_and_show,
)

ONCE = [Work(Kind.RANK)]


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=ONCE, lead=lead)


def free_of(task: Task) -> int:
    task.refresh_from_db()
    return task.free


def strict(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[each] for each in assignment.task.offered])


def test_a_lease_that_is_taken_back_goes_to_somebody_else(campaign: Campaign, lead: User) -> None:
    first, second = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, first)

    take_back_turn(assignment=assignment, by=lead)

    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.EXPIRED
    assert assignment.closed_at is not None
    assert free_of(assignment.task) == 1
    with pytest.raises(NothingToDo):
        take_assignment(by=first)
    assert take_assignment(by=second).task == assignment.task


def test_what_is_handed_in_after_all_counts_while_the_item_is_short(
    campaign: Campaign, lead: User
) -> None:
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    take_back_turn(assignment=assignment, by=lead)
    assignment.refresh_from_db()

    kept = submit_ranking(assignment=assignment, answer=strict(assignment), by=person)

    assert kept.counts_as == CountsAs.WORK
    assert free_of(assignment.task) == 0


def test_a_turn_that_is_over_is_not_taken_back(campaign: Campaign, lead: User) -> None:
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    as_the_lead_saw_it = Assignment.objects.get(pk=assignment.pk)
    submit_ranking(assignment=assignment, answer=strict(assignment), by=person)

    for each in (as_the_lead_saw_it, Assignment.objects.get(pk=assignment.pk)):
        with pytest.raises(TurnOver, match="submitted"):
            take_back_turn(assignment=each, by=lead)

    assert free_of(assignment.task) == 0


def test_a_turn_set_aside_is_given_up(campaign: Campaign, lead: User) -> None:
    person, other = make_member(campaign), make_member(campaign)
    task = make_task(campaign)
    kept = reserve_turn(task=task, person=person, by=lead)

    take_back_turn(assignment=kept, by=lead)

    kept.refresh_from_db()
    assert (kept.state, kept.closed_at is None) == (AssignmentState.EXPIRED, False)
    assert take_assignment(by=other).task == task


def test_a_lease_is_extended_from_its_end(campaign: Campaign, lead: User) -> None:
    assignment = make_assignment(campaign, make_member(campaign))
    assignment.refresh_from_db()
    before = assignment.expires_at
    assert before is not None

    until = extend_lease(assignment=assignment, minutes=30, by=lead)

    assignment.refresh_from_db()
    assert assignment.expires_at == until == before + timedelta(minutes=30)


def test_a_lease_that_is_overdue_is_extended_from_now(campaign: Campaign, lead: User) -> None:
    assignment = make_assignment(campaign, make_member(campaign))
    yesterday, now = timezone.now() - timedelta(days=1), timezone.now()
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=yesterday)

    until = extend_lease(assignment=assignment, minutes=30, by=lead)

    assert now + timedelta(minutes=30) <= until < now + timedelta(minutes=31)


def test_what_is_over_or_set_aside_is_not_extended(campaign: Campaign, lead: User) -> None:
    over = make_assignment(campaign, make_member(campaign))
    take_back_turn(assignment=over, by=lead)
    aside = reserve_turn(task=make_task(campaign), person=make_member(campaign), by=lead)

    for assignment in (over, aside):
        with pytest.raises(TurnOver):
            extend_lease(assignment=assignment, minutes=30, by=lead)


def test_a_turn_set_aside_is_its_persons_alone_whatever_they_hold(
    campaign: Campaign, lead: User
) -> None:
    """The lead decides whether a person is fit: nobody here holds medicine."""
    person, other = make_member(campaign), make_member(campaign)
    prompt = make_prompt(campaign, answers=ANSWERS, skill="medicine")
    task = Task.objects.get(prompt=prompt)

    kept = reserve_turn(task=task, person=person, by=lead)

    assert (kept.state, kept.lane, kept.expires_at) == (AssignmentState.RESERVED, None, None)
    assert free_of(task) == 0
    with pytest.raises(NothingToDo):
        take_assignment(by=other)
    assert take_assignment(by=person).pk == kept.pk


def test_a_lease_is_handed_over(campaign: Campaign, lead: User) -> None:
    first, second = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, first)

    kept = hand_over_turn(assignment=assignment, person=second, by=lead)

    assignment.refresh_from_db()
    assert (assignment.state, kept.state) == (AssignmentState.EXPIRED, AssignmentState.RESERVED)
    assert free_of(assignment.task) == 0
    assert take_assignment(by=second).pk == kept.pk


def test_a_hand_over_that_is_refused_leaves_the_lease_as_it_was(
    campaign: Campaign, lead: User
) -> None:
    assignment = make_assignment(campaign, make_member(campaign))

    with pytest.raises(NotAskable):
        hand_over_turn(assignment=assignment, person=make_user(), by=lead)

    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.OPEN
    assert free_of(assignment.task) == 0


def test_somebody_outside_the_team_is_not_asked(campaign: Campaign, lead: User) -> None:
    task, stranger = make_task(campaign), make_user()
    gone, blocked = make_member(campaign), make_member(campaign)
    gone.memberships.update(active=False)
    User.objects.filter(pk=blocked.pk).update(is_active=False)
    blocked.refresh_from_db()

    for person in (stranger, gone, blocked):
        with pytest.raises(NotAskable, match="not in this campaign"):
            reserve_turn(task=task, person=person, by=lead)

    assert free_of(task) == 1


def test_who_has_met_an_item_is_not_asked_for_it(campaign: Campaign, lead: User) -> None:
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    skip_assignment(assignment=assignment, reason=SkipReason.NOT_MY_FIELD, by=person)

    with pytest.raises(NotAskable, match=r"has met this item already \(skipped\)"):
        reserve_turn(task=assignment.task, person=person, by=lead)


def test_who_wrote_an_answer_is_not_asked_to_rank_it(campaign: Campaign, lead: User) -> None:
    author = make_member(campaign)
    prompt = make_prompt(campaign, answers=["a", "b", "c"])
    candidate = make_candidate(prompt, "mine")
    candidate.author_id = rater_id_of(author)
    candidate.save()
    make_prompt(campaign)  # any arrival opens what can now be opened

    with pytest.raises(NotAskable, match="wrote one of its answers"):
        reserve_turn(task=Task.objects.get(prompt=prompt), person=author, by=lead)


def test_nobody_is_asked_twice_for_one_item(campaign: Campaign, lead: User) -> None:
    campaign.works.update(wanted=2)
    task, person = make_task(campaign), make_member(campaign)
    reserve_turn(task=task, person=person, by=lead)

    with pytest.raises(NotAskable, match="set aside for them already"):
        reserve_turn(task=task, person=person, by=lead)

    assert free_of(task) == 1


def test_nobody_is_asked_for_what_has_no_turn_left(campaign: Campaign, lead: User) -> None:
    assignment = make_assignment(campaign, make_member(campaign))

    with pytest.raises(NoTurnFree):
        reserve_turn(task=assignment.task, person=make_member(campaign), by=lead)


def test_a_held_item_is_handed_to_nobody(campaign: Campaign, lead: User) -> None:
    task = make_task(campaign)
    Task.objects.update(held="unclear")

    with pytest.raises(ItemHeld, match="unclear"):
        reserve_turn(task=task, person=make_member(campaign), by=lead)


def test_nobody_is_asked_for_work_of_a_closed_campaign(campaign: Campaign, lead: User) -> None:
    task, person = make_task(campaign), make_member(campaign)
    change_campaign_state(campaign=campaign, to=CampaignState.CLOSED, by=lead)

    with pytest.raises(CampaignNotReady, match="closed"):
        reserve_turn(task=task, person=person, by=lead)


def test_an_item_of_the_held_out_pool_is_for_held_out_raters_alone(
    campaign: Campaign, lead: User
) -> None:
    task, person, held_out = make_task(campaign), make_member(campaign), make_user()
    add_member(campaign=campaign, person=held_out, role=Role.ANNOTATOR, by=lead, pool=Pool.HELD_OUT)
    Lane.objects.update(pool=Pool.HELD_OUT)

    with pytest.raises(NotAskable, match="held-out raters"):
        reserve_turn(task=task, person=person, by=lead)
    assert reserve_turn(task=task, person=held_out, by=lead).person == held_out


def test_a_turn_that_was_never_seen_may_be_set_aside_for_the_same_person_again(
    campaign: Campaign, lead: User
) -> None:
    person, task = make_member(campaign), make_task(campaign)
    kept = reserve_turn(task=task, person=person, by=lead)
    take_back_turn(assignment=kept, by=lead)

    again = reserve_turn(task=task, person=person, by=lead)

    assert (again.pk, again.state, again.closed_at) == (kept.pk, AssignmentState.RESERVED, None)
    assert free_of(task) == 0


def test_a_turn_that_was_seen_is_not_set_aside_for_the_same_person(
    campaign: Campaign, lead: User
) -> None:
    person = make_member(campaign)
    make_task(campaign)
    seen = take_and_show(person)
    take_back_turn(assignment=seen, by=lead)

    with pytest.raises(NotAskable, match="has met this item"):
        reserve_turn(task=seen.task, person=person, by=lead)


def test_every_act_is_recorded(campaign: Campaign, lead: User) -> None:
    first, second = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, first)
    extend_lease(assignment=assignment, minutes=30, by=lead)
    kept = hand_over_turn(assignment=assignment, person=second, by=lead)

    events = AuditEvent.objects.filter(verb__startswith="turn.", actor=lead).order_by("pk")

    about = {"task": str(assignment.task.uuid), "person": str(first.uuid)}
    assert [(event.verb, event.subject, event.detail) for event in events] == [
        ("turn.extended", f"assignment:{assignment.uuid}", about | {"minutes": 30}),
        ("turn.taken-back", f"assignment:{assignment.uuid}", about | {"was": "open"}),
        ("turn.reserved", f"assignment:{kept.uuid}", about | {"person": str(second.uuid)}),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_turn_taken_back_while_it_is_handed_in_leaves_the_item_exact() -> None:
    """Whoever comes first: one judgement that counts, no turn free, none lost."""
    lead = make_user("lead")
    campaign = make_campaign(works=ONCE, lead=lead)
    turns = [make_assignment(campaign, make_member(campaign)) for _ in range(6)]

    def act(job: Callable[[], object]) -> None:
        close_old_connections()
        try:
            job()
        except TurnOver:
            pass
        finally:
            connection.close()

    jobs: list[Callable[[], object]] = []
    for turn in turns:
        seen_by_lead = Assignment.objects.select_related("task", "person").get(pk=turn.pk)
        jobs.append(partial(take_back_turn, assignment=seen_by_lead, by=lead))
        jobs.append(partial(submit_ranking, assignment=turn, answer=strict(turn), by=turn.person))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, jobs))

    assert set(Ranking.objects.values_list("counts_as", flat=True)) == {CountsAs.WORK}
    assert Ranking.objects.count() == 6
    assert set(Task.objects.values_list("free", flat=True)) == {0}


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_who_name_somebody_at_once_one_gets_the_last_turn() -> None:
    lead = make_user("lead")
    campaign = make_campaign(works=ONCE, lead=lead)
    people, task = [make_member(campaign) for _ in range(4)], make_task(campaign)

    def name(person: User) -> bool:
        close_old_connections()
        try:
            reserve_turn(task=task, person=person, by=lead)
        except NoTurnFree:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(name, people))

    assert sorted(won) == [False, False, False, True]
    assert (free_of(task), task.assignments.count()) == (0, 1)
