"""Work that waits for nobody: no active member who has not met it may do it.

Reasoned lane by lane, since everybody who may take one task of a lane may take them all. The cost
grows with the lanes and the team, not with what waits: where nobody fits a lane its tasks are
counted up to MANY, and where people do, only what each of them has met can be stranded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.enums import AssignmentState, Facet, LanePurpose, Pool
from annotate.models import HAS_MET, Assignment, Campaign, Competence, Lane, Task
from annotate.selectors.care import harmful_skills, readers_of
from annotate.selectors.lane import is_held_now
from commons.models import User

MANY = 1000
SIEVE = 3  # so many people's rows are intersected before a task is looked at
SHOWN = 3  # tasks of a lane


@dataclass(frozen=True)
class Teammate:
    """An active member of a campaign, and what they hold."""

    pk: int
    pool: str
    holds: frozenset[tuple[str, str]]
    is_paused: bool = False
    reads_harm: bool = False
    harmful: frozenset[str] = frozenset()  # what the campaign has marked so

    def has(self, facet: Facet, value: str) -> bool:
        return not value or (facet, value) in self.holds

    def fits(self, lane: Lane) -> bool:
        """The rule of ``lanes_open_to``, for a lane that is at hand."""
        return (
            lane.reserved_for_id in (None, self.pk)
            and lane.pool in (Pool.OPEN, self.pool)
            and all(self.has(facet, value) for facet, value in asked_by(lane))
            and (self.reads_harm or not self.harmful & {"", lane.skill, lane.clearance})
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
    """The members who may be given work, with what they hold now, the newest first."""
    return [mate for mate in _everybody_in(campaign) if not mate.is_paused]


def _everybody_in(campaign: Campaign) -> list[Teammate]:
    """Those who are paused too: work comes to them again once a pause is lifted."""
    members = campaign.memberships.filter(active=True, person__is_active=True).order_by("-pk")
    rows = list(members.values_list("person", "pool", "paused"))
    holds: dict[int, set[tuple[str, str]]] = defaultdict(set)
    people = members.order_by().values("person")
    held = Competence.objects.filter(is_held_now(), person__in=people)
    for person, facet, value in held.values_list("person", "facet", "value"):
        holds[person].add((facet, value))
    harmful = harmful_skills([campaign.pk]).get(campaign.pk, frozenset())
    read = readers_of(campaign) if harmful else frozenset()
    return [
        Teammate(person, pool, frozenset(holds[person]), is_paused, person in read, harmful)
        for person, pool, is_paused in rows
    ]


def asked_by(lane: Lane) -> list[tuple[Facet, str]]:
    """What a lane asks of a person, by facet; nothing where it asks nothing."""
    return [
        (Facet.SKILL, lane.skill),
        (Facet.LANGUAGE, lane.language),
        (Facet.CLEARANCE, lane.clearance),
    ]


def stranded_in(campaign: Campaign) -> list[StrandedLane]:
    """The lanes of a campaign with tasks that nobody can do, and why, in words."""
    everybody = _everybody_in(campaign)
    team = [mate for mate in everybody if not mate.is_paused]
    paused = [mate for mate in everybody if mate.is_paused]
    nobody: list[Lane] = []
    alike: dict[tuple[int, ...], list[Lane]] = defaultdict(list)  # lanes with the same people
    for lane in lanes_with_waiting(campaign):
        fit = tuple(mate.pk for mate in team if mate.fits(lane))
        if fit:
            alike[fit].append(lane)
        else:
            nobody.append(lane)
    stranded = _open_to_nobody(nobody, team, paused)
    for fit, lanes in alike.items():
        stranded += _met_by_all(lanes, fit)
    stranded += _set_aside_in_vain(campaign, team, paused)
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


class HowMany(Subquery):
    """Rows of a subquery; they are counted as far as its slice goes."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _open_to_nobody(
    lanes: Sequence[Lane], team: Sequence[Teammate], paused: Sequence[Teammate]
) -> list[StrandedLane]:
    if not lanes:
        return []
    waiting, names = _waiting_in(lanes), _names_of(paused)
    return [
        StrandedLane(lane, count, count == MANY, why_nobody(lane, team, paused, names), examples)
        for lane in lanes
        for count, examples in [waiting[lane.pk]]
    ]


