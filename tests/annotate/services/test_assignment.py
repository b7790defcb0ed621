"""Work is given exactly as often as it is wanted."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Facet, Kind, Pool, Role
from annotate.errors import (
    GuidelineNotAcknowledged,
    KeyReused,
    NothingToDo,
    SeatsTaken,
)
from annotate.models import Assignment, Campaign, Lane, Task
from annotate.selectors.assignment import shown_turn
from annotate.selectors.lane import lanes_open_to
from annotate.services.assignment import take_assignment
from annotate.services.batch import reprioritise_batch
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    add_member,
    grant_competence,
    publish_instructions,
)
from annotate.services.lease import reserve_turn
from annotate.services.queue import plan_of
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.rater import rater_id_of
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import (
    release_assignment,
    show_assignment,
)
from commons.models import User
from tests.annotate.leading import make_batch
from tests.counting import real
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

RANK_ONLY = (Work(Kind.RANK, wanted=1, answers=4),)
RANK_TWICE = (Work(Kind.RANK, wanted=2, answers=4),)


def strict(assignment: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[each] for each in assignment.task.offered])


def overdue(assignment: Assignment) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)


@pytest.mark.django_db
def test_a_take_lowers_free_and_shuffles_the_offered_answers() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    task = make_task(campaign)

    taken = take_assignment(by=person)

    task.refresh_from_db()
    assert (taken.task, taken.seat, taken.state, task.free) == (task, 1, AssignmentState.OPEN, 0)
    assert sorted(taken.order) == sorted(task.offered)


@pytest.mark.django_db
def test_nobody_gets_a_task_twice_or_beyond_its_overlap() -> None:
    campaign = make_campaign(works=RANK_TWICE)
    first, second, third = (make_member(campaign) for _ in range(3))
    task = make_task(campaign)

    assert take_and_show(first).task == task
    assert take_and_show(second).task == task
    with pytest.raises(NothingToDo):
        take_assignment(by=first)
    with pytest.raises(NothingToDo):
        take_assignment(by=third)


@pytest.mark.django_db
def test_a_person_has_two_seats() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(3):
        make_task(campaign)

    seats = [take_and_show(person).seat, take_and_show(person).seat]

    assert seats == [1, 2]
    with pytest.raises(SeatsTaken):
        take_assignment(by=person)


@pytest.mark.django_db
def test_a_stranger_gets_nothing() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    make_task(campaign)

    with pytest.raises(NothingToDo):
        take_assignment(by=make_user())


@pytest.mark.django_db
def test_work_goes_only_to_those_who_hold_its_skill() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    make_prompt(campaign, answers=["a", "b", "c", "d"], skill="medicine")

    with pytest.raises(NothingToDo):
        take_assignment(by=person)
    grant_competence(person=person, facet=Facet.SKILL, values=["medicine"])

    assert take_assignment(by=person).task.lane.skill == "medicine"


@pytest.mark.django_db
def test_a_held_out_rater_does_the_same_work_as_the_others() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    person.memberships.update(pool=Pool.HELD_OUT)
    task = make_task(campaign)

    taken = take_assignment(by=person)

    kept = submit_ranking(assignment=taken, answer=strict(taken), by=person)
    assert (taken.task, kept.counts_as) == (task, CountsAs.HELD_OUT)


@pytest.mark.django_db
def test_a_lane_of_the_held_out_raters_is_theirs_alone() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    make_task(campaign)
    Lane.objects.update(pool=Pool.HELD_OUT)
    held_out = make_member(campaign)
    held_out.memberships.update(pool=Pool.HELD_OUT)

    with pytest.raises(NothingToDo):
        take_assignment(by=make_member(campaign))
    assert take_assignment(by=held_out).task.lane.pool == Pool.HELD_OUT


@pytest.mark.django_db
def test_a_new_guideline_is_read_before_any_work() -> None:
    campaign = make_campaign(works=RANK_ONLY, name="Care")
    person = make_member(campaign)
    make_task(campaign)
    instructions = publish_instructions(campaign=campaign, guideline="Be kind.", by=None)

    with pytest.raises(GuidelineNotAcknowledged, match="Care"):
        take_assignment(by=person)
    acknowledge_instructions(instructions=instructions, by=person)

    assert take_assignment(by=person).instructions == instructions


@pytest.mark.django_db
def test_who_wrote_an_answer_never_ranks_it() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    author, other = make_member(campaign), make_member(campaign)
    from_author = make_prompt(campaign, answers=["a", "b", "c"])
    candidate = make_candidate(from_author, "mine")
    candidate.author_id = rater_id_of(author)
    candidate.save()
    make_prompt(campaign)  # any arrival opens what can now be opened

    with pytest.raises(NothingToDo):
        take_assignment(by=author)
    assert take_assignment(by=other).task.prompt == from_author


@pytest.mark.django_db
def test_an_overdue_lease_is_expired_by_the_next_take() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    first, second = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, first)
    overdue(assignment)

    taken = take_assignment(by=second)

    assignment.refresh_from_db()
    assert (assignment.state, taken.task) == (AssignmentState.EXPIRED, assignment.task)


@pytest.mark.django_db
def test_a_late_submission_counts_while_the_task_is_short() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    overdue(assignment)
    assert expire_overdue_assignments() == 1

    kept = submit_ranking(assignment=assignment, answer=strict(assignment), by=person)

    assert kept.counts_as == CountsAs.WORK
    assert Task.objects.get().free == 0


@pytest.mark.django_db
def test_a_late_submission_is_kept_as_surplus_when_others_were_faster() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    slow, fast = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, slow)
    overdue(assignment)
    quick = take_assignment(by=fast)
    submit_ranking(assignment=quick, answer=strict(quick), by=fast)

    kept = submit_ranking(assignment=assignment, answer=strict(assignment), by=slow)

    assert kept.counts_as == CountsAs.SURPLUS


@pytest.mark.django_db
def test_a_task_reopened_behind_the_last_place_is_found() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person, other = make_member(campaign), make_member(campaign)
    reopened = make_assignment(campaign, other)
    later = make_assignment(campaign, person)
    Task.objects.filter(pk=reopened.task_id).update(free=1)  # at its old place, as long ago

    found = take_assignment(by=person)

    assert found.task == reopened.task
    assert (reopened.place or 0) < (later.place or 0)


@pytest.mark.django_db
def test_a_campaign_of_three_times_the_weight_is_drawn_three_times_as_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 400 draws 300; five standard deviations, of sqrt(400 · 3/4 · 1/4), are 43."""
    draw = random.Random(400)
    monkeypatch.setattr(random, "SystemRandom", lambda: draw)
    heavy, light = make_campaign(works=RANK_ONLY), make_campaign(works=RANK_ONLY)
    Campaign.objects.filter(pk=heavy.pk).update(weight=3)
    person = make_user()
    for campaign in (light, heavy):
        add_member(campaign=campaign, person=person, role=Role.ANNOTATOR, by=None)
        make_task(campaign)

    drawn = Counter[int]()
    for _ in range(400):
        drawn[take_assignment(by=person).task.campaign_id] += 1
        Assignment.objects.all().delete()
        Task.objects.update(free=1)

    assert abs(drawn[heavy.pk] - 300) < 43
    assert drawn.total() == 400


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["import", "priority"])
def test_a_take_goes_on_while_others_append_to_its_lane(act: str) -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person, task = make_member(campaign), make_task(campaign)
    batch = make_batch(campaign)
    Task.objects.filter(prompt__intake__batch=batch).update(
        lane=Lane.objects.create(campaign=campaign, kind=Kind.RANK, language="en", band=9)
    )

    def take() -> Task:
        close_old_connections()
        try:
            return take_assignment(by=person).task
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():  # the lanes are locked till its end
        if act == "import":
            make_prompt(campaign, answers=["One.", "Two.", "Three.", "Four."])
        else:
            reprioritise_batch(batch=batch, band=task.lane.band, by=make_user())

        assert pool.submit(take).result(timeout=10) == task


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_never_exceed_the_overlap() -> None:
    campaign = make_campaign(works=RANK_TWICE)
    people = [make_member(campaign) for _ in range(6)]
    for _ in range(3):
        make_task(campaign)

    def take_two(person: User) -> int:
        close_old_connections()
        try:
            for taken in range(2):
                try:
                    take_and_show(person)
                except NothingToDo:
                    return taken
            return 2
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = sum(pool.map(take_two, people))

    assert taken == 6  # three tasks, wanted twice each
    assert set(Task.objects.values_list("free", flat=True)) == {0}
    assert Assignment.objects.count() == 6


