"""Make the tasks of prompts that wait for them: offered, drawn, named, appended to their lanes."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Max

from annotate.enums import AssignmentState, Kind, Pool
from annotate.models import Assignment, Campaign, CampaignWork, Rater, Task
from annotate.services.intake.draws import (
    Offer,
    gets_second_opinion,
    is_held_out,
    offer,
    place_of,
)
from annotate.services.intake.keeping import candidates_of, keep_tasks
from annotate.services.intake.lanes import LaneName, append_to_lanes
from annotate.services.intake.types import NewTask, Standing

Offers = dict[int, Offer[Standing]]  # of each prompt


COLUMNS = (  # as Asked has them
    "prompt",
    "prompt__digest",
    "prompt__cluster__digest",
    "prompt__skill",
    "prompt__language",
    "prompt__clearance",
    "priority",
    "round",
    "chance",
)


class Asked(NamedTuple):
    """A prompt's place in the campaign, as far as its task needs it."""

    prompt: int
    digest: str
    cluster: str | None  # the digest of the first prompt of its cluster, where it is not the first
    skill: str
    language: str
    clearance: str
    priority: int
    round: int
    chance: float | None = None  # that it had to be answered by models


def make_tasks(*, work: CampaignWork, asked: Sequence[Asked]) -> int:
    """Make a task of this work for each of these, unless it is there; say how many.

    Call inside a transaction that has locked the work.
    """
    if not asked:
        return 0
    offers = _offers(work, asked)
    made = keep_tasks(campaign=work.campaign_id, kind=work.kind, tasks=_drawn(work, asked, offers))
    _keep_authors_away(work, asked, offers)
    return made


def _offers(work: CampaignWork, asked: Sequence[Asked]) -> Offers:
    """For each prompt the K candidates to be ranked, drawn with the prompt's own seed."""
    if work.kind != Kind.RANK:
        return {}
    found: dict[int, list[Standing]] = {each.prompt: [] for each in asked}
    for candidate in candidates_of(list(found)):
        found[candidate.prompt].append(candidate)
    return {
        each.prompt: offer(
            found[each.prompt],
            [candidate.weight for candidate in found[each.prompt]],
            each.digest,
            answers=work.answers,
        )
        for each in asked
    }


def _drawn(work: CampaignWork, asked: Sequence[Asked], offers: Offers) -> list[NewTask]:
    """The tasks to be made, with all that chance decides about them."""
    names = _lane_names(work.campaign, asked)
    lanes, number = append_to_lanes(work=work, names=set(names))
    share = 0 if _draws_later(work) else work.second_opinion_share
    tasks = []
    for each, name in zip(asked, names, strict=True):
        offered = offers.get(each.prompt, Offer([], []))
        twice = gets_second_opinion(work.campaign.uuid, work.kind, each.digest, share=share)
        tasks.append(
            NewTask(
                prompt=each.prompt,
                round=each.round,
                lane=lanes[name],
                place=place_of(number, each.digest),
                offered=[candidate.uuid for candidate in offered.candidates],
                wanted=work.wanted + twice,
                second_opinion=twice,
                propensity=share or None,
                asked_with=each.chance,
                offered_with=offered.chances,
            )
        )
    return tasks


def _draws_later(work: CampaignWork) -> bool:
    """Whether second opinions are drawn once the first is in (``services.second``)."""
    return work.kind == Kind.RANK and work.wanted == 1 and work.second_up_to is not None


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
            if is_held_out(campaign.uuid, each.cluster or each.digest, share=share)
            else Pool.OPEN,
            band=each.priority,
        )
        for each in asked
    ]


def _keep_authors_away(work: CampaignWork, asked: Sequence[Asked], offers: Offers) -> None:
    """Nobody ranks a task that offers an answer of their own."""
    authors = {
        (each.prompt, each.round, candidate.author)
        for each in asked
        for candidate in offers.get(each.prompt, Offer([], [])).candidates
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
