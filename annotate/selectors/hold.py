"""Which reported items wait, and for whose decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, Q, QuerySet

from annotate.enums import AssignmentState, Duty, Facet, Hold, Role, SkipReason
from annotate.models import Assignment, Campaign, Candidate, Competence, Membership, Task, TeamLead
from annotate.selectors.campaign import campaigns_led_by, visible_campaign_filter
from commons.models import AuditEvent, User

REPORTS = (Hold.UNCLEAR, Hold.PERSONAL_DATA, Hold.HARMFUL, Hold.BROKEN)
DUTY_OF = {Hold.PERSONAL_DATA: Duty.PRIVACY, Hold.HARMFUL: Duty.SAFETY}
RETURNED, WITHDRAWN = "task.released", "task.withdrawn"  # as the audit names the decisions
MANY = 100


@dataclass(frozen=True)
class Standing:
    """What a person may see beside their own work."""

    leads: bool
    decides: bool
    reviews: bool
    leads_a_team: bool = False


@dataclass(frozen=True)
class Said:
    """One report of an item, or one earlier decision; ``who`` is None where one is not told."""

    at: datetime
    what: str
    note: str
    who: str | None
    is_decision: bool


@dataclass(frozen=True)
class Report:
    """A held item as whoever decides over it reads it: blind, with what was said."""

    task: Task
    answers: Sequence[Candidate]
    said: Sequence[Said]


def standing_of(user: User) -> Standing:
    """In one query, since every page asks."""
    if user.is_superuser:
        return Standing(leads=True, decides=True, reviews=True)
    active = Membership.objects.filter(person=user, active=True)
    leads, reviews = active.filter(role=Role.LEAD), active.filter(role=Role.REVIEWER)
    on_duty = Competence.objects.filter(person=user, facet=Facet.DUTY, value__in=Duty.values)
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(leads=Exists(leads), on_duty=Exists(on_duty), reviews=Exists(reviews))
        .annotate(of_a_team=Exists(TeamLead.objects.filter(person=user)))
        .values_list("leads", "on_duty", "reviews", "of_a_team")
        .get()
    )
    return Standing(
        leads=row[0], decides=any(row[:2]), reviews=row[0] or row[2], leads_a_team=row[3]
    )


def decides_something(user: User) -> bool:
    """Whether the page of reports is there for a person, be it empty or not."""
    return standing_of(user).decides


def decided_by(user: User, hold: Hold, campaign: str) -> Q:
    """The rows over whose ``hold`` a person decides, ``campaign`` being the path to theirs.

    Unclear items are the leads'. The others are those people's whose duty they are, wherever
    they work; where nobody active has it, the leads decide. An admin always may.
    """
    if user.is_superuser:
        return Q()
    leads = Q(**{f"{campaign}__in": campaigns_led_by(user).order_by()})
    if hold == Hold.UNCLEAR:
        return leads
    on_duty = _on_duty(hold)
    return Q(Exists(on_duty.filter(pk=user.pk))) | (~Q(Exists(on_duty)) & leads)


def _on_duty(hold: Hold) -> QuerySet[User]:
    """The active people whose duty it is to decide over such reports."""
    active = User.objects.filter(is_active=True)
    if hold == Hold.BROKEN:
        return active.filter(is_superuser=True)
    return active.filter(competences__facet=Facet.DUTY, competences__value=DUTY_OF[hold])


def may_decide(user: User, task: Task, hold: Hold) -> bool:
    """Whether a person decides over this item when it is held for that reason."""
    if hold not in REPORTS:
        return False
    return Campaign.objects.filter(decided_by(user, hold, "pk"), pk=task.campaign_id).exists()


def reports_for(user: User) -> QuerySet[Task]:
    """The held items that this person may decide over, by reason."""
    theirs = [Q(held=hold) & decided_by(user, hold, "campaign") for hold in REPORTS]
    return (
        Task.objects.filter(reduce(or_, theirs), held__in=REPORTS)
        .select_related("campaign", "prompt")
        .order_by("held", "pk")
    )


def count_of_reports(user: User) -> int:
    """How many items wait for a person's decision; no further than MANY."""
    return reports_for(user).order_by()[:MANY].count()


