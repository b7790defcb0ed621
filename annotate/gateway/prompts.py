"""Prompts as an engine reads them, and which of them need answers."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from annotate.enums import Side
from annotate.models import CampaignPrompt, Prompt
from annotate.selectors.prompt import prompts_in, short_of_candidates, without_candidates

PAGE = 500  # rows that are written at once


@dataclass(frozen=True)
class PromptText:
    """A prompt as an engine reads it, and what is known of it."""

    id: UUID
    messages: list[dict[str, str]]
    skill: str
    language: str
    came_at: datetime


@dataclass(frozen=True)
class ShortPrompt:
    """A prompt that needs candidates, and how many like it have some: what a choice asks."""

    id: UUID
    skill: str
    language: str
    near: int


@dataclass(frozen=True)
class HeldOut:
    """The held-out prompts that two policies are compared on, the newest first, ``of`` so many."""

    prompts: list[PromptText]
    of: int


@dataclass(frozen=True)
class UnansweredPrompt:
    """A prompt without any candidate."""

    id: UUID
    held_out: bool


def prompts_of_side(
    campaigns: Sequence[UUID], side: Side, *, limit: int | None = None
) -> list[PromptText]:
    """The prompts of one side, the newest first: this week's held-out ones lead."""
    return [_text(prompt) for prompt in prompts_in(campaigns, side=side).order_by("-pk")[:limit]]


def held_out_prompts(
    campaigns: Sequence[UUID], *, most: int, since: datetime | None, seed: str
) -> HeldOut:
    """All held-out prompts, or ``most`` of them drawn by chance: half of what came ``since`` a
    moment, half of what was there before, or more of either where the other has too few.

    Nothing ever leaves the union: in some week each old prompt is drawn again. The same seed draws
    the same.
    """
    rows = prompts_in(campaigns, side=Side.TEST).order_by("-pk").values_list("pk", "created_at")
    came = dict(rows)
    if len(came) <= most:
        return HeldOut(prompts_of_side(campaigns, Side.TEST), len(came))
    fresh = [pk for pk, at in came.items() if since is None or at >= since]
    known = set(fresh)
    older = [pk for pk in came if pk not in known]
    chance = random.Random(seed)  # a draw that can be drawn again, no secret
    drawn = chance.sample(fresh, min(len(fresh), max(most // 2, most - len(older))))
    drawn += chance.sample(older, most - len(drawn))
    found = Prompt.objects.in_bulk(drawn)
    newest_first = sorted(found, reverse=True)  # without what was erased meanwhile
    return HeldOut([_text(found[pk]) for pk in newest_first], len(came))


def still_of_side(campaigns: Sequence[UUID], side: Side, prompts: Collection[UUID]) -> list[UUID]:
    """Those of these prompts that are of one side and may still be used."""
    names, kept = sorted(prompts), prompts_in(campaigns, side=side).order_by("pk")
    return [
        uuid
        for start in range(0, len(names), PAGE)
        for uuid in kept.filter(uuid__in=names[start : start + PAGE]).values_list("uuid", flat=True)
    ]


def prompts_to_answer(campaigns: Sequence[UUID]) -> list[ShortPrompt]:
    """All prompts that need more candidates before they can be ranked, the oldest first."""
    return [ShortPrompt(*each) for each in short_of_candidates(campaigns)]


def prompt_texts(ids: Sequence[UUID]) -> list[PromptText]:
    """These prompts, in this order; those that were erased or are not to be used are left out."""
    found = Prompt.objects.filter(quarantined=False).in_bulk(list(ids), field_name="uuid")
    return [_text(found[each]) for each in ids if each in found]


def unanswered_prompts(campaign: UUID, *, source: str = "") -> list[UnansweredPrompt]:
    """The prompts of a campaign without any candidate, the oldest first."""
    found = without_candidates(campaign, source=source).values_list("uuid", "side")
    return [UnansweredPrompt(uuid, side == Side.TEST) for uuid, side in found]


def keep_chances(
    campaigns: Sequence[UUID],
    chances: Mapping[UUID, float],
    heard: Callable[[int], None] = lambda done: None,
) -> None:
    """Write down with what chance each of these prompts was drawn to be answered this week.

    ``heard`` is told how many are done, now and then, and may raise.
    """
    for start in range(0, len(chances), PAGE):
        some = list(chances)[start : start + PAGE]
        prompts = dict(Prompt.objects.filter(uuid__in=some).values_list("pk", "uuid"))
        places = CampaignPrompt.objects.filter(campaign__uuid__in=campaigns, prompt__in=prompts)
        rows = list(places.only("pk", "prompt_id"))
        for row in rows:
            row.chance = chances[prompts[row.prompt_id]]
        CampaignPrompt.objects.bulk_update(rows, ["chance"])
        heard(start + len(some))


def _text(prompt: Prompt) -> PromptText:
    return PromptText(
        id=prompt.uuid,
        messages=list(prompt.messages),
        skill=prompt.skill,
        language=prompt.language,
        came_at=prompt.created_at,
    )
