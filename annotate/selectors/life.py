"""All that is kept of one prompt, in the campaigns that a person looks through.

A fixed number of queries, however much was said of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from annotate.enums import AssignmentState, ReviewState
from annotate.models import (
    Assignment,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Prompt,
    Ranking,
    Review,
    Snapshot,
    SnapshotMember,
    Task,
)
from annotate.selectors.campaign import campaigns_led_by, campaigns_looked_through_by
from annotate.selectors.snapshot import snapshots_of, with_erasure
from annotate.selectors.submission import standing_of
from commons.models import AuditEvent, User


@dataclass(frozen=True)
class Life:
    """``led`` are the campaigns whose raters the reader may know by name.

    ``leads_all`` says whether the reader leads wherever the prompt stands: only then is there
    nothing here to which they must stay blind, and sources are told. Snapshots are those that the
    reader may open.
    """

    prompt: Prompt
    led: frozenset[int]
    leads_all: bool
    placements: Sequence[CampaignPrompt]
    candidates: Sequence[Candidate]
    tasks: Sequence[Task]
    turns: Sequence[Assignment]
    rankings: Sequence[Ranking]
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
    turns = Assignment.objects.filter(person=user, task__prompt=prompt)
    return any(
        turn.state == AssignmentState.RESERVED or not standing_of(turn).is_over
        for turn in turns.select_related("draft", "task__campaign")
    )


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
    tasks = list(Task.objects.filter(prompt=prompt, campaign__in=campaigns).order_by("pk"))
    turns = list(Assignment.objects.filter(task__in=tasks).select_related("person").order_by("pk"))
    judged = {"prompt": prompt, "campaign__in": campaigns}
    rankings = _in_chains(Ranking.objects.filter(**judged).select_related("ideal"))
    demonstrations = _in_chains(Demonstration.objects.filter(**judged))
    led = frozenset(campaigns_led_by(user).filter(pk__in=campaigns).values_list("pk", flat=True))
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
        demonstrations=demonstrations,
        reviews=_reviews(tasks),
        members=_members(prompt, user, rankings, demonstrations),
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
