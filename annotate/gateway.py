"""The only door for other apps: plain data in, plain data out.

Whoever trains on what was judged here asks for snapshots, prompts and campaigns by their public
ids, and gives candidates back. Whoever has an engine hears by the signal ``answers_wanted`` that
somebody talks with the models, and claims, beats and ends the requests here. No model, queryset or
error of annotate's database leaves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from annotate.enums import Purpose, Side, SnapshotKind
from annotate.errors import NothingToFreeze
from annotate.models import Campaign, CampaignPrompt, Candidate, Prompt, Snapshot
from annotate.selectors.campaign import campaigns_led_by as _campaigns_led_by
from annotate.selectors.campaign import leads_anything, leads_of_all
from annotate.selectors.contest import orders_of_people as _orders_of_people
from annotate.selectors.judgement import count_work_since
from annotate.selectors.prompt import fewest_answers, prompts_in, short_of_candidates
from annotate.selectors.snapshot import snapshots_of
from annotate.services.answering import (
    AnswersWanted,
    ModelAnswer,
    answer_request,
    campaigns_awaiting_answers,
    claim_request,
    fail_request,
    give_back_request,
    say_written,
)
from annotate.services.candidate import add_candidate
from annotate.services.conversation_turn import answers_wanted
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_folder
from annotate.services.task import open_tasks
from commons.models import User
from commons.runs import claim_run

PAGE = 500  # rows that are written at once

__all__ = [
    "AnswersWanted",
    "ModelAnswer",
    "NothingToFreeze",
    "Side",
    "SnapshotKind",
    "answer_request",
    "answers_wanted",
    "campaigns_awaiting_answers",
    "claim_request",
    "fail_request",
    "give_back_request",
    "leads_anything",
    "say_written",
]


@dataclass(frozen=True)
class CampaignName:
    id: UUID
    name: str


@dataclass(frozen=True)
class PromptText:
    """A prompt as an engine reads it, and what is known of it."""

    id: UUID
    messages: list[dict[str, str]]
    skill: str
    language: str
    came_at: datetime


@dataclass(frozen=True)
class CandidateText:
    """An answer that came from a model, and how it was drawn."""

    prompt: UUID
    messages: list[dict[str, str]]
    source: str
    sampling: Mapping[str, object]
    weight: float = 1.0  # how much it is wanted where a ranking shows some of many


@dataclass(frozen=True)
class ShortPrompt:
    """A prompt that needs candidates, and how many like it have some: what a choice asks."""

    id: UUID
    skill: str
    language: str
    near: int


@dataclass(frozen=True)
class AnswerText:
    """A candidate with all that a model reads of it; ``pk`` orders them and is no public id."""

    pk: int
    prompt: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    answer: list[dict[str, Any]]


@dataclass(frozen=True)
class PlacedAnswer:
    """An answer that somebody has put in an order, and the opaque tag of whoever wrote it."""

    source: str
    text: str


@dataclass(frozen=True)
class PeoplesOrder:
    """Answers to one prompt, best first, equals together; ``prompt`` is no public id."""

    prompt: int
    tiers: list[list[PlacedAnswer]]


@dataclass(frozen=True)
class SnapshotStatus:
    """Where a snapshot stands. ``rows`` counts them per side once it is frozen."""

    id: UUID
    pk: int
    kind: SnapshotKind
    state: str
    rows: dict[str, int]
    digest: str
    error: str


def campaigns_led_by(user: User) -> list[CampaignName]:
    """The campaigns a person leads; everything made from them is theirs to see."""
    return [CampaignName(found.uuid, found.name) for found in _campaigns_led_by(user)]


def campaign_names(ids: Sequence[UUID]) -> list[CampaignName]:
    """The campaigns with these ids, by name; unknown ids are left out."""
    found = Campaign.objects.filter(uuid__in=ids).order_by("name")
    return [CampaignName(each.uuid, each.name) for each in found]


def campaigns_named(names: Sequence[str]) -> list[CampaignName]:
    """The campaigns of these names; unknown names are left out."""
    found = Campaign.objects.filter(name__in=names).order_by("name")
    return [CampaignName(each.uuid, each.name) for each in found]


def leads_of(campaigns: Sequence[UUID]) -> list[int]:
    """Primary keys of the people who lead all of these campaigns; nobody where one is unknown."""
    found = Campaign.objects.filter(uuid__in=campaigns)
    return leads_of_all(found) if len(found) == len(set(campaigns)) else []


def request_freeze(
    *, kind: SnapshotKind, campaigns: Sequence[UUID], by: User | None = None
) -> UUID:
    """Ask for a dataset; ``NothingToFreeze`` when nothing counts there yet."""
    chosen = list(Campaign.objects.filter(uuid__in=campaigns))
    return request_snapshot(kind=kind, campaigns=chosen, by=by).uuid


def freeze_requested(
    snapshot: UUID, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> SnapshotStatus:
    """Freeze a requested snapshot here and now, unless another worker is at it."""
    claimed = claim_run(Snapshot.objects.filter(uuid=snapshot))
    if claimed is not None:
        freeze_snapshot(snapshot=claimed, on_progress=on_progress)
    return snapshot_status(snapshot)


def local_snapshot(snapshot: UUID, heard: Callable[[], None] = lambda: None) -> Path:
    """The folder on this machine with a frozen snapshot's files, fetched if it is not here.

    ``heard`` is called now and then meanwhile, and may raise. ``LookupError`` when there is no
    snapshot of that id, ``ArtifactError`` when its files cannot be had.
    """
    return snapshot_folder(_found(snapshot), heard)


def snapshot_status(snapshot: UUID) -> SnapshotStatus:
    """How a snapshot stands; ``LookupError`` when there is none of that id."""
    found = _found(snapshot)
    return SnapshotStatus(
        id=found.uuid,
        pk=found.pk,
        kind=SnapshotKind(found.kind),
        state=found.state,
        rows=dict(found.manifest.get("rows", {})),
        digest=found.digest,
        error=found.error,
    )


def _found(snapshot: UUID) -> Snapshot:
    """A check is none: it has no files to train on."""
    found = Snapshot.objects.filter(uuid=snapshot, purpose=Purpose.FILES).first()
    if found is None:
        raise LookupError(f"there is no snapshot {snapshot}")
    return found


def may_see_snapshot(user: User, snapshot: UUID) -> bool:
    return snapshots_of(user).filter(uuid=snapshot).exists()


def judgements_since(campaigns: Sequence[UUID], since: datetime | None) -> int:
    """How many judgements that are work came since a moment; all that there are where it is None.

    What was changed since counts as well: it teaches something new.
    """
    return count_work_since(campaigns, since)


def prompts_of_side(
    campaigns: Sequence[UUID], side: Side, *, limit: int | None = None
) -> list[PromptText]:
    """The prompts of one side, the newest first: this week's held-out ones lead."""
    return [_text(prompt) for prompt in prompts_in(campaigns, side=side).order_by("-pk")[:limit]]


