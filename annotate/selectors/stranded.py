"""Work that waits for nobody: no active member who has not met it may do it.

Reasoned lane by lane, since everybody who may take one task of a lane may take them all. The cost
grows with the lanes and the team, not with what waits: where nobody fits a lane its tasks are
counted up to MANY, and where people do, only what each of them has met can be stranded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.enums import AssignmentState, Facet, LanePurpose, Pool
from annotate.models import HAS_MET, Assignment, Campaign, Competence, Lane, Task

MANY = 1000
SIEVE = 3  # so many people's rows are intersected before a task is looked at


@dataclass(frozen=True)
class Teammate:
    """An active member of a campaign, and what they hold."""

    pk: int
    pool: str
    holds: frozenset[tuple[str, str]]

    def has(self, facet: Facet, value: str) -> bool:
        return not value or (facet, value) in self.holds

    def fits(self, lane: Lane) -> bool:
        """The rule of ``lanes_open_to``, for a lane that is at hand."""
        return (
            lane.reserved_for_id in (None, self.pk)
            and lane.pool in (Pool.OPEN, self.pool)
            and all(self.has(facet, value) for facet, value in asked_by(lane))
        )


@dataclass(frozen=True)
class StrandedLane:
    """Tasks of one lane that nobody can do. ``is_bounded``: there are at least so many."""

    lane: Lane
    tasks: int
    is_bounded: bool
    why: str
    examples: Sequence[Task]


def team_of(campaign: Campaign) -> list[Teammate]:
    """The active members, the newest first."""
    members = campaign.memberships.filter(active=True, person__is_active=True).order_by("-pk")
    rows = list(members.values_list("person", "pool"))
    holds: dict[int, set[tuple[str, str]]] = defaultdict(set)
    held = Competence.objects.filter(person__in=members.order_by().values("person"))
    for person, facet, value in held.values_list("person", "facet", "value"):
        holds[person].add((facet, value))
    return [Teammate(person, pool, frozenset(holds[person])) for person, pool in rows]


def asked_by(lane: Lane) -> list[tuple[Facet, str]]:
    """What a lane asks of a person, by facet; nothing where it asks nothing."""
    return [
        (Facet.SKILL, lane.skill),
        (Facet.LANGUAGE, lane.language),
        (Facet.CLEARANCE, lane.clearance),
    ]


def stranded_in(campaign: Campaign) -> list[StrandedLane]:
    """The lanes of a campaign with tasks that nobody can do, and why, in words."""
    team, stranded = team_of(campaign), []
    alike: dict[tuple[int, ...], list[Lane]] = defaultdict(list)  # lanes with the same people
    for lane in lanes_with_waiting(campaign):
        fit = tuple(mate.pk for mate in team if mate.fits(lane))
        if fit:
            alike[fit].append(lane)
        else:
            stranded.append(_open_to_nobody(lane, team))
    for fit, lanes in alike.items():
        stranded += _met_by_all(lanes, fit)
    stranded += _set_aside_in_vain(campaign, team)
    return sorted(stranded, key=lambda each: (each.lane.kind, each.lane.pk))


def lanes_with_waiting(campaign: Campaign) -> QuerySet[Lane]:
    waiting = _waiting().filter(lane=OuterRef("pk"))
    return (
        Lane.objects.filter(Exists(waiting), campaign=campaign, purpose=LanePurpose.WORK)
        .select_related("reserved_for")
        .order_by("pk")
    )


def _waiting() -> QuerySet[Task]:
    return Task.objects.filter(free__gt=0, held="")


def _open_to_nobody(lane: Lane, team: Sequence[Teammate]) -> StrandedLane:
    tasks = _waiting().filter(lane=lane)
    count = tasks.order_by()[:MANY].count()
    examples = list(tasks.select_related("prompt").order_by("place")[:3])
    return StrandedLane(lane, count, count == MANY, why_nobody(lane, team), examples)


def _met_by_all(lanes: Sequence[Lane], fit: Sequence[int]) -> list[StrandedLane]:
    """The tasks of these lanes of which turns are free though all who fit have met them."""
    met = Assignment.objects.filter(HAS_MET, task=OuterRef("pk"), person__in=fit).order_by()
    tasks = list(
        _waiting()
        .filter(lane__in=lanes, pk__in=_met_by_each(fit[:SIEVE]))
        .annotate(met=Subquery(met.values("task").annotate(people=Count("pk")).values("people")))
        .filter(met=len(fit))
        .select_related("prompt")
        .order_by("lane", "place")[:MANY]
    )
    by_lane: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        by_lane[task.lane_id].append(task)
    return [
        StrandedLane(
            lane,
            len(by_lane[lane.pk]),
            len(tasks) == MANY,
            why_more(by_lane[lane.pk]),
            by_lane[lane.pk][:3],
        )
        for lane in lanes
        if by_lane[lane.pk]
    ]


def _set_aside_in_vain(campaign: Campaign, team: Collection[Teammate]) -> list[StrandedLane]:
    """What is set aside for people who have left the team: nobody else gets it."""
    turns = list(
        Assignment.objects.filter(
            task__campaign=campaign, task__held="", state=AssignmentState.RESERVED
        )
        .exclude(person__in=[mate.pk for mate in team])
        .select_related("task__lane", "task__prompt", "person")
        .order_by("task__lane", "task__place")[:MANY]
    )
    by_lane: dict[Lane, list[Assignment]] = defaultdict(list)
    for turn in turns:
        by_lane[turn.task.lane].append(turn)
    return [
        StrandedLane(
            lane,
            len(theirs),
            len(turns) == MANY,
            why_in_vain(theirs),
            [turn.task for turn in theirs[:3]],
        )
        for lane, theirs in by_lane.items()
    ]


def _met_by_each(people: Sequence[int]) -> QuerySet[Assignment, tuple[int]]:
    """The tasks that each of these has met, by the index on (person, task) alone."""
    first, *others = people
    tasks = Assignment.objects.filter(HAS_MET, person=first).values_list("task")
    for person in others:
        tasks = Assignment.objects.filter(HAS_MET, person=person, task__in=tasks).values_list(
            "task"
        )
    return tasks


def why_more(tasks: Iterable[Task]) -> str:
    more = max(task.free for task in tasks)
    return ngettext(
        "Everyone eligible has already met these: one more person is needed.",
        "Everyone eligible has already met these: %(more)d more people are needed.",
        more,
    ) % {"more": more}


def why_in_vain(turns: Iterable[Assignment]) -> str:
    names = sorted({turn.person.display_name for turn in turns})
    return ngettext(
        "Set aside for %(names)s, who is not in the team any more: give it up or hand it over.",
        "Set aside for %(names)s, who are not in the team any more: give up or hand over each.",
        len(names),
    ) % {"names": ", ".join(names)}


def why_nobody(lane: Lane, team: Collection[Teammate]) -> str:
    """Why no member fits a lane, in words that say what is to be granted or whom to add."""
    if not team:
        return _("Nobody is active in the team.")
    owner = lane.reserved_for
    if owner is not None:
        team = [mate for mate in team if mate.pk == owner.pk]
        says = _("%(name)s, for whom these are reserved, does not hold %(what)s.")
        if not team:
            says = _("These are reserved for %(name)s, who is not active in the team.")
    elif lane.pool == Pool.HELD_OUT:
        team = [mate for mate in team if mate.pool == Pool.HELD_OUT]
        says = _("No held-out rater of the team holds %(what)s.")
        if not team:
            says = _("These are for held-out raters, and the team has none.")
    else:
        says = _("Nobody of the team holds %(what)s.")
    return says % {"name": owner.display_name if owner else "", "what": _lacking(lane, team)}


def _lacking(lane: Lane, team: Collection[Teammate]) -> str:
    """What none of them holds; where each thing is held by someone, all of it together."""
    asked = [(facet, value) for facet, value in asked_by(lane) if value]
    missing = [
        (facet, value) for facet, value in asked if not any(mate.has(facet, value) for mate in team)
    ]
    words = _(" and ").join(_asks(facet, value) for facet, value in missing or asked)
    return words if missing else _("%(what)s together") % {"what": words}


def _asks(facet: Facet, value: str) -> str:
    words = {
        Facet.SKILL: _("the skill %(value)s"),
        Facet.LANGUAGE: _("the language %(value)s"),
        Facet.CLEARANCE: _("the clearance %(value)s"),
    }
    return words[facet] % {"value": value}
