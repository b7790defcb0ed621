"""One turn of a conversation: said, gone on from with one of its answers, or given up."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.db.models import F, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import AssignmentState, ConversationState
from annotate.errors import NoReply
from annotate.models import (
    Assignment,
    CampaignWork,
    CandidateRequest,
    Conversation,
    ConversationTurn,
    Prompt,
    Task,
)
from annotate.services.prompt import add_prompt
from annotate.services.returning import return_turn
from annotate.services.task import open_tasks_of
from commons.runs import cancel_run

HELD = (AssignmentState.OPEN, AssignmentState.RESERVED)
SOURCE = "talk"  # of the prompts that conversations make

answers_wanted = Signal()  # sent in the transaction that asks; whoever has an engine listens


@dataclass(frozen=True)
class Reply:
    """The answer that a person goes on with, by its id, and what they made of it if anything."""

    answer: str
    edited: str = ""


def prompt_of(conversation: Conversation, messages: Sequence[Mapping[str, str]]) -> Prompt:
    """Make a prompt of all that was said: nothing is asked of it yet."""
    prompt, _ = add_prompt(
        campaign=conversation.campaign,
        messages=messages,
        skill=conversation.skill,
        language=conversation.language,
        source=SOURCE,
        after=_first_prompt(conversation),
    )
    return prompt


def say(
    conversation: Conversation, number: int, prompt: Prompt, work: CampaignWork
) -> ConversationTurn:
    """Ask for answers to what was said."""
    turn = ConversationTurn.objects.create(conversation=conversation, number=number, prompt=prompt)
    CandidateRequest.objects.create(
        turn=turn,
        wanted=work.answers,
        seed=secrets.randbits(48),
        names=[str(uuid4()) for _ in range(work.answers)],
    )
    open_tasks_of(campaign=conversation.campaign, prompts=[prompt.pk])
    answers_wanted.send(sender=None)
    return turn


def _first_prompt(conversation: Conversation) -> Prompt | None:
    first = conversation.turns.filter(number=1).select_related("prompt").first()
    return first.prompt if first else None


def keep_reply(turn: ConversationTurn, reply: Reply) -> None:
    """The one place where an edited answer is kept."""
    offered = turn.task.offered if turn.task else []
    if reply.answer not in offered:
        raise NoReply(gettext("Choose the answer to go on with."))
    turn.chosen = turn.prompt.candidates.get(uuid=reply.answer)
    edited = reply.edited.strip()
    turn.edited = "" if edited == turn.chosen.text else edited
    turn.save(update_fields=["chosen", "edited"])


def give_up(turn: ConversationTurn) -> None:
    """Nobody needs the answers any more, nor a ranking of them."""
    request = CandidateRequest.objects.select_for_update().get(turn=turn)  # answers may be arriving
    cancel_run(request)
    turn.refresh_from_db(fields=["task"])
    if turn.task_id is None:
        return
    mine = Assignment.objects.filter(task=turn.task_id, person=turn.conversation.person_id)
    held = mine.filter(state__in=HELD).first()
    if held is not None:
        was = AssignmentState(held.state)
        return_turn(assignment=held.pk, task=turn.task_id, to=AssignmentState.RELEASED, was=was)
    waiting = Task.objects.filter(pk=turn.task_id, free__gt=0)  # its lease has run out
    waiting.update(free=F("free") - 1, wanted=F("wanted") - 1)


def close(rows: QuerySet[Conversation], state: ConversationState) -> None:
    rows.update(state=state, closed_at=timezone.now())


def abandon_conversation_of(*, task: int, person: int) -> None:
    """Its person has passed on a turn of it: there is nothing that it could go on from."""
    mine = Conversation.objects.filter(person=person, turns__task=task)
    close(mine.filter(state=ConversationState.OPEN), ConversationState.ABANDONED)
