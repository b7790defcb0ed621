"""Two answers that are drawn to meet."""

from collections.abc import Sequence
from random import SystemRandom
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from annotate.enums import Kind
from annotate.gateway.answers import CandidateText, add_candidates
from annotate.gateway.campaigns import campaigns_of_pairs
from annotate.models import Campaign, Candidate, Prompt, Task
from annotate.selectors.life import prompts_to_judge
from annotate.selectors.own_vote import OwnVote, ShownAnswer, belongs_to_one, settled_votes
from annotate.selectors.prompt import without_candidates
from annotate.services.task import open_tasks_of

__all__ = [
    "OwnVote",
    "ShownAnswer",
    "belongs_to_one",
    "contests_waiting",
    "offer_pairs",
    "prompts_to_judge",
    "settled_votes",
]

_CHANCE = SystemRandom()


def contests_waiting(campaign: UUID) -> int:
    """How many items of a campaign wait to be ranked whose answers were drawn to meet.

    What else waits there to be ranked is none of a contest's.
    """
    waiting = Task.objects.filter(campaign__uuid=campaign, kind=Kind.RANK, round__gte=1)
    met = Candidate.objects.filter(prompt=OuterRef("prompt"), sampling__has_key="contest")
    return waiting.filter(Exists(met), free__gt=0, held="").count()


@transaction.atomic
def offer_pairs(campaign: UUID, answers: Sequence[CandidateText]) -> set[UUID]:
    """Have two answers to each of these prompts ranked; say which prompts are.

    A prompt that has been answered otherwise meanwhile, or has not two different ones, is left as
    it is; so are all where the campaign does not rank pairs by now.
    """
    if not campaigns_of_pairs([campaign]):
        return set()
    of_prompt: dict[UUID, list[CandidateText]] = {}
    for answer in answers:
        of_prompt.setdefault(answer.prompt, []).append(answer)
    # Whoever else has pairs of these prompts waits here, and then finds ours.
    asked = Prompt.objects.select_for_update(no_key=True).filter(uuid__in=of_prompt)
    list(asked.order_by("pk").values_list("pk", flat=True))
    found = dict(without_candidates(campaign).filter(uuid__in=of_prompt).values_list("uuid", "pk"))
    pairs = {name: two for name, two in of_prompt.items() if name in found and _differ(two)}
    # In no order of their own: answers are listed as they came, and whoever sees that is blind.
    add_candidates(answer for two in pairs.values() for answer in _CHANCE.sample(two, 2))
    open_tasks_of(
        campaign=Campaign.objects.get(uuid=campaign), prompts=[found[name] for name in pairs]
    )
    return set(pairs)


def _differ(answers: Sequence[CandidateText]) -> bool:
    return len(answers) == 2 and answers[0].messages != answers[1].messages
