"""Reported items are decided over once, by whoever may."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connection
from django.db.models import F

from annotate.enums import Duty, Hold, Kind, SkipReason
from annotate.errors import AlreadyDecided, NotAllowed, NothingToDo
from annotate.models import Campaign, Lane
from annotate.services.assignment import take_assignment
from annotate.services.batch import withdraw_batch
from annotate.services.campaign import Work
from annotate.services.hold import return_to_queue, withdraw_task
from annotate.services.turn import skip_assignment
from commons.models import AuditEvent, User
from tests.annotate.leading import make_batch, make_officer, make_report
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

ONCE = [Work(Kind.RANK)]
TWICE = [Work(Kind.RANK, wanted=2)]


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(works=ONCE, lead=lead)


def test_a_returned_item_goes_to_others_and_never_back_to_who_skipped_it(
    campaign: Campaign, lead: User
) -> None:
    reporter, other = make_member(campaign), make_member(campaign)
    task = make_report(campaign, reporter)

    held = return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead, note="Line 2 is meant so.")

    assert held is None
    with pytest.raises(NothingToDo):
        take_assignment(by=reporter)
    assert take_assignment(by=other).task == task


def test_a_withdrawn_item_goes_to_nobody(campaign: Campaign, lead: User) -> None:
    other = make_member(campaign)
    task = make_report(campaign, make_member(campaign))

    withdraw_task(task=task, seen=Hold.UNCLEAR, by=lead)

    task.refresh_from_db()
    assert task.held == Hold.WITHDRAWN
    with pytest.raises(NothingToDo):
        take_assignment(by=other)


def test_a_decision_is_recorded_with_who_and_why(campaign: Campaign, lead: User) -> None:
    back, out = (make_report(campaign, make_member(campaign)) for _ in range(2))

    return_to_queue(task=back, seen=Hold.UNCLEAR, by=lead, note="Fine.")
    withdraw_task(task=out, seen=Hold.UNCLEAR, by=lead, note="Nonsense.")

    events = AuditEvent.objects.filter(verb__startswith="task.").order_by("pk")
    assert [event.words.text for event in events] == ["Fine.", "Nonsense."]  # may be erased
    assert [(event.actor, event.verb, event.subject, event.detail) for event in events] == [
        (
            lead,
            "task.released",
            f"task:{back.uuid}",
            {"was_held_for": "unclear", "held": ""},
        ),
        (
            lead,
            "task.withdrawn",
            f"task:{out.uuid}",
            {"was_held_for": "unclear"},
        ),
    ]


def test_the_second_of_two_decisions_changes_nothing(campaign: Campaign, lead: User) -> None:
    task = make_report(campaign, make_member(campaign))
    return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead)

    with pytest.raises(AlreadyDecided):
        withdraw_task(task=task, seen=Hold.UNCLEAR, by=lead)

    task.refresh_from_db()
    assert task.held == ""
    assert not AuditEvent.objects.filter(verb="task.withdrawn").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_wins_and_the_other_is_told() -> None:
    lead = make_user("lead")
    campaign = make_campaign(works=ONCE, lead=lead)
    task = make_report(campaign, make_member(campaign))

    def decide(act: object) -> str:
        close_old_connections()
        try:
            act(task=task, seen=Hold.UNCLEAR, by=lead)  # type: ignore[operator]
        except AlreadyDecided:
            return "told"
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(decide, [return_to_queue, withdraw_task]))

    assert sorted(said) == ["told", "won"]
    assert AuditEvent.objects.filter(verb__in=["task.released", "task.withdrawn"]).count() == 1


def test_a_decision_is_about_the_reason_that_was_seen(campaign: Campaign) -> None:
    officer = make_officer(Duty.PRIVACY)
    task = make_report(campaign, make_member(campaign))

    with pytest.raises(AlreadyDecided):
        return_to_queue(task=task, seen=Hold.PERSONAL_DATA, by=officer)

    task.refresh_from_db()
    assert task.held == Hold.UNCLEAR


def test_whoever_may_not_decide_is_refused(campaign: Campaign) -> None:
    member = make_member(campaign)
    task = make_report(campaign, make_member(campaign))

    for act in (return_to_queue, withdraw_task):
        with pytest.raises(NotAllowed):
            act(task=task, seen=Hold.UNCLEAR, by=member)

    task.refresh_from_db()
    assert task.held == Hold.UNCLEAR


def test_what_a_second_person_reported_waits_for_its_own_decision(lead: User) -> None:
    """The first reason holds the item; the officer must hear of the second one all the same."""
    campaign, officer = make_campaign(works=TWICE, lead=lead), make_officer(Duty.PRIVACY)
    task = make_task(campaign)
    first, second = (take_and_show(make_member(campaign)) for _ in range(2))
    skip_assignment(assignment=first, reason=SkipReason.UNCLEAR, by=first.person)
    skip_assignment(assignment=second, reason=SkipReason.PERSONAL_DATA, by=second.person)

    after_the_lead = return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead)
    after_the_officer = return_to_queue(task=task, seen=Hold.PERSONAL_DATA, by=officer)

    assert (after_the_lead, after_the_officer) == (Hold.PERSONAL_DATA, None)


def test_an_item_that_is_returned_twice_does_not_wait_for_the_first_report_again(
    campaign: Campaign, lead: User
) -> None:
    officer = make_officer(Duty.SAFETY)
    task = make_report(campaign, make_member(campaign), SkipReason.HARMFUL)
    return_to_queue(task=task, seen=Hold.HARMFUL, by=officer)
    again = take_and_show(make_member(campaign))
    skip_assignment(assignment=again, reason=SkipReason.UNCLEAR, by=again.person)

    assert return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead) is None


def test_an_item_of_a_withdrawn_batch_is_not_handed_out_by_a_decision(
    campaign: Campaign, lead: User
) -> None:
    task = make_report(campaign, make_member(campaign))
    withdraw_batch(batch=make_batch(campaign, task.prompt), by=lead)

    held = return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead)

    task.refresh_from_db()
    assert (held, task.held) == (Hold.WITHDRAWN, Hold.WITHDRAWN)


def test_a_returned_item_waits_at_the_tail_for_whoever_has_passed_it(
    campaign: Campaign, lead: User
) -> None:
    reporter, other = make_member(campaign), make_member(campaign)
    task = make_report(campaign, reporter, SkipReason.UNCLEAR)
    make_task(campaign)
    take_and_show(other)  # and so goes past it
    return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead)
    Lane.objects.update(batch=F("batch") + 1)  # what comes next comes behind it
    make_task(campaign)

    assert take_and_show(other).task == task
