"""What a person does with a turn of theirs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.errors import (
    AssignmentClosed,
    KeyReused,
    NothingToDo,
)
from annotate.models import Assignment, Task
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import (
    extend_assignment,
    release_assignment,
    renew_assignment,
    skip_assignment,
)
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_task,
    take_and_show,
)

RANK_ONLY = (Work(Kind.RANK, wanted=1, answers=4),)


def overdue(assignment: Assignment) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)


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
def test_a_second_skip_under_the_same_key_changes_nothing() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    one, other = make_assignment(campaign, person), make_assignment(campaign, person)
    key = uuid4()

    for _ in range(2):
        skip_assignment(assignment=one, reason=SkipReason.HARMFUL, by=person, note="!", key=key)

    task = Task.objects.get(pk=one.task_id)
    assert (task.free, task.held) == (1, "harmful")
    with pytest.raises(KeyReused):
        skip_assignment(assignment=one, reason=SkipReason.BROKEN, by=person, key=key)
    with pytest.raises(KeyReused):
        skip_assignment(assignment=other, reason=SkipReason.HARMFUL, by=person, key=key)


@pytest.mark.django_db
def test_a_skip_leaves_a_hold_as_it_is() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    Task.objects.update(held="withdrawn")

    skip_assignment(assignment=assignment, reason=SkipReason.UNCLEAR, by=person)

    assert Task.objects.get().held == "withdrawn"


@pytest.mark.django_db
def test_working_on_one_item_keeps_the_one_loaded_ahead() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    for _ in range(2):
        make_task(campaign)
    at_work = take_and_show(person)
    ahead = take_assignment(by=person)
    soon = timezone.now() + timedelta(minutes=1)
    Assignment.objects.update(expires_at=soon)

    renew_assignment(assignment=at_work)

    ahead.refresh_from_db()
    assert ahead.expires_at is not None
    assert ahead.expires_at > soon


@pytest.mark.django_db
def test_a_lease_of_who_has_left_the_team_is_not_renewed() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    soon = timezone.now() + timedelta(minutes=1)
    Assignment.objects.update(expires_at=soon)
    assignment.refresh_from_db()
    campaign.memberships.filter(person=person).update(active=False)

    until = extend_assignment(assignment=assignment, by=person)

    assignment.refresh_from_db()
    assert (until, assignment.expires_at) == (soon, soon)


@pytest.mark.django_db
def test_a_lease_that_ended_meanwhile_is_not_extended() -> None:
    campaign = make_campaign(works=RANK_ONLY)
    person = make_member(campaign)
    assignment = make_assignment(campaign, person)
    overdue(assignment)
    expire_overdue_assignments()

    with pytest.raises(AssignmentClosed, match="expired"):  # it was read while it was open
        extend_assignment(assignment=assignment, by=person)
