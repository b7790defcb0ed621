"""All that is kept of one prompt, in the campaigns that a person looks through.

A fixed number of queries, however much was said of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)

from annotate.enums import AssignmentState, Kind, ReviewState
from annotate.models import (
    HAS_MET,
    Assignment,
    CampaignPrompt,
    CampaignWork,
    Candidate,
    Demonstration,
    MachineVerdict,
    Prompt,
    Ranking,
    Review,
    Snapshot,
    SnapshotMember,
    Task,
)
from annotate.selectors.campaign import campaigns_led_by, campaigns_looked_through_by
from annotate.selectors.snapshot import snapshots_of, with_erasure
from annotate.selectors.standing import IS_CHECK
from annotate.selectors.submission import is_over
from commons.models import AuditEvent, User


@dataclass(frozen=True)
class Life:
    """``led`` are the campaigns whose raters the reader may know by name, and where they are told
    what checks, trains and tests people.

    ``leads_all`` says whether the reader leads wherever the prompt stands: only then is there
    nothing here to which they must stay blind, and sources are told. Snapshots are those that the
    reader may open. What machines said stands by itself, in ``verdicts``.
    """

    prompt: Prompt
    led: frozenset[int]
    leads_all: bool
    placements: Sequence[CampaignPrompt]
    candidates: Sequence[Candidate]
    tasks: Sequence[Task]
    turns: Sequence[Assignment]
    rankings: Sequence[Ranking]
    verdicts: Sequence[MachineVerdict]
    demonstrations: Sequence[Demonstration]
    reviews: Sequence[Review]
    members: Sequence[SnapshotMember]
    acts: Sequence[AuditEvent]


def prompts_looked_through_by(user: User) -> QuerySet[Prompt]:
    """The prompts of the campaigns in which a person leads or reviews."""
    mine = campaigns_looked_through_by(user).order_by()
    return Prompt.objects.filter(
        Exists(CampaignPrompt.objects.filter(prompt=OuterRef("pk"), campaign__in=mine))
    )


def has_in_hand(user: User, prompt: Prompt) -> bool:
    """Whether a person may still judge this prompt, or change what they judged: until then they
    must not read what others said."""
    return prompt.pk in prompts_in_hand(user, [prompt.pk])


def prompts_in_hand(user: User, prompts: Collection[int]) -> frozenset[int]:
    """Which of these prompts a person ``has_in_hand``, by one query."""
    work = CampaignWork.objects.filter(
        campaign=OuterRef("task__campaign"), kind=OuterRef("task__kind")
    )
    turns = Assignment.objects.filter(person=user, task__prompt__in=prompts).annotate(
        minutes=Subquery(work.values("edit_minutes")[:1])
    )
    return frozenset(
        turn.task.prompt_id
        for turn in turns.select_related("draft", "task__lane")
        if turn.state == AssignmentState.RESERVED or not is_over(turn, turn.minutes)
    )


def prompts_to_judge(user: User, prompts: Collection[UUID]) -> frozenset[UUID]:
    """Those of these prompts whose answers a person may still put in an order.

    They have them in hand, or may be dealt them: a turn that they have not had is free, or is
    somebody else's who may give it back. What hinders them now may be gone by then, so a pause,
    a hold or a skill that they lack is not looked at.
    """
    found = dict(Prompt.objects.filter(uuid__in=prompts).values_list("pk", "uuid"))
    turns = Assignment.objects.filter(task=OuterRef("pk"))
    begun = turns.filter(state__in=(AssignmentState.OPEN, AssignmentState.RESERVED))
    dealt = Task.objects.filter(
        Q(free__gt=0) | Exists(begun),
        ~Exists(turns.filter(HAS_MET, person=user)),
        kind=Kind.RANK,
        round__gte=1,
        prompt__in=found,
        campaign__memberships__person=user,
        campaign__memberships__active=True,
    ).values_list("prompt", flat=True)
    return frozenset(found[pk] for pk in {*dealt, *prompts_in_hand(user, found)})


def life_of(prompt: Prompt, user: User) -> Life:
    seen = campaigns_looked_through_by(user).order_by()
    everywhere = list(
        CampaignPrompt.objects.filter(prompt=prompt)
        .annotate(is_seen=ExpressionWrapper(Q(campaign__in=seen), BooleanField()))
        .select_related("campaign", "batch__created_by")
        .order_by("added_at", "pk")
    )
    placements = [placed for placed in everywhere if placed.is_seen]
    campaigns = [placed.campaign_id for placed in placements]
    led = frozenset(campaigns_led_by(user).filter(pk__in=campaigns).values_list("pk", flat=True))
    here = Q(prompt=prompt, campaign__in=campaigns)
    is_told = Q(campaign__in=led)
    tasks = list(Task.objects.filter(here, is_told | Q(round__gt=0)).order_by("pk"))
    turns = list(Assignment.objects.filter(task__in=tasks).select_related("person").order_by("pk"))
    is_shown = here & (is_told | ~IS_CHECK)
    of_people = Ranking.objects.filter(is_shown, machine_verdict__isnull=True)
    rankings = _in_chains(of_people.select_related("ideal"))
    verdicts = _verdicts(tasks)
    demonstrations = _in_chains(Demonstration.objects.filter(is_shown))
    leads_all = all(placed.campaign_id in led for placed in everywhere)
    return Life(
        prompt=prompt,
        led=led,
        leads_all=leads_all,
        placements=placements,
        candidates=_candidates(prompt, tasks, are_all_theirs=len(placements) == len(everywhere)),
        tasks=tasks,
        turns=turns,
        rankings=rankings,
        verdicts=verdicts,
        demonstrations=demonstrations,
        reviews=_reviews(tasks),
        members=_members(prompt, user, [*rankings, *_orders(verdicts)], demonstrations),
        acts=_acts_on(prompt, placements, tasks, turns),
    )


def _candidates(prompt: Prompt, tasks: Sequence[Task], *, are_all_theirs: bool) -> list[Candidate]:
    """Where others collect on the same prompt too, those that were offered here."""
    offered = {name for task in tasks for name in task.offered}
    found = prompt.candidates.select_related("author__user").order_by("pk")
    return [each for each in found if are_all_theirs or str(each.uuid) in offered]


Judged = TypeVar("Judged", Demonstration, Ranking)


def _in_chains(rows: QuerySet[Judged]) -> list[Judged]:
    """Every revision, each chain from its first one on."""
    told = rows.select_related("rater__user", "instructions", "campaign")
    found = list(told.order_by("pk"))
    first = {row.root: row.pk for row in reversed(found)}
    return sorted(found, key=lambda row: (first[row.root], row.revision))


def _verdicts(tasks: Sequence[Task]) -> list[MachineVerdict]:
    """What each machine said of it, or why it said nothing."""
    found = MachineVerdict.objects.filter(task__in=tasks).select_related("judge", "ranking")
    return list(found.order_by("pk"))


def _orders(verdicts: Sequence[MachineVerdict]) -> list[Ranking]:
    return [each.ranking for each in verdicts if each.ranking is not None]


def _reviews(tasks: Sequence[Task]) -> list[Review]:
    """What waits for a reviewer, and what was decided, with what was turned down and told."""
    found = Review.objects.filter(task__in=tasks).exclude(state=ReviewState.VOID)
    whole = found.select_related("reviewer").prefetch_related("rejections", "notes__person")
    return list(whole.order_by("pk"))


def _members(
    prompt: Prompt, user: User, rankings: Sequence[Ranking], demonstrations: Sequence[Demonstration]
) -> list[SnapshotMember]:
    """Where these are frozen; named one by one, so that both indexes are used."""
    these = Q(ranking__in=[each.pk for each in rankings])
    these |= Q(demonstration__in=[each.pk for each in demonstrations])
    these |= Q(prompt=prompt)
    seen = SnapshotMember.objects.filter(
        these, snapshot__in=snapshots_of(user).order_by().values("pk")
    )
    whole = Prefetch("snapshot", queryset=with_erasure(Snapshot.objects.all()))
    return list(seen.prefetch_related(whole).order_by("snapshot", "position"))


def _acts_on(
    prompt: Prompt,
    placements: Sequence[CampaignPrompt],
    tasks: Sequence[Task],
    turns: Sequence[Assignment],
) -> list[AuditEvent]:
    """What people decided over the prompt, its arrivals, its tasks and its turns."""
    subjects = [f"prompt:{prompt.uuid}"]
    subjects += [f"batch:{placed.batch.uuid}" for placed in placements if placed.batch]
    subjects += [f"task:{task.uuid}" for task in tasks]
    subjects += [f"assignment:{turn.uuid}" for turn in turns]
    found = AuditEvent.objects.filter(subject__in=subjects).select_related("actor", "words")
    return list(found.order_by("at", "pk"))