@pytest.mark.django_db
def test_a_lease_that_was_never_shown_is_handed_out_again() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(2):
        make_task(campaign)

    first, again = take_assignment(by=person), take_assignment(by=person)
    show_assignment(assignment=first)
    ahead = take_assignment(by=person)

    assert again == first
    assert (ahead.seat, ahead.shown_at) == (2, None)


@pytest.mark.django_db
def test_seats_whose_time_is_over_are_free_again_before_the_beat_comes() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(3):
        make_task(campaign)
    for _ in range(2):
        take_and_show(person)
    Assignment.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert take_assignment(by=person).state == AssignmentState.OPEN

    assert Assignment.objects.filter(state=AssignmentState.EXPIRED).count() == 2


@pytest.mark.django_db
def test_the_same_key_finds_the_lease_that_it_gave() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(2):
        make_task(campaign)
    key = uuid4()

    first = take_assignment(by=person, key=key)
    show_assignment(assignment=first)
    again = take_assignment(by=person, key=key)

    assert again == first
    with pytest.raises(KeyReused):
        take_assignment(by=person, kind=Kind.DEMONSTRATE, key=key)


@pytest.mark.django_db
def test_a_reserved_turn_goes_to_the_named_person_first() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person, other = make_member(campaign), make_member(campaign)
    make_task(campaign)
    named = make_task(campaign)
    Task.objects.filter(pk=named.pk).update(free=0)
    turn = Assignment.objects.create(task=named, person=person, state=AssignmentState.RESERVED)

    taken = take_assignment(by=person)

    assert (taken.pk, taken.task, taken.state) == (turn.pk, named, AssignmentState.OPEN)
    assert sorted(taken.order) == sorted(named.offered)
    assert take_assignment(by=other).task != named


