"""What a person does with a turn of theirs: looks at it, stays at it, gives it back, skips it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from annotate.enums import AssignmentState, SkipReason
from annotate.errors import AssignmentClosed, KeyReused
from annotate.models import Assignment, CampaignWork, Task
from annotate.services.conversation_turn import abandon_conversation_of
from annotate.services.returning import end_unseen_turns, return_turn
from annotate.services.tally import add_to_tally
from commons.models import User


def show_assignment(*, assignment: Assignment) -> datetime:
    """Start the clock of a lease when its item is first seen; renew the lease at each visit."""
    now = timezone.now()
    Assignment.objects.filter(pk=assignment.pk, shown_at__isnull=True).update(shown_at=now)
    return renew_assignment(assignment=assignment)


def renew_assignment(*, assignment: Assignment) -> datetime:
    """Give an open lease its full length again, because its person is at work.

    What was loaded ahead for them waits as long. Whoever has left the team finishes what they
    hold in the time that they have.
    """
    now = timezone.now()
    minutes = _lease_minutes(assignment)
    if minutes is None:
        return assignment.expires_at or now
    until = now + timedelta(minutes=minutes)
    Assignment.objects.filter(
        Q(pk=assignment.pk) | Q(shown_at__isnull=True),
        person=assignment.person_id,
        state=AssignmentState.OPEN,
    ).update(expires_at=Greatest(F("expires_at"), until))
    return max(until, assignment.expires_at or until)


def _lease_minutes(assignment: Assignment) -> int | None:
    """How long such a lease lasts; None where its person is no active member any more."""
    works = CampaignWork.objects.filter(
        campaign=assignment.task.campaign_id,
        kind=assignment.task.kind,
        campaign__memberships__person=assignment.person_id,
        campaign__memberships__active=True,
    )
    return works.values_list("lease_minutes", flat=True).first()


def extend_assignment(*, assignment: Assignment, by: User) -> datetime:
    """Say that one is at an item: it counts as shown and keeps its full time."""
    if assignment.person_id != by.pk or assignment.state != AssignmentState.OPEN:
        raise AssignmentClosed(assignment.state)
    until = show_assignment(assignment=assignment)
    assignment.refresh_from_db(fields=["state"])  # it may have ended meanwhile
    if assignment.state != AssignmentState.OPEN:
        raise AssignmentClosed(assignment.state)
    return until


@transaction.atomic
def release_assignment(*, assignment: Assignment, by: User) -> None:
    """Give an open item back; it goes to somebody else."""
    given_back = return_turn(
        assignment=assignment.pk,
        task=assignment.task_id,
        to=AssignmentState.RELEASED,
        only=Q(person=by),
    )
    if not given_back:
        assignment.refresh_from_db()
        raise AssignmentClosed(assignment.state)
    abandon_conversation_of(task=assignment.task_id, person=by.pk)


def skip_assignment(
    *,
    assignment: Assignment,
    reason: SkipReason,
    by: User,
    note: str = "",
    key: UUID | None = None,
) -> None:
    """Give up an item for a reason. All but “not my field” hold the task until a role decides.

    The same ``key`` again changes nothing.
    """
    try:
        skipped = _skip(assignment, reason, by, note, key)
    except IntegrityError as broken:  # the key has ended another turn
        raise KeyReused from broken
    if skipped:
        return
    assignment.refresh_from_db()
    if key is None or assignment.closing_key != key:
        raise AssignmentClosed(assignment.state)
    if (assignment.skip_reason, assignment.skip_note) != (reason, note):
        raise KeyReused


@transaction.atomic
def _skip(
    assignment: Assignment, reason: SkipReason, by: User, note: str, key: UUID | None
) -> bool:
    returned = return_turn(
        assignment=assignment.pk,
        task=assignment.task_id,
        to=AssignmentState.SKIPPED,
        only=Q(person=by),
        skip_reason=reason,
        skip_note=note,
        closing_key=key,
    )
    if returned:
        if reason != SkipReason.NOT_MY_FIELD:
            Task.objects.filter(pk=assignment.task_id, held="").update(held=reason)
            end_unseen_turns(Assignment.objects.filter(task=assignment.task_id))
        campaign = assignment.task.campaign_id
        abandon_conversation_of(task=assignment.task_id, person=by.pk)
        add_to_tally(campaign=campaign, slot=assignment.pk, skips=1)
    return returned
