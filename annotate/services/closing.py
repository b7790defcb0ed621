"""A judgement is handed in: its turn closes once, and it is said what the judgement counts as."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Pool
from annotate.errors import AlreadySubmitted, AssignmentClosed, DraftConflict
from annotate.models import Assignment, Draft, Task
from commons.models import User

FACTS = """
SELECT
    (SELECT rater.id FROM annotate_rater AS rater WHERE rater.user_id = %(person)s),
    member.pool,
    work.third_below,
    work.edit_minutes,
    (SELECT draft.version FROM annotate_draft AS draft WHERE draft.assignment_id = %(turn)s)
FROM annotate_campaignwork AS work
LEFT JOIN annotate_membership AS member
    ON member.campaign_id = work.campaign_id AND member.person_id = %(person)s
WHERE work.campaign_id = %(campaign)s AND work.kind = %(kind)s
"""


class Facts(NamedTuple):
    """What closing a turn depends on beside its own row, read in one statement."""

    rater: int | None
    pool: str | None
    third_below: float | None
    edit_minutes: int
    draft_version: int | None


class SentDraft(NamedTuple):
    """The draft version that a page was made from, and what it says now, as drafts keep it."""

    version: int
    body: dict[str, object] | None = None


def facts_of(*, assignment: Assignment) -> Facts:
    task = assignment.task
    given = {
        "person": assignment.person_id,
        "turn": assignment.pk,
        "campaign": task.campaign_id,
        "kind": task.kind,
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, given)
        row = cursor.fetchone()
    return Facts(*row)


def refuse_overtaken(*, assignment: Assignment, sent: SentDraft | None, facts: Facts) -> None:
    """Refuse a submission that was made from another draft than the newest, unless it says the
    same: another tab kept something that its person has not seen here."""
    if sent is None or facts.draft_version in (None, sent.version):
        return
    newest = Draft.objects.get(assignment=assignment)
    if sent.body is None or any(newest.body.get(name) != said for name, said in sent.body.items()):
        raise DraftConflict(theirs=newest.body, version=newest.version)


def close_assignment(
    *, assignment: Assignment, by: User, facts: Facts, key: UUID | None = None
) -> CountsAs:
    """Move an assignment to submitted, exactly once; say what its judgement counts as.

    Call inside the transaction that writes the judgement.
    """
    mine = Assignment.objects.filter(pk=assignment.pk, person=by)
    closed = {
        "state": AssignmentState.SUBMITTED,
        "closed_at": timezone.now(),
        "closing_key": key,
    }
    counted = CountsAs.HELD_OUT if facts.pool == Pool.HELD_OUT else CountsAs.WORK
    if mine.filter(state=AssignmentState.OPEN).update(**closed):
        return counted
    Task.objects.select_for_update().get(pk=assignment.task_id)
    if mine.filter(state=AssignmentState.EXPIRED).update(**closed):  # late: kept, never refused
        still_short = Task.objects.filter(pk=assignment.task_id, free__gt=0).update(
            free=F("free") - 1
        )
        return counted if still_short else CountsAs.SURPLUS
    assignment.refresh_from_db()
    if assignment.state == AssignmentState.SUBMITTED:
        raise AlreadySubmitted
    raise AssignmentClosed(assignment.state)
