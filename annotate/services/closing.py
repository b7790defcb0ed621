"""A judgement is handed in: its turn closes once, and it is said what the judgement counts as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson
from django.db.models import F
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Kind, LanePurpose, Pool
from annotate.errors import AlreadySubmitted, AssignmentClosed, DraftConflict, NotYours
from annotate.models import Assignment, Draft, Task
from annotate.questions import Questions, questions_of
from annotate.selectors.submission import TOLD_AFTERWARDS
from commons.models import User
from commons.statements import as_moment, given_uuid, rows_of

# A membership that has ended still says in which pool the work was done; and whoever has left the
# held-out pool still hands in what they took from a lane of its own.
TURN = """
SELECT turn.id, turn.state, turn.instructions_id, turn.closed_at,
    task.id, task.kind, task.offered, task.wanted, task.campaign_id, task.prompt_id,
    (SELECT rater.id FROM annotate_rater AS rater WHERE rater.user_id = turn.person_id),
    member.pool, lane.pool, lane.purpose, work.third_below,
    CASE WHEN task.kind = 'rank' AND task.wanted = 1 AND task.propensity IS NULL
        AND lane.reserved_for_id IS NULL THEN work.second_up_to END,
    COALESCE(work.edit_minutes, 0),
    draft.version, instructions.form
FROM annotate_assignment AS turn
JOIN annotate_task AS task ON task.id = turn.task_id
JOIN annotate_lane AS lane ON lane.id = task.lane_id
LEFT JOIN annotate_campaignwork AS work
    ON work.campaign_id = task.campaign_id AND work.kind = task.kind
LEFT JOIN annotate_membership AS member
    ON member.campaign_id = task.campaign_id AND member.person_id = turn.person_id
LEFT JOIN annotate_draft AS draft ON draft.assignment_id = turn.id
LEFT JOIN annotate_instructions AS instructions ON instructions.id = turn.instructions_id
WHERE turn.uuid = %(uuid)s AND turn.person_id = %(person)s AND turn.state <> 'excluded'
"""


@dataclass(frozen=True)
class TurnToClose:
    """A turn with all that handing in its judgement depends on, as one statement read it."""

    person: int
    id: int
    state: AssignmentState
    instructions: int | None
    closed_at: datetime | None
    task: int
    kind: Kind
    offered: Sequence[str]
    wanted: int
    campaign: int
    prompt: int
    rater: int | None  # none before a person's first judgement
    pool: str | None
    pool_of_lane: str
    purpose: str  # of its lane: empty where it is work
    asks_third_below: float | None
    asks_second_up_to: float | None  # where its second opinion is still to be drawn
    edit_minutes: int
    draft_version: int | None
    form: Mapping[str, object]  # empty where it is done under no instructions

    @property
    def asked(self) -> Questions:
        """What the version of the instructions that it is done under asks for."""
        return questions_of(self.form, self.kind)

    @property
    def counted(self) -> CountsAs:
        """What its judgement counts as while the task is short."""
        if self.purpose:
            is_silent = self.purpose == LanePurpose.GOLD
            return CountsAs.GOLD if is_silent else CountsAs.PRACTICE
        is_held_out = Pool.HELD_OUT in (self.pool, self.pool_of_lane)
        return CountsAs.HELD_OUT if is_held_out else CountsAs.WORK

    @property
    def third_below(self) -> float | None:
        """Where another judgement is asked for: never of what checks people."""
        return None if self.purpose else self.asks_third_below

    @property
    def second_up_to(self) -> float | None:
        """The chance of a second opinion at most, where it is drawn once this one is in."""
        return None if self.purpose else self.asks_second_up_to

    @property
    def may_be_edited(self) -> bool:
        if self.purpose in TOLD_AFTERWARDS:
            return False
        until = self.closed_at and self.closed_at + timedelta(minutes=self.edit_minutes)
        return until is not None and timezone.now() <= until


class SentDraft(NamedTuple):
    """The draft version that a page was made from, what it says now, as drafts keep it, and what
    that took."""

    version: int
    body: dict[str, object] | None = None
    effort: dict[str, object] | None = None


def turn_to_close(*, by: User, uuid: UUID) -> TurnToClose | None:
    """A person's own turn; None where it is not theirs."""
    rows = rows_of(TURN, {"uuid": given_uuid(uuid), "person": by.pk})
    if not rows:
        return None
    pk, state, instructions, closed_at, task, kind, offered, *others, form = rows[0]
    return TurnToClose(
        by.pk,
        pk,
        AssignmentState(state),
        instructions,
        closed_at and as_moment(closed_at),
        task,
        Kind(kind),
        orjson.loads(offered),
        *(*others, orjson.loads(form or "{}")),
    )


def own_turn(*, by: User, uuid: UUID) -> TurnToClose:
    """The same, refused where it is not theirs."""
    turn = turn_to_close(by=by, uuid=uuid)
    if turn is None:
        raise NotYours
    return turn


def refuse_overtaken(*, turn: TurnToClose, sent: SentDraft | None) -> None:
    """Refuse a submission that was made from another draft than the newest, unless it says the
    same: another tab kept something that its person has not seen here."""
    if sent is None or turn.draft_version in (None, sent.version):
        return
    newest = Draft.objects.get(assignment=turn.id)
    if sent.body is None or any(newest.body.get(name) != said for name, said in sent.body.items()):
        raise DraftConflict(theirs=newest.body, version=newest.version, saved_at=newest.saved_at)


def close_turn(*, turn: TurnToClose, key: UUID | None = None) -> CountsAs:
    """Move an assignment to submitted, exactly once; say what its judgement counts as.

    Call inside the transaction that writes the judgement.
    """
    mine = Assignment.objects.filter(pk=turn.id)
    closed = {
        "state": AssignmentState.SUBMITTED,
        "closed_at": timezone.now(),
        "closing_key": key,
    }
    if mine.filter(state=AssignmentState.OPEN).update(**closed):
        return turn.counted
    Task.objects.select_for_update().get(pk=turn.task)
    if mine.filter(state=AssignmentState.OPEN).update(**closed):  # given anew while we waited
        return turn.counted
    if mine.filter(state=AssignmentState.EXPIRED).update(**closed):  # late: kept, never refused
        still_short = Task.objects.filter(pk=turn.task, free__gt=0).update(free=F("free") - 1)
        if turn.purpose and not still_short:  # a check is a check, whenever it comes
            Task.objects.filter(pk=turn.task).update(wanted=F("wanted") + 1)
        return turn.counted if still_short or turn.purpose else CountsAs.SURPLUS
    state = mine.values_list("state", flat=True).get()
    if state == AssignmentState.SUBMITTED:
        raise AlreadySubmitted
    raise AssignmentClosed(state)
