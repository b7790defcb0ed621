"""What was loaded ahead for a person, and never came onto their screen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, SkipReason
from annotate.errors import NothingToDo
from annotate.models import Assignment, Campaign, Task
from annotate.services.assignment import take_assignment, take_like
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import Work, change_campaign_state
from annotate.services.lease import reserve_turn
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.returning import expire_overdue_assignments
from annotate.services.turn import show_assignment, skip_assignment
from commons.models import User
from tests.annotate.leading import make_batch
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db

ONCE, TWICE = [Work(Kind.RANK, wanted=1)], [Work(Kind.RANK, wanted=2)]


def state_of(turn: Assignment) -> tuple[str, int]:
    """Its state, and how many turns of its task are free."""
    turn.refresh_from_db()
    return turn.state, Task.objects.get(pk=turn.task_id).free


def make_overdue(turn: Assignment) -> None:
    Assignment.objects.filter(pk=turn.pk).update(expires_at=timezone.now() - timedelta(minutes=1))


def test_a_lease_that_ended_unseen_is_given_to_the_same_person_again() -> None:
    campaign = make_campaign(works=ONCE)
    person, task = make_member(campaign), make_task(campaign)
    first = take_assignment(by=person, key=uuid4())
    make_overdue(first)
    expire_overdue_assignments()

    again = take_assignment(by=person)

    assert (again.pk, again.uuid, again.task) == (first.pk, first.uuid, task)
    again.refresh_from_db()
    assert (again.state, again.closed_at, again.take_key) == (AssignmentState.OPEN, None, None)
    assert again.expires_at is not None
    assert again.expires_at > timezone.now()
    assert Task.objects.get().free == 0


def test_a_lease_that_ended_after_it_was_seen_is_not() -> None:
    campaign = make_campaign(works=ONCE)
    person = make_member(campaign)
    make_task(campaign)
    make_overdue(take_and_show(person))

    with pytest.raises(NothingToDo):
        take_assignment(by=person)


def test_the_key_of_a_lease_that_ended_unseen_takes_anew() -> None:
    campaign = make_campaign(works=ONCE)
    person, other = make_member(campaign), make_member(campaign)
    make_task(campaign)
    key = uuid4()
    make_overdue(take_assignment(by=person, key=key))
    theirs = take_and_show(other)
    later = make_task(campaign)

    again = take_assignment(by=person, key=key)

    assert (again.task, theirs.task == later) == (later, False)


def test_a_report_takes_back_what_others_have_loaded_ahead_of_it() -> None:
    campaign = make_campaign(works=TWICE)
    reporter, other = make_member(campaign), make_member(campaign)
    make_task(campaign)
    ahead = take_assignment(by=other)
    seen = take_and_show(reporter)

    skip_assignment(assignment=seen, reason=SkipReason.HARMFUL, by=reporter)

    assert state_of(ahead) == (AssignmentState.EXPIRED, 2)
    with pytest.raises(NothingToDo):
        take_assignment(by=other)


def test_a_report_leaves_an_item_to_whoever_has_it_on_the_screen() -> None:
    campaign = make_campaign(works=TWICE)
    reporter, other = make_member(campaign), make_member(campaign)
    make_task(campaign)
    theirs = take_and_show(other)

    skip_assignment(assignment=take_and_show(reporter), reason=SkipReason.UNCLEAR, by=reporter)

    assert state_of(theirs) == (AssignmentState.OPEN, 1)
    order = RankingAnswer(tiers=[theirs.order])
    kept = submit_ranking(assignment=theirs, answer=order, by=other)
    assert kept.counts_as == CountsAs.WORK


@pytest.mark.parametrize("to", [CampaignState.PAUSED, CampaignState.CLOSED])
def test_a_campaign_that_stops_takes_back_what_was_loaded_ahead(to: CampaignState) -> None:
    campaign = make_campaign(works=ONCE)
    person = make_member(campaign)
    make_task(campaign)
    ahead = take_assignment(by=person)

    change_campaign_state(campaign=campaign, to=to, by=None)

    assert state_of(ahead) == (AssignmentState.EXPIRED, 1)


@pytest.mark.parametrize(
    ("to", "is_kept"), [(CampaignState.PAUSED, True), (CampaignState.CLOSED, False)]
)
def test_what_is_set_aside_outlives_a_pause_and_not_the_end(
    to: CampaignState, is_kept: bool
) -> None:
    lead = make_user()
    campaign = make_campaign(works=ONCE, lead=lead)
    turn = reserve_turn(task=make_task(campaign), person=make_member(campaign), by=lead)

    change_campaign_state(campaign=campaign, to=to, by=lead)

    assert state_of(turn) == (("reserved", 0) if is_kept else ("expired", 1))


def test_a_withdrawn_batch_takes_back_what_was_loaded_ahead() -> None:
    lead = make_user()
    campaign = make_campaign(works=ONCE, lead=lead)
    batch = make_batch(campaign)
    ahead = take_assignment(by=make_member(campaign))

    withdraw_batch(batch=batch, by=lead)

    assert state_of(ahead) == (AssignmentState.EXPIRED, 1)


def test_a_page_does_not_show_what_ended_unseen(client: Client) -> None:
    campaign = make_campaign(works=ONCE)
    person = make_member(campaign)
    make_task(campaign)
    ahead = take_assignment(by=person)
    make_overdue(ahead)
    expire_overdue_assignments()
    client.force_login(person)

    page = client.get(reverse("annotate:rank", args=[ahead.uuid]))

    assert (page.status_code, page["Location"]) == (302, reverse("annotate:desk"))


def test_it_is_handed_out_again_under_the_newest_key_with_its_full_time() -> None:
    person, _ = two_tasks()
    first, second = uuid4(), uuid4()
    ahead = take_assignment(by=person, key=first)
    make_overdue(ahead)

    again = take_assignment(by=person, key=second)
    show_assignment(assignment=again)
    repeated = take_assignment(by=person, key=second)

    assert (again.pk, repeated.pk) == (ahead.pk, ahead.pk)
    assert again.expires_at is not None
    assert again.expires_at > timezone.now()
    assert Assignment.objects.count() == 1


def test_a_request_sent_again_brings_the_same_next_item() -> None:
    person, campaign = two_tasks()
    key = uuid4()

    first = take_like(by=person, campaign=campaign.pk, kind=Kind.RANK, after=key)
    show_assignment(assignment=first)
    again = take_like(by=person, campaign=campaign.pk, kind=Kind.RANK, after=key)

    assert again == first
    assert Assignment.objects.count() == 1


def two_tasks() -> tuple[User, Campaign]:
    campaign = make_campaign(works=ONCE)
    for _ in range(2):
        make_task(campaign)
    return make_member(campaign), campaign
