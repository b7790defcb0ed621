"""What a person has made of an item, and until when they may still change it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotate.enums import AssignmentState, Kind, LanePurpose
from annotate.models import Assignment, CampaignWork, Demonstration, Ranking, Task
from annotate.selectors.assignment import assignments_of
from commons.models import User

LATELY = 10
WORKABLE = (AssignmentState.OPEN, AssignmentState.EXPIRED)  # a late submission is kept too

# What was handed in there is not changed: its person may have seen the answer.
TOLD_AFTERWARDS = (LanePurpose.PRACTICE, LanePurpose.TEST)

Body = dict[str, object]
Judgement = Demonstration | Ranking
Handed = TypeVar("Handed", Demonstration, Ranking)

IS_IDEAL = Exists(Ranking.objects.filter(ideal=OuterRef("pk")))  # of a demonstration


@dataclass(frozen=True)
class Standing:
    """What is kept of a person's work on an item, and what they may do with it.

    Neither workable nor changeable: it is over.
    """

    body: Body = field(default_factory=dict)  # as drafts hold it
    version: int = 0  # of the draft, or the revision of what was handed in
    saved_at: datetime | None = None
    is_workable: bool = False
    until: datetime | None = None  # what was handed in may be changed

    @property
    def is_over(self) -> bool:
        return not self.is_workable and self.until is None


def standing_of(assignment: Assignment) -> Standing:
    """How an item stands with its person. The draft is expected to be loaded with it."""
    if assignment.state in WORKABLE:
        draft = getattr(assignment, "draft", None)
        if draft is None:
            return Standing(is_workable=_is_workable(assignment))
        return Standing(draft.body, draft.version, draft.saved_at, is_workable=True)
    until = _changeable_until(assignment, edit_minutes)
    if until is None or timezone.now() > until:
        return Standing()
    kept = current_submission(assignment)
    return Standing(body_of(kept), kept.revision, kept.created_at, until=until)


def is_over(assignment: Assignment, minutes: int) -> bool:
    """What ``standing_of`` says of it, without a query: ``minutes`` is how long it may be changed,
    and draft and lane are loaded with it."""
    if assignment.state in WORKABLE:
        return not _is_workable(assignment)
    until = _changeable_until(assignment, lambda _: minutes)
    return until is None or timezone.now() > until


def _is_workable(assignment: Assignment) -> bool:
    """Of one that is open, or whose time ran out: not where nothing of it was seen."""
    is_unseen = assignment.state == AssignmentState.EXPIRED and assignment.shown_at is None
    return not is_unseen or getattr(assignment, "draft", None) is not None


def _changeable_until(
    assignment: Assignment, minutes: Callable[[Assignment], int]
) -> datetime | None:
    if assignment.state != AssignmentState.SUBMITTED or assignment.closed_at is None:
        return None
    if assignment.task.round == 0 and assignment.task.lane.purpose in TOLD_AFTERWARDS:
        return None
    return assignment.closed_at + timedelta(minutes=minutes(assignment))


def body_of(judgement: Judgement) -> Body:
    """What was handed in, as a draft holds it."""
    if isinstance(judgement, Demonstration):
        return _body_of_demonstration(judgement)
    order: Body = {
        "tiers": judgement.tiers,
        "unrankable": judgement.unrankable,
        "strengths": judgement.strengths or [None] * max(len(judgement.tiers) - 1, 0),
        "considered": True,
    }
    return order | beside_order(judgement)


BESIDE_ORDER = ("answers", "reason", "ideal", "ideal_from")


def beside_order(kept: Ranking) -> Body:
    """What was said beside the order; nothing of what was not said."""
    said: Body = {"answers": kept.answers, "reason": kept.reason}
    if kept.ideal is not None and kept.ideal.started_from is not None:
        said |= {"ideal": kept.ideal.text, "ideal_from": str(kept.ideal.started_from.uuid)}
    return {name: each for name, each in said.items() if each}


def _body_of_demonstration(kept: Demonstration) -> Body:
    """The last text, the blocks before it and where it began; what is not there is not said."""
    *before, last = kept.messages
    start = kept.started_from
    more = {"before": before, "started_from": start and str(start.uuid)}
    return {"text": str(last["content"])} | {name: said for name, said in more.items() if said}


@dataclass(frozen=True)
class HandedIn:
    """A turn that was handed in, and the last moment at which it may be changed."""

    assignment: Assignment
    until: datetime


def handed_in_lately(user: User) -> list[HandedIn]:
    """The submissions that a person may still change, the newest first."""
    now = timezone.now()
    minutes = {
        (work.campaign_id, work.kind): timedelta(minutes=work.edit_minutes)
        for work in CampaignWork.objects.filter(campaign__memberships__person=user)
    }
    still = Q(pk__in=[])
    for (campaign, kind), time in minutes.items():
        still |= Q(task__campaign=campaign, task__kind=kind, closed_at__gte=now - time)
    submitted = (
        assignments_of(user)
        .filter(still, state=AssignmentState.SUBMITTED)
        .exclude(task__lane__purpose__in=TOLD_AFTERWARDS)
    )
    return [
        HandedIn(each, each.closed_at + minutes[each.task.campaign_id, each.task.kind])
        for each in submitted.order_by("-closed_at", "-pk")[:LATELY]
        if each.closed_at is not None
    ]


def edit_minutes(assignment: Assignment) -> int:
    """How long what was handed in for this turn may be changed."""
    task = assignment.task
    return CampaignWork.objects.get(campaign=task.campaign_id, kind=task.kind).edit_minutes


def current_submission(assignment: Assignment) -> Judgement:
    """What stands of what was handed in for this turn: its newest revision."""
    if assignment.task.kind == Kind.RANK:
        return Ranking.objects.get(assignment=assignment, current=True)
    return Demonstration.objects.get(assignment=assignment, current=True)


def history_of(task: Task) -> list[Judgement]:
    """Every revision of what was handed in for an item, each chain from its first one on."""
    if task.kind == Kind.RANK:
        return list(_of_item(Ranking.objects.select_related("ideal"), task))
    return list(_of_item(Demonstration.objects.all(), task))


def _of_item(rows: QuerySet[Handed], task: Task) -> QuerySet[Handed]:
    mine = rows.filter(assignment__task=task).select_related("rater__user", "instructions")
    return mine.order_by("assignment", "revision")
