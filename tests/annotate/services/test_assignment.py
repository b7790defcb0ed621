"""Work is given exactly as often as it is wanted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Facet, Kind, Pool, SkipReason
from annotate.errors import (
    AssignmentClosed,
    GuidelineNotAcknowledged,
    NothingToDo,
    SeatsTaken,
)
from annotate.models import Assignment, Lane, Task
from annotate.services.assignment import (
    expire_overdue_assignments,
    release_assignment,
    skip_assignment,
    take_assignment,
)
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    grant_competence,
    publish_instructions,
)
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.rater import rater_of
from commons.models import User
from tests.factories import (
    make_assignment,
    make_campaign,
    make_candidate,
    make_member,
    make_prompt,
    make_task,
    make_user,
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

    assert take_assignment(by=first).task == task
    assert take_assignment(by=second).task == task
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

    seats = [take_assignment(by=person).seat, take_assignment(by=person).seat]

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
    candidate.author = rater_of(author)
    candidate.save()
    make_prompt(campaign)  # any arrival opens what can now be opened

    with pytest.raises(NothingToDo):
        take_assignment(by=author)
    assert take_assignment(by=other).task.prompt == from_author


@pytest.mark.django_db
def test_a_released_item_goes_to_somebody_else_but_not_back() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    first, second = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, first)

    release_assignment(assignment=assignment, by=first)

    with pytest.raises(NothingToDo):
        take_assignment(by=first)
    assert take_assignment(by=second).task == assignment.task


@pytest.mark.django_db
def test_only_its_person_releases_an_item() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    assignment = make_assignment(campaign, make_member(campaign))

    with pytest.raises(AssignmentClosed):
        release_assignment(assignment=assignment, by=make_member(campaign))


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
@pytest.mark.parametrize(
    ("reason", "held"), [(SkipReason.NOT_MY_FIELD, ""), (SkipReason.HARMFUL, "harmful")]
)
def test_a_skip_routes_the_task(reason: SkipReason, held: str) -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)

    skip_assignment(assignment=assignment, reason=reason, by=person, note="see line 2")

    assignment.refresh_from_db()
    task = assignment.task
    task.refresh_from_db()
    assert (assignment.state, assignment.skip_reason) == (AssignmentState.SKIPPED, reason)
    assert (task.free, task.held) == (1, held)


@pytest.mark.django_db
def test_a_task_reopened_behind_the_last_place_is_found() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person, other = make_member(campaign), make_member(campaign)
    reopened = make_assignment(campaign, other)
    later = make_assignment(campaign, person)
    release_assignment(assignment=reopened, by=other)

    found = take_assignment(by=person)

    assert found.task == reopened.task
    assert (reopened.place or 0) < (later.place or 0)


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
                    take_assignment(by=person)
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