def prompts_to_answer(campaigns: Sequence[UUID]) -> list[ShortPrompt]:
    """All prompts that need more candidates before they can be ranked, the oldest first."""
    return [ShortPrompt(*each) for each in short_of_candidates(campaigns)]


def prompt_texts(ids: Sequence[UUID]) -> list[PromptText]:
    """These prompts, in this order; those that were erased or are not to be used are left out."""
    found = Prompt.objects.filter(quarantined=False).in_bulk(list(ids), field_name="uuid")
    return [_text(found[each]) for each in ids if each in found]


def answers_shown(campaigns: Sequence[UUID]) -> int:
    """How many answers a ranking of these campaigns shows at least; 0 where none is ranked."""
    return fewest_answers(campaigns)


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


def answers_after(campaigns: Sequence[UUID], *, after: int, limit: int) -> list[AnswerText]:
    """Candidates of the prompts of these campaigns in the order they came, after a ``pk``."""
    found = Candidate.objects.filter(prompt__in=prompts_in(campaigns).order_by(), pk__gt=after)
    return [
        AnswerText(each.pk, each.prompt.messages, each.prompt.tools, each.messages)
        for each in found.select_related("prompt").order_by("pk")[:limit]
    ]


def orders_of_people(campaigns: Sequence[UUID], *, limit: int) -> list[PeoplesOrder]:
    """The newest orders in these campaigns in which people put answers, and that count."""
    return [
        PeoplesOrder(prompt, [[PlacedAnswer(*each) for each in tier] for tier in tiers])
        for prompt, tiers in _orders_of_people(campaigns, limit=limit)
    ]


def add_candidates(answers: Iterable[CandidateText]) -> int:
    """Keep answers of a model; an answer that its prompt already has is not kept twice.

    Some hundreds in one transaction: what is asked for again after a kill is found there.
    """
    new, waiting = 0, iter(answers)
    while some := list(islice(waiting, PAGE)):
        with transaction.atomic():
            new += sum(_is_new(each) for each in some)
    return new


def _is_new(answer: CandidateText) -> bool:
    prompt = Prompt.objects.filter(uuid=answer.prompt).first()
    if prompt is None:  # erased since it was asked for
        return False
    _, made = add_candidate(
        prompt=prompt,
        messages=answer.messages,
        source=answer.source,
        sampling=answer.sampling,
        weight=answer.weight,
    )
    return made


def open_new_tasks(campaigns: Sequence[UUID]) -> int:
    """Make the tasks that new candidates allow; say how many."""
    return sum(
        open_tasks(campaign=campaign) for campaign in Campaign.objects.filter(uuid__in=campaigns)
    )


def _text(prompt: Prompt) -> PromptText:
    return PromptText(
        id=prompt.uuid,
        messages=list(prompt.messages),
        skill=prompt.skill,
        language=prompt.language,
        came_at=prompt.created_at,
    )