@pytest.mark.django_db
def test_what_is_given_back_goes_to_the_tail_of_its_lane() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    given_back = make_assignment(campaign, person)
    waiting = make_task(campaign)

    release_assignment(assignment=given_back, by=person)

    task = Task.objects.get(pk=given_back.task_id)
    assert (task.free, task.place > waiting.place) == (1, True)


@pytest.mark.django_db
def test_one_persons_requests_at_once_fill_no_second_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other request takes the seat after this one has read that it is free."""
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(2):
        make_task(campaign)
    before = plan_of(person=person.pk)
    other = take_assignment(by=person)
    plans = [before]
    monkeypatch.setattr(
        "annotate.services.assignment.plan_of",
        lambda **asked: plans.pop() if plans else plan_of(**asked),
    )

    taken = take_assignment(by=person)

    assert taken == other
    assert sorted(Task.objects.values_list("free", flat=True)) == [0, 1]


@pytest.mark.django_db
def test_the_plan_and_the_selector_open_the_same_lanes() -> None:
    person, stranger = make_user(), make_user()
    for number in range(4):
        campaign = make_campaign(works=RANK_ONLY)
        for pool, reserved in (("open", None), ("held-out", None), ("open", stranger)):
            for skill, clearance in (("", ""), ("medicine", ""), ("", "secret")):
                Lane.objects.create(
                    campaign=campaign,
                    kind=Kind.RANK,
                    language="en",
                    skill=skill,
                    clearance=clearance,
                    pool=pool,
                    reserved_for=reserved,
                )
        if number:
            add_member(campaign=campaign, person=person, role=Role.ANNOTATOR, by=None)
            pool = Pool.HELD_OUT if number == 2 else Pool.OPEN
            person.memberships.filter(campaign=campaign).update(pool=pool, active=number != 3)
    grant_competence(person=person, facet=Facet.SKILL, values=["medicine"])

    planned = {start.lane for start in plan_of(person=person.pk).lanes}

    assert planned == set(lanes_open_to(person).values_list("pk", flat=True))
    assert len(planned) == 2 + 4  # one campaign without and one with the held-out lanes


@pytest.mark.django_db
def test_a_take_costs_at_most_four_statements_and_a_submission_five() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    rater_id_of(person)
    for _ in range(3):
        make_task(campaign)
    warm = take_assignment(by=person)
    submit_ranking(assignment=warm, answer=strict(warm), by=person)  # the day's tally row

    with CaptureQueriesContext(connection) as taking:
        shown_turn(take_assignment(by=person))
    mine = Assignment.objects.select_related("task").get(state=AssignmentState.OPEN)
    with CaptureQueriesContext(connection) as handing_in:
        submit_ranking(assignment=mine, answer=strict(mine), by=person, key=uuid4())

    assert len(real(taking)) <= 4
    assert len(real(handing_in)) <= 5


@pytest.mark.django_db
def test_what_is_set_aside_waits_until_the_guideline_is_read() -> None:
    lead = make_user()
    campaign = make_campaign(works=RANK_ONLY, lead=lead)
    person = make_member(campaign)
    kept = reserve_turn(task=make_task(campaign), person=person, by=lead)
    instructions = publish_instructions(campaign=campaign, guideline="Be kind.", by=lead)

    with pytest.raises(GuidelineNotAcknowledged):
        take_assignment(by=person)
    acknowledge_instructions(instructions=instructions, by=person)
    taken = take_assignment(by=person)

    assert (taken.pk, taken.instructions) == (kept.pk, instructions)


@pytest.mark.django_db
def test_what_is_set_aside_is_not_for_who_has_left_the_team() -> None:
    lead = make_user()
    campaign = make_campaign(works=RANK_ONLY, lead=lead)
    person = make_member(campaign)
    reserve_turn(task=make_task(campaign), person=person, by=lead)
    campaign.memberships.filter(person=person).update(active=False)

    with pytest.raises(NothingToDo):
        take_assignment(by=person)


@pytest.mark.django_db
def test_what_is_set_aside_costs_no_more_than_any_other_take() -> None:
    lead = make_user()
    campaign = make_campaign(works=RANK_ONLY, lead=lead)
    person = make_member(campaign)
    reserve_turn(task=make_task(campaign), person=person, by=lead)

    with CaptureQueriesContext(connection) as taking:
        shown_turn(take_assignment(by=person))

    assert len(real(taking)) <= 4


@pytest.mark.django_db
def test_ones_own_seats_are_freed_however_many_others_are_overdue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expire_overdue_assignments, "__kwdefaults__", {"of": None, "limit": 1})
    campaign = make_campaign(works=RANK_ONLY)
    other, person = make_member(campaign), make_member(campaign)
    for who in (other, person, person):
        overdue(make_assignment(campaign, who))
    waiting = make_task(campaign)

    assert take_assignment(by=person).task == waiting
