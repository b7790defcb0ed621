"""A person takes a test: an attempt is begun, its items are given one by one, and it is closed.

open --the last item is handed in--> passed | failed          open --its time is over--> left
"""

from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, FloatField, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from annotate.enums import AttemptState, Facet, LanePurpose
from annotate.errors import GuidelineNotAcknowledged, SeatsTaken
from annotate.models import (
    Acknowledgement,
    Assignment,
    Attempt,
    Campaign,
    CampaignWork,
    Competence,
    Gold,
    Qualification,
)
from annotate.people_errors import NotAgreed, NoTest, Paused
from annotate.selectors.campaign import current_instructions, membership_of
from annotate.selectors.care import holds_harm, reads_harm
from annotate.selectors.lane import lanes_of_test
from annotate.selectors.qualification import attempts_of, fresh_items, turns_of_attempt
from annotate.services.assignment import TRIES, as_row, terms_of
from annotate.services.queue import plan_of, take_turn
from annotate.services.queue.types import Start
from annotate.services.returning import give_back_unseen_turns
from commons.audit import record
from commons.models import User

LASTS = timedelta(days=1)  # an attempt


@transaction.atomic
def begin_attempt(*, qualification: Qualification, by: User) -> Attempt:
    """Begin to take a test, or go on with the attempt that is open."""
    leave_overdue_attempts()
    taken = list(attempts_of(qualification, by))
    if taken and taken[0].state == AttemptState.OPEN:
        return taken[0]
    _check_may(qualification, by, taken)
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                qualification=qualification,
                person=by,
                number=len(taken) + 1,
                questions=qualification.questions,
                pass_mark=qualification.pass_mark,
            )
    except IntegrityError:  # a double click
        return Attempt.objects.get(qualification=qualification, person=by, state=AttemptState.OPEN)


def _check_may(qualification: Qualification, by: User, taken: list[Attempt]) -> None:
    if not qualification.open:
        raise NoTest(gettext("This test is closed; ask a lead of the campaign."))
    _refuse_whom_nothing_is_given(qualification.campaign, by)
    _refuse_what_may_harm(qualification, by)
    if unread := _unread(qualification.campaign, by):
        raise unread
    if len(taken) >= qualification.attempts:
        raise NoTest(gettext("You have used all your attempts; a lead can allow more."))
    if taken and taken[0].closed_at is not None:
        until = taken[0].closed_at + timedelta(days=qualification.wait_days)
        if until > timezone.now():
            said = gettext("You may try again from %(day)s on.")
            raise NoTest(said % {"day": date_format(until, "Y-m-d H:i")})
    if fresh_items(qualification, by).count() < qualification.questions:
        raise NoTest(
            gettext("There are not enough items that you have not met; a lead can add some.")
        )


def _refuse_whom_nothing_is_given(campaign: Campaign, by: User) -> None:
    membership = membership_of(by, campaign)
    if membership is None:
        raise NoTest(gettext("You are not in this campaign; ask one of its leads for a link."))
    if membership.paused:
        raise Paused(campaign.name)


def _refuse_what_may_harm(test: Qualification, by: User) -> None:
    """Its lanes are named by what it gives; whether it may harm, its prompts say."""
    if holds_harm(test) and not reads_harm(by, test.campaign_id):
        raise NotAgreed(test.campaign.name)


def _unread(campaign: Campaign, by: User) -> GuidelineNotAcknowledged | None:
    newest = current_instructions(campaign)
    accepted = Acknowledgement.objects.filter(person=by, instructions=newest)
    if newest is None or accepted.exists():
        return None
    return GuidelineNotAcknowledged(campaign.name)


def take_test_item(*, attempt: Attempt, by: User) -> Assignment | None:
    """Lease the next item of an attempt, or find the one in hand; None where all are done."""
    for _ in range(TRIES):
        with suppress(IntegrityError):  # another request took the seat
            return _take(attempt, by)
    raise SeatsTaken


