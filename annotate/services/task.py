"""Tasks are made as soon as a prompt has what they need, and appended to their lane.

Whoever makes tasks locks the batches that brought the prompts, then the kind of work, then the
lanes: a batch that is withdrawn meanwhile gets no more, and lanes grow by one arrival at a time.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max, OuterRef, QuerySet, Subquery, Value

from annotate.enums import AssignmentState, Kind, Pool
from annotate.models import (
    Assignment,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Candidate,
    Rater,
    Task,
)
from annotate.services.intake.draws import gets_second_opinion, is_held_out, offer, place_of
from annotate.services.intake.keeping import candidates_of, keep_tasks
from annotate.services.intake.lanes import LaneName, append_to_lanes
from annotate.services.intake.types import NewTask, Standing
from commons.audit import record
from commons.models import User

CHUNK = 2000  # tasks of one transaction
PAGE = 10 * CHUNK  # prompts looked up at a time


# As Asked has them.
ASKED = (
    "prompt",
    "prompt__digest",
    "prompt__skill",
    "prompt__language",
    "prompt__clearance",
    "priority",
    "round",
)


class Asked(NamedTuple):
    """A prompt's place in the campaign, as far as its task needs it."""

    prompt: int
    digest: str
    skill: str
    language: str
    clearance: str
    priority: int
    round: int


def open_tasks(*, campaign: Campaign) -> int:
    """Make every task that can be made and is not yet there; say how many.

    Safe to run twice and to be killed: each chunk is one transaction, and a task that another
    worker made first is left as it is.
    """
    return _open_awaiting(campaign, CampaignPrompt.objects.filter(campaign=campaign))


@transaction.atomic
def open_tasks_of(*, campaign: Campaign, prompts: Collection[int]) -> int:
    """Make the tasks that these prompts of the campaign lack; say how many."""
    asked = CampaignPrompt.objects.filter(campaign=campaign, prompt__in=prompts)
    _lock_batches(asked)
    return _open_awaiting(campaign, asked)


@transaction.atomic
def open_round(*, campaign: Campaign, prompts: QuerySet[CampaignPrompt], by: User | None) -> int:
    """Ask for these prompts once more, of every kind they were asked for; say how many tasks.

    A new round is a new task: whoever did the last one may get it again. Prompts that were
    withdrawn, and those of which a task is held, are left out.
    """
    chosen = list(prompts.order_by().values_list("pk", flat=True))
    asked = CampaignPrompt.objects.filter(campaign=campaign, pk__in=chosen)
    _lock_batches(asked)
    made = sum(_open_all(work, asked, _asked_before(work, asked)) for work in _works_of(campaign))
    record(actor=by, verb="campaign.round-opened", subject=campaign, tasks=made)
    return made


def _open_awaiting(campaign: Campaign, asked: QuerySet[CampaignPrompt]) -> int:
    return sum(_open_all(work, asked, _awaiting(work, asked)) for work in _works_of(campaign))


def _works_of(campaign: Campaign) -> QuerySet[CampaignWork]:
    return campaign.works.order_by("pk")


def _awaiting(work: CampaignWork, asked: QuerySet[CampaignPrompt]) -> QuerySet[CampaignPrompt]:
    """Those that have what this work needs and no task for it."""
    able = _able(work, asked).annotate(newest=_newest_round(work), round=Value(1))
    return able.filter(newest__isnull=True)


def _asked_before(work: CampaignWork, asked: QuerySet[CampaignPrompt]) -> QuerySet[CampaignPrompt]:
    """Those that have a task of this work and none that is held, with the next round."""
    held = Task.objects.filter(campaign=work.campaign_id, prompt=OuterRef("prompt"))
    able = _able(work, asked).annotate(
        newest=_newest_round(work),
        held=Subquery(held.exclude(held="").values("pk")[:1]),
        round=F("newest") + 1,
    )
    return able.filter(newest__isnull=False, held__isnull=True)


def _newest_round(work: CampaignWork) -> Subquery:
    tasks = Task.objects.filter(
        campaign=work.campaign_id, kind=work.kind, prompt=OuterRef("prompt")
    )
    return Subquery(tasks.order_by("-round").values("round")[:1])


def _able(work: CampaignWork, asked: QuerySet[CampaignPrompt]) -> QuerySet[CampaignPrompt]:
    """Those that may be worked on and have enough candidates.

    Each is looked up by itself, by an index: a join would read whole tables where the planner
    has not counted them yet, as after a first import.
    """
    able = asked.filter(prompt__quarantined=False, batch__withdrawn_at__isnull=True)
    if work.kind != Kind.RANK:
        return able
    last = work.answers - 1
    candidates = Candidate.objects.filter(prompt=OuterRef("prompt")).order_by()
    return able.annotate(enough=Subquery(candidates.values("pk")[last : last + 1])).filter(
        enough__isnull=False
    )