def as_read_by(user: User, tasks: Iterable[Task]) -> list[Report]:
    """The items with their answers and what was said of them.

    Names are told to the leads of a campaign and to admins; an officer needs the note alone.
    """
    tasks = list(tasks)
    answers, said = _answers(tasks), _said(user, tasks)
    return [
        Report(
            task=task,
            answers=[answers[name] for name in task.offered if name in answers],
            said=sorted(said[task.pk], key=lambda each: each.at),
        )
        for task in tasks
    ]


def _answers(tasks: Sequence[Task]) -> dict[str, Candidate]:
    wanted = {name for task in tasks for name in task.offered}
    found = Candidate.objects.filter(uuid__in=wanted).only("uuid", "messages")  # never the source
    return {str(each.uuid): each for each in found}


def _said(user: User, tasks: Sequence[Task]) -> dict[int, list[Said]]:
    led = set(
        Campaign.objects.filter(
            visible_campaign_filter(user, "pk"), pk__in={task.campaign_id for task in tasks}
        ).values_list("pk", flat=True)
    )
    named = {task.pk: task.campaign_id in led for task in tasks}
    said: dict[int, list[Said]] = {task.pk: [] for task in tasks}
    for row in reports_of(tasks):
        said[row.task_id].append(_as_said(row, is_named=named[row.task_id]))
    by_subject = {subject_of(task): task.pk for task in tasks}
    for event in decisions_over(tasks):
        pk = by_subject[event.subject]
        said[pk].append(_as_decided(event, is_named=named[pk]))
    return said


def reports_of(tasks: Sequence[Task]) -> QuerySet[Assignment]:
    """Who reported these items and why: every skip that holds an item."""
    return Assignment.objects.filter(
        task__in=tasks, state=AssignmentState.SKIPPED, skip_reason__in=REPORTS
    ).select_related("person")


def decisions_over(tasks: Sequence[Task]) -> QuerySet[AuditEvent]:
    """What was decided over reports of these items before, the oldest first."""
    decided = AuditEvent.objects.filter(
        subject__in=[subject_of(task) for task in tasks], verb__in=[RETURNED, WITHDRAWN]
    )
    return decided.select_related("actor", "words").order_by("at", "pk")


def standing_hold(task: Task, *, decided_now: Hold | None = None) -> str:
    """What the reports of an item and the decisions over them amount to, its batch left aside.

    Withdrawn where somebody decided so; else the first reason that nobody has decided over since
    it was reported, ``decided_now`` apart; else empty.
    """
    decided: dict[object, datetime] = {}
    for event in decisions_over([task]):
        if event.verb == WITHDRAWN:
            return Hold.WITHDRAWN
        decided[event.detail.get("was_held_for")] = event.at
    for report in reports_of([task]).exclude(skip_reason=decided_now or "").order_by("closed_at"):
        last = decided.get(report.skip_reason)
        if last is None or (report.closed_at and report.closed_at > last):
            return report.skip_reason
    return ""


def subject_of(task: Task) -> str:
    return f"task:{task.uuid}"


def _as_said(row: Assignment, *, is_named: bool) -> Said:
    return Said(
        at=row.closed_at or row.taken_at,
        what=str(SkipReason(row.skip_reason).label),
        note=row.skip_note,
        who=row.person.display_name if is_named else None,
        is_decision=False,
    )


def _as_decided(event: AuditEvent, *, is_named: bool) -> Said:
    return Said(
        at=event.at,
        what=event.verb,
        note=note_of(event),
        who=event.actor.display_name if is_named and event.actor else None,
        is_decision=True,
    )


def note_of(event: AuditEvent) -> str:
    """What was written beside an act; before notes were kept apart, it stood in the record."""
    kept = getattr(event, "words", None)
    return str(kept.text if kept else event.detail.get("note", ""))