def _waiting_in(lanes: Sequence[Lane]) -> dict[int, tuple[int, list[Task]]]:
    """How many tasks wait in each lane, and the first of them: two statements for all lanes."""
    waiting = _waiting().filter(lane=OuterRef("pk")).values("pk")
    placed = waiting.order_by("place")
    firsts = {f"at_{at}": Subquery(placed[at : at + 1]) for at in range(SHOWN)}
    counted = Lane.objects.filter(pk__in=[each.pk for each in lanes]).annotate(
        waiting=HowMany(waiting.order_by()[:MANY]), **firsts
    )
    rows = list(counted.values_list("pk", "waiting", *firsts))
    tasks = Task.objects.select_related("prompt").in_bulk(
        {task for _, _, *shown in rows for task in shown if task}
    )
    return {
        lane: (count, [tasks[each] for each in shown if each in tasks])
        for lane, count, *shown in rows
    }


def _names_of(people: Collection[Teammate]) -> dict[int, str]:
    if not people:
        return {}
    found = User.objects.filter(pk__in=[mate.pk for mate in people])
    return {each.pk: each.display_name for each in found}


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
            by_lane[lane.pk][:SHOWN],
        )
        for lane in lanes
        if by_lane[lane.pk]
    ]


def _set_aside_in_vain(
    campaign: Campaign, team: Collection[Teammate], paused: Collection[Teammate]
) -> list[StrandedLane]:
    """What is set aside for people who have left the team or are paused: nobody else gets it."""
    waiting = {mate.pk for mate in paused}
    turns = list(
        Assignment.objects.filter(
            task__campaign=campaign, task__held="", state=AssignmentState.RESERVED
        )
        .exclude(person__in=[mate.pk for mate in team])
        .select_related("task__lane", "task__prompt", "person")
        .order_by("task__lane", "task__place")[:MANY]
    )
    by_lane: dict[tuple[Lane, bool], list[Assignment]] = defaultdict(list)
    for turn in turns:
        by_lane[turn.task.lane, turn.person_id in waiting].append(turn)
    return [
        StrandedLane(
            lane,
            len(theirs),
            len(turns) == MANY,
            why_waiting(theirs) if are_paused else why_in_vain(theirs),
            [turn.task for turn in theirs[:SHOWN]],
        )
        for (lane, are_paused), theirs in by_lane.items()
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


def why_waiting(turns: Iterable[Assignment]) -> str:
    names = sorted({turn.person.display_name for turn in turns})
    return ngettext(
        "Set aside for %(names)s, who is paused: lift the pause, give it up or hand it over.",
        "Set aside for %(names)s, who are paused: lift the pauses, give up or hand over each.",
        len(names),
    ) % {"names": ", ".join(names)}


def why_nobody(
    lane: Lane,
    team: Collection[Teammate],
    paused: Collection[Teammate],
    names: Mapping[int, str],
) -> str:
    """Why no member fits a lane, in words that say what is to be granted or whom to add.

    ``names`` are those of who is paused.
    """
    if fit := sorted(names[mate.pk] for mate in paused if mate.fits(lane)):
        return _all_paused(fit)
    if not team:
        return _("Nobody is active in the team.")
    if any(replace(mate, reads_harm=True).fits(lane) for mate in team):
        return _("Nobody who could do them has agreed to read what may harm.")
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


def _all_paused(names: Sequence[str]) -> str:
    return ngettext(
        "%(names)s, who could do these, is paused: lift the pause or add somebody.",
        "Whoever could do these is paused (%(names)s): lift a pause or add somebody.",
        len(names),
    ) % {"names": ", ".join(names)}


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
