"""Tasks are made as soon as a prompt has what they need, and appended to their lane."""

import hashlib
import random
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from annotate.enums import AssignmentState, Kind
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Candidate,
    Lane,
    Prompt,
    Task,
)

BATCH = 500


def open_tasks(*, campaign: Campaign) -> int:
    """Make every task that can be made and is not yet there; say how many.

    Safe to run twice and to be killed: each batch is one transaction, and a task that another
    worker made first is left as it is.
    """
    made = 0
    for work in campaign.works.all():
        while batch := list(_awaiting(work)[:BATCH]):
            made += _open_batch(work, batch)
    return made


def _awaiting(work: CampaignWork) -> QuerySet[CampaignPrompt]:
    """Prompts of the campaign that have what this work needs and no task for it."""
    task = Task.objects.filter(
        campaign=work.campaign, kind=work.kind, prompt=OuterRef("prompt"), round=1
    )
    waiting = (
        CampaignPrompt.objects.filter(campaign=work.campaign, prompt__quarantined=False)
        .filter(~Exists(task))
        .select_related("prompt")
        .order_by("pk")
    )
    if work.kind == Kind.RANK:
        waiting = waiting.annotate(answers=Count("prompt__candidates")).filter(
            answers__gte=work.answers
        )
    return waiting


@transaction.atomic
def _open_batch(work: CampaignWork, batch: list[CampaignPrompt]) -> int:
    offers = _offers(work, [entry.prompt for entry in batch])
    lanes: dict[tuple[object, ...], tuple[Lane, int]] = {}
    tasks = []
    for entry in batch:
        lane, number = _lane_for(work, entry, lanes)
        tasks.append(
            Task(
                campaign=work.campaign,
                prompt=entry.prompt,
                kind=work.kind,
                lane=lane,
                place=_place(number, entry.prompt),
                offered=[str(candidate.uuid) for candidate in offers.get(entry.prompt.pk, [])],
                wanted=work.wanted,
                free=work.wanted,
            )
        )
    Task.objects.bulk_create(tasks, ignore_conflicts=True)
    _keep_authors_away(work, offers)
    return len(tasks)


def _lane_for(
    work: CampaignWork,
    entry: CampaignPrompt,
    lanes: dict[tuple[object, ...], tuple[Lane, int]],
) -> tuple[Lane, int]:
    """The lane of a prompt's task and this batch's number in it."""
    prompt = entry.prompt
    name = (prompt.skill, prompt.language, prompt.clearance, entry.priority)
    if name not in lanes:
        lane, _ = Lane.objects.get_or_create(
            campaign=work.campaign,
            kind=work.kind,
            skill=prompt.skill,
            language=prompt.language,
            clearance=prompt.clearance,
            band=entry.priority,
            reserved_for=None,
        )
        Lane.objects.filter(pk=lane.pk).update(batch=F("batch") + 1)
        lane.refresh_from_db(fields=["batch"])
        lanes[name] = lane, lane.batch
    return lanes[name]


def _place(batch: int, prompt: Prompt) -> int:
    """Arrival batch in the high bits, a shuffle seeded by the prompt in the low 32."""
    shuffle = int.from_bytes(hashlib.sha256(prompt.digest.encode()).digest()[:4], "big")
    return (batch << 32) | shuffle


def _offers(work: CampaignWork, prompts: Iterable[Prompt]) -> dict[int, list[Candidate]]:
    """For each prompt the K candidates to be ranked, drawn with the prompt's own seed."""
    if work.kind != Kind.RANK:
        return {}
    offers: dict[int, list[Candidate]] = {prompt.pk: [] for prompt in prompts}
    rows = Candidate.objects.filter(prompt__in=offers).select_related("prompt", "author__user")
    for candidate in rows.order_by("prompt_id", "pk"):
        offers[candidate.prompt_id].append(candidate)
    return {
        pk: random.Random(found[0].prompt.digest).sample(found, work.answers)
        for pk, found in offers.items()
        if len(found) >= work.answers
    }


def _keep_authors_away(work: CampaignWork, offers: dict[int, list[Candidate]]) -> None:
    """Nobody ranks a task that offers an answer of their own."""
    authors = {
        (pk, candidate.author.user_id)
        for pk, candidates in offers.items()
        for candidate in candidates
        if candidate.author and candidate.author.user_id
    }
    if not authors:
        return
    tasks = dict(
        Task.objects.filter(
            campaign=work.campaign, kind=work.kind, round=1, prompt__in=offers
        ).values_list("prompt_id", "pk")
    )
    Assignment.objects.bulk_create(
        (
            Assignment(task_id=tasks[pk], person_id=user, state=AssignmentState.EXCLUDED)
            for pk, user in sorted(authors)
        ),
        ignore_conflicts=True,
    )