def _take(attempt: Attempt, by: User) -> Assignment | None:
    turns = turns_of_attempt(attempt)
    if held := turns.filter(state="open").first():
        return held
    if attempt.state != AttemptState.OPEN or turns.count() >= attempt.questions:
        close_attempt_if_done(attempt=attempt)  # the last item may have been skipped
        return None
    _refuse_whom_nothing_is_given(attempt.qualification.campaign, by)
    _refuse_what_may_harm(attempt.qualification, by)
    give_back_unseen_turns(of=by)
    plan = plan_of(person=by.pk, campaign=attempt.qualification.campaign_id)
    terms = terms_of(by, plan, None)
    turn = take_turn(terms=terms, walk=_lanes(attempt))
    if turn is None:
        raise NoTest(gettext("No item of this test is left for you; ask a lead for more."))
    return as_row(turn, terms, by)


def _lanes(attempt: Attempt) -> list[Start]:
    """Where the items of the test wait; each person meets them in an order of their own."""
    campaign = attempt.qualification.campaign
    lanes = lanes_of_test(attempt.qualification, attempt.person).order_by("pk")
    work = CampaignWork.objects.filter(campaign=campaign)
    minutes = dict(work.values_list("kind", "lease_minutes"))
    newest = current_instructions(campaign)
    somewhere = attempt.uuid.int & 0xFFFFFFFF
    return [
        Start(
            lane.pk,
            after,
            campaign.pk,
            campaign.weight,
            lane.band,
            is_theirs=False,
            minutes=minutes.get(lane.kind, 60),
            instructions=newest.pk if newest else None,
            is_acknowledged=True,
            campaign_name=campaign.name,
            kind=lane.kind,
            purpose=LanePurpose.TEST,
        )
        for after in (somewhere, -1)
        for lane in lanes
    ]


def open_attempt_of(gold: Gold, turn: Assignment) -> Attempt | None:
    """The attempt that an item handed in was given in; None where that one is over."""
    if gold.purpose != LanePurpose.TEST:
        return None
    attempts = Attempt.objects.filter(
        qualification=gold.qualification,
        person=turn.person_id,
        state=AttemptState.OPEN,
        begun_at__lte=turn.taken_at,
    )
    return attempts.select_related("qualification", "person").first()


@transaction.atomic
def close_attempt_if_done(*, attempt: Attempt) -> None:
    """Say whether it is passed once its last item is over; who passes holds the skill.

    The figure is the mean over its items of the share of pairs that are as they should be; what
    was skipped or ran out has none of them.
    """
    if turns_of_attempt(attempt).exclude(state="open").count() < attempt.questions:
        return
    share = Cast("agreed", FloatField()) / F("compared")
    total: float = attempt.results.order_by().aggregate(total=Sum(share, default=0.0))["total"]
    agreement = total / attempt.questions
    is_passed = agreement >= attempt.pass_mark
    closed = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.OPEN).update(
        state=AttemptState.PASSED if is_passed else AttemptState.FAILED,
        agreement=agreement,
        closed_at=timezone.now(),
    )
    if closed and is_passed:
        _grant(attempt)


def _grant(attempt: Attempt) -> None:
    """The skill, or longer than it was held; what a person was given without a test stays."""
    test = attempt.qualification
    until = timezone.now() + timedelta(days=test.valid_days)
    kept, is_new = Competence.objects.get_or_create(
        person=attempt.person,
        facet=Facet.SKILL,
        value=test.skill,
        defaults={"expires_at": until},
    )
    if not is_new:
        Competence.objects.filter(pk=kept.pk, expires_at__lt=until).update(expires_at=until)
    record(
        actor=attempt.person,
        verb="test.passed",
        subject=test,
        skill=test.skill,
        until=until.isoformat(),
    )


def leave_overdue_attempts() -> int:
    """Close attempts whose day is over; they count as attempts. Say how many."""
    overdue = Attempt.objects.filter(state=AttemptState.OPEN, begun_at__lt=timezone.now() - LASTS)
    return overdue.update(state=AttemptState.LEFT, closed_at=timezone.now())
