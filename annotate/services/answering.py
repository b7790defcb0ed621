"""Whoever has an engine answers the turns of conversations: claims a request, writes, hands in.

Every write filters on the claim; a writer that was silent for long has lost it.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from annotate.enums import AssignmentState, Kind, Pool
from annotate.models import Assignment, CandidateRequest, ConversationTurn, Lane, Membership, Task
from annotate.services.candidate import add_candidate
from annotate.services.erasure_lock import work_together
from annotate.services.intake.draws import is_held_out
from annotate.services.queue.order import presentation_order
from annotate.services.queue.places import arrival, place_in
from commons.models import RunState
from commons.runs import beat_run, claim_run, claimable, fail_run, finish_run

Messages = Sequence[Mapping[str, str]]

TOO_ALIKE = gettext_noop(  # kept so, and translated where it is shown
    "The models gave the same answer twice, so there is nothing to choose. Try again, or end this "
    "conversation and ask in other words."
)


@dataclass(frozen=True)
class AnswersWanted:
    """A turn that waits for ``wanted`` answers, in the hands of whoever holds ``claim``."""

    id: UUID
    claim: UUID
    campaign: UUID
    messages: list[dict[str, str]]
    wanted: int


@dataclass(frozen=True)
class ModelAnswer:
    """An answer that a model gave, and how it was drawn. No rater learns its source."""

    messages: Messages
    source: str
    sampling: Mapping[str, object]


def campaigns_awaiting_answers() -> list[UUID]:
    """The campaigns in whose conversations somebody waits for answers that nobody writes."""
    waiting = claimable(CandidateRequest.objects.all()).order_by("requested_at")
    named = waiting.values_list("turn__conversation__campaign__uuid", flat=True)
    return list(dict.fromkeys(named))


def claim_request(campaigns: Sequence[UUID]) -> AnswersWanted | None:
    """Take the request that has waited longest in these campaigns; None where none waits."""
    wanted = CandidateRequest.objects.filter(turn__conversation__campaign__uuid__in=campaigns)
    taken = claim_run(wanted)
    if taken is None or taken.token is None:
        return None
    turn = ConversationTurn.objects.select_related("prompt", "conversation__campaign").get(
        pk=taken.turn_id
    )
    return AnswersWanted(
        id=taken.uuid,
        claim=taken.token,
        campaign=turn.conversation.campaign.uuid,
        messages=list(turn.prompt.messages),
        wanted=taken.wanted,
    )


def say_written(asked: AnswersWanted, *, texts: Sequence[str] = (), says: str = "") -> bool:
    """Say that its writer lives, and what there is of each answer. False: the claim is lost."""
    held = _held(asked).first()
    if held is None or not beat_run(held, says=says):
        return False
    if texts:
        _held(asked).update(partial=list(texts))
    return True


@transaction.atomic
def answer_request(asked: AnswersWanted, answers: Sequence[ModelAnswer]) -> bool:
    """Hand in the answers: their ranking is set aside for who asked. False: the claim is lost."""
    work_together()
    held = _held(asked).select_for_update(of=("self",)).first()
    if held is None:
        return False
    turn = ConversationTurn.objects.select_related("prompt", "conversation__campaign").get(
        pk=held.turn_id
    )
    offered = _kept(turn, answers, held.names)
    if len(offered) < held.wanted:
        return fail_run(held, error=TOO_ALIKE)
    _set_aside(turn, _task_of(turn, offered), held.seed)
    return finish_run(held, partial=[])


def give_back_request(asked: AnswersWanted) -> bool:
    """Let somebody else write the answers. False: the claim is lost."""
    return _held(asked).update(state=RunState.REQUESTED, token=None, partial=[]) == 1


def fail_request(asked: AnswersWanted, words: str) -> bool:
    """Say why there are no answers, and what to do. False: the claim is lost."""
    held = _held(asked).first()
    return held is not None and fail_run(held, error=words)


def _held(asked: AnswersWanted) -> QuerySet[CandidateRequest]:
    return CandidateRequest.objects.filter(uuid=asked.id, token=asked.claim, state=RunState.RUNNING)


def _kept(
    turn: ConversationTurn, answers: Sequence[ModelAnswer], names: Sequence[str]
) -> list[str]:
    """The ids of the different answers among these, all of them candidates now."""
    kept = []
    for answer, name in zip(answers, names, strict=False):
        candidate, _ = add_candidate(
            prompt=turn.prompt,
            messages=answer.messages,
            source=answer.source,
            sampling=answer.sampling,
            uuid=UUID(name),
        )
        kept.append(str(candidate.uuid))
    return list(dict.fromkeys(kept))


def _task_of(turn: ConversationTurn, offered: Sequence[str]) -> Task:
    """The ranking of these answers, of which no turn is free: it has its person already."""
    lane, number = _lane_of(turn)
    asked = Task.objects.filter(campaign=lane.campaign_id, prompt=turn.prompt_id, kind=Kind.RANK)
    task = Task.objects.create(
        campaign_id=lane.campaign_id,
        prompt_id=turn.prompt_id,
        kind=Kind.RANK,
        round=(asked.aggregate(last=Max("round"))["last"] or 0) + 1,
        lane=lane,
        place=place_in(number, secrets.randbits(32)),
        offered=list(offered),
        wanted=1,
        free=0,
    )
    ConversationTurn.objects.filter(pk=turn.pk).update(task=task)
    return task


def _lane_of(turn: ConversationTurn) -> tuple[Lane, int]:
    """The lane that is its person's alone, locked, and the number of what arrives there now."""
    talk = turn.conversation
    found, _ = Lane.objects.get_or_create(
        campaign=talk.campaign,
        kind=Kind.RANK,
        skill=turn.prompt.skill,
        language=turn.prompt.language,
        clearance=turn.prompt.clearance,
        pool=_pool_of(turn),
        band=5,
        reserved_for_id=talk.person_id,
    )
    lane = Lane.objects.select_for_update(no_key=True).get(pk=found.pk)
    number = arrival(timezone.now(), last=lane.batch)
    Lane.objects.filter(pk=lane.pk).update(batch=number)
    return lane, number


def _pool_of(turn: ConversationTurn) -> Pool:
    """Held out by its person, or by the draw that holds the prompt out of other kinds of work.

    Later turns are drawn as the first was, since all that was said there stands in them.
    """
    campaign = turn.conversation.campaign
    members = Membership.objects.filter(campaign=campaign, person=turn.conversation.person_id)
    share = campaign.works.aggregate(share=Max("held_out_share"))["share"] or 0
    first = turn.prompt.cluster or turn.prompt
    is_drawn = is_held_out(campaign.uuid, first.digest, share=share)
    is_theirs = members.filter(pool=Pool.HELD_OUT).exists()
    return Pool.HELD_OUT if is_drawn or is_theirs else Pool.OPEN


def _set_aside(turn: ConversationTurn, task: Task, seed: int) -> None:
    Assignment.objects.create(
        task=task,
        person_id=turn.conversation.person_id,
        state=AssignmentState.RESERVED,
        seed=seed,
        order=presentation_order(seed, task.offered),
    )
