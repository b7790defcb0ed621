"""Prompts, as the loop needs them."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotate.enums import Kind, Side
from annotate.models import CampaignPrompt, CampaignWork, Candidate, Picture, Prompt


def prompts_in(campaigns: Sequence[UUID], *, side: Side | None = None) -> QuerySet[Prompt]:
    """The prompts of these campaigns that may be used, in the order they came.

    Models of the loop read text alone: what asks about a picture is not asked of them.
    """
    entered = CampaignPrompt.objects.filter(
        prompt=OuterRef("pk"), campaign__uuid__in=campaigns
    ).exclude(batch__withdrawn_at__isnull=False)
    holds = Picture.prompts.through.objects.filter(prompt=OuterRef("pk"))
    found = Prompt.objects.filter(Exists(entered), ~Exists(holds), quarantined=False)
    found = found.order_by("pk")
    return found if side is None else found.filter(side=side)


def fewest_answers(campaigns: Sequence[UUID]) -> int:
    """How many answers the smallest ranking of these campaigns has; 0 where they rank nothing."""
    works = CampaignWork.objects.filter(campaign__uuid__in=campaigns, kind=Kind.RANK)
    return min(works.values_list("answers", flat=True), default=0)


class Short(NamedTuple):
    """A prompt that is short of candidates, as far as a choice among such asks."""

    id: UUID
    skill: str
    language: str
    near: int  # prompts of its cluster that have tasks or candidates already


def prompts_short_of_candidates(campaigns: Sequence[UUID]) -> QuerySet[Prompt]:
    """Prompts with fewer candidates than a ranking of theirs needs.

    The turns of conversations get theirs while they go on.
    """
    needed = max(
        CampaignWork.objects.filter(campaign__uuid__in=campaigns, kind=Kind.RANK).values_list(
            "answers", flat=True
        ),
        default=0,
    )
    found = prompts_in(campaigns).filter(conversation_turns__isnull=True)
    return found.annotate(standing=Count("candidates")).filter(standing__lt=needed)


def short_of_candidates(campaigns: Sequence[UUID]) -> list[Short]:
    """All of them, with how much of their like there is already."""
    rows = prompts_short_of_candidates(campaigns).values_list(
        "pk", "uuid", "skill", "language", "cluster"
    )
    found = list(rows.order_by("pk"))
    clusters = {cluster or pk for pk, _, _, _, cluster in found}
    known = _known_of(clusters)
    return [
        Short(uuid, skill, language, known.get(cluster or pk, 0))
        for pk, uuid, skill, language, cluster in found
    ]


def without_candidates(campaign: UUID, *, source: str = "") -> QuerySet[Prompt]:
    """The prompts of a campaign that nobody has answered, of one source where it is named.

    The turns of conversations get their answers while they go on.
    """
    found = prompts_in([campaign]).filter(conversation_turns__isnull=True)
    if source:
        found = found.filter(source=source)
    return found.filter(~Exists(Candidate.objects.filter(prompt=OuterRef("pk"))))


def _known_of(clusters: Collection[int]) -> dict[int, int]:
    """Of each cluster how many prompts have candidates; those without any are left out."""
    known: Counter[int] = Counter()
    for some in batched(sorted(clusters), 10_000):
        near = Prompt.objects.filter(Q(pk__in=some) | Q(cluster__in=some))
        answered = near.filter(Exists(Candidate.objects.filter(prompt=OuterRef("pk"))))
        known.update(first or pk for pk, first in answered.values_list("pk", "cluster"))
    return known


def batched(values: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """So many at a time: a statement takes so many values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def held_out_prompts(
    campaigns: Sequence[UUID],
    *,
    sides: Sequence[Side] = (Side.TEST,),
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Prompt]:
    """All that these campaigns have ever held out and may still use, in the order they came.

    A prompt's side never changes, so that this only grows: what came ``since`` a moment is fresh,
    what came before ``until`` has been asked of models before.
    """
    found = prompts_in(campaigns).filter(side__in=sides)
    if since is not None:
        found = found.filter(created_at__gte=since)
    return found if until is None else found.filter(created_at__lt=until)