def _open_all(
    work: CampaignWork, asked: QuerySet[CampaignPrompt], waiting: QuerySet[CampaignPrompt]
) -> int:
    """Walk those that are asked about, a page at a time, and make the tasks that are waited for."""
    made = last = 0
    asked, waiting = (each.order_by("pk") for each in (asked, waiting))
    while page := list(asked.filter(pk__gt=last).values_list("pk", flat=True)[:PAGE]):
        found = waiting.filter(pk__gte=page[0], pk__lte=page[-1])
        pks = list(found.values_list("pk", flat=True))
        for start in range(0, len(pks), CHUNK):
            chunk = pks[start : start + CHUNK]
            made += _open_chunk(work, waiting.filter(pk__gte=chunk[0], pk__lte=chunk[-1]))
        last = page[-1]
    return made


@transaction.atomic
def _open_chunk(work: CampaignWork, waiting: QuerySet[CampaignPrompt]) -> int:
    """Make the tasks of those that still wait once the locks are held."""
    _lock_batches(waiting)
    work = CampaignWork.objects.select_for_update().get(pk=work.pk)
    asked = [Asked(*row) for row in waiting.values_list(*ASKED)]
    offers = _offers(work, asked)
    tasks = _drawn(work, asked, offers)
    made = keep_tasks(campaign=work.campaign_id, kind=work.kind, tasks=tasks)
    _keep_authors_away(work, asked, offers)
    return made


def _lock_batches(asked: QuerySet[CampaignPrompt]) -> None:
    """Let nobody withdraw what brought these prompts before their tasks are there."""
    batches = set(asked.order_by().values_list("batch", flat=True).distinct()) - {None}
    list(Batch.objects.select_for_update(no_key=True).filter(pk__in=batches).order_by("pk"))


def _offers(work: CampaignWork, asked: Sequence[Asked]) -> dict[int, list[Standing]]:
    """For each prompt the K candidates to be ranked, drawn with the prompt's own seed."""
    if work.kind != Kind.RANK:
        return {}
    found: dict[int, list[Standing]] = {each.prompt: [] for each in asked}
    for candidate in candidates_of(list(found)):
        found[candidate.prompt].append(candidate)
    return {
        each.prompt: offer(found[each.prompt], each.digest, answers=work.answers) for each in asked
    }


def _drawn(
    work: CampaignWork, asked: Sequence[Asked], offers: dict[int, list[Standing]]
) -> list[NewTask]:
    """The tasks to be made, with all that chance decides about them."""
    names = _lane_names(work.campaign, asked)
    lanes, number = append_to_lanes(work=work, names=set(names))
    share = work.second_opinion_share
    tasks = []
    for each, name in zip(asked, names, strict=True):
        twice = gets_second_opinion(work.campaign.uuid, work.kind, each.digest, share=share)
        tasks.append(
            NewTask(
                prompt=each.prompt,
                round=each.round,
                lane=lanes[name],
                place=place_of(number, each.digest),
                offered=[candidate.uuid for candidate in offers.get(each.prompt, [])],
                wanted=work.wanted + twice,
                second_opinion=twice,
                propensity=share or None,
            )
        )
    return tasks


def _lane_names(campaign: Campaign, asked: Sequence[Asked]) -> list[LaneName]:
    """The lane of each. What is held out is so for every kind of work, by the largest share.

    Were a prompt held out of the rankings alone, its demonstrations would train what the
    held-out raters are there to judge.
    """
    share = campaign.works.aggregate(share=Max("held_out_share"))["share"] or 0
    return [
        LaneName(
            skill=each.skill,
            language=each.language,
            clearance=each.clearance,
            pool=Pool.HELD_OUT
            if is_held_out(campaign.uuid, each.digest, share=share)
            else Pool.OPEN,
            band=each.priority,
        )
        for each in asked
    ]


def _keep_authors_away(
    work: CampaignWork, asked: Sequence[Asked], offers: dict[int, list[Standing]]
) -> None:
    """Nobody ranks a task that offers an answer of their own."""
    authors = {
        (each.prompt, each.round, candidate.author)
        for each in asked
        for candidate in offers.get(each.prompt, [])
        if candidate.author is not None
    }
    if not authors:
        return
    prompts, _, raters = zip(*authors, strict=True)
    persons = dict(
        Rater.objects.filter(pk__in=raters, user__isnull=False).values_list("pk", "user")
    )
    tasks = {
        (prompt, round): pk
        for prompt, round, pk in Task.objects.filter(
            campaign=work.campaign_id, kind=work.kind, prompt__in=prompts
        ).values_list("prompt_id", "round", "pk")
    }
    Assignment.objects.bulk_create(
        (
            Assignment(
                task_id=tasks[prompt, round],
                person_id=persons[rater],
                state=AssignmentState.EXCLUDED,
            )
            for prompt, round, rater in sorted(authors)
            if rater in persons
        ),
        ignore_conflicts=True,
    )
