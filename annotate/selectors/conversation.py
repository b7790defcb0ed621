"""A person's conversations: where each stands, and where they may begin another."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, ConversationState, Facet, Kind
from annotate.models import (
    Assignment,
    Campaign,
    CampaignWork,
    Candidate,
    Conversation,
    ConversationTurn,
    HarmfulSkill,
    Ranking,
)
from annotate.selectors.assignment import assignments_of
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.care import agreed
from annotate.selectors.lane import held_now
from commons.models import RunState, User, WorkerHeartbeat

QUEUE = "answers"  # the workers that serve it write the answers
SIGN_OF_LIFE = timedelta(seconds=60)  # workers give one every fifteen


class Stage(Enum):
    """Where a conversation stands. Each line says what lets it leave."""

    WAITING = "waiting"  # a model has answered, or could not
    FAILED = "failed"  # its person asks again
    JUDGING = "judging"  # its person ranks the answers, or passes
    CHOOSING = "choosing"  # its person says the next thing, or finishes
    PUT_BACK = "put-back"  # its person takes the turn from their desk again
    OVER = "over"  # nothing


@dataclass(frozen=True)
class Standing:
    """A conversation with its last turn, and that turn's ranking where there is one."""

    conversation: Conversation
    last: ConversationTurn
    stage: Stage
    turn: Assignment | None
    ranking: Ranking | None
    most_turns: int

    @property
    def may_go_on(self) -> bool:
        return self.stage == Stage.CHOOSING and self.last.number < self.most_turns

    @property
    def answers(self) -> list[Candidate]:
        """The answers to the last turn as its person saw them."""
        order = self.turn.order if self.turn else []
        found = {str(each.uuid): each for each in Candidate.objects.filter(uuid__in=order)}
        return [found[name] for name in order]

    @property
    def best(self) -> str:
        """The id of the answer that its person put first; empty where they put none first."""
        first = self.ranking.tiers[0] if self.ranking and self.ranking.tiers else []
        return str(first[0]) if len(first) == 1 else ""

    @property
    def ideal(self) -> str:
        """The best answer as its person worded it while they ranked; empty where they did not."""
        return self.ranking.ideal.text if self.ranking and self.ranking.ideal else ""


def conversations_of(user: User) -> QuerySet[Conversation]:
    """A person's own, and nobody else's."""
    return user.conversations.select_related("campaign")


def open_conversations_of(user: User) -> QuerySet[Conversation]:
    """Those that may go on, the newest first, each with what was said."""
    turns = ConversationTurn.objects.select_related("prompt").order_by("number")
    found = conversations_of(user).filter(state=ConversationState.OPEN)
    return found.prefetch_related(Prefetch("turns", turns)).order_by("-opened_at", "-pk")


def campaigns_to_talk_in(user: User) -> QuerySet[Campaign]:
    """The running campaigns of a person that ask for conversations; one that may harm as a whole
    asks whoever has agreed to it."""
    everything = HarmfulSkill.objects.filter(campaign=OuterRef("pk"), skill="")
    return Campaign.objects.filter(
        ~Exists(everything) | agreed(user, campaign="pk"),
        Exists(CampaignWork.objects.filter(campaign=OuterRef("pk"), kind=Kind.TALK)),
        state=CampaignState.RUNNING,
        memberships__person=user,
        memberships__active=True,
        memberships__paused=False,
    ).order_by("name")


def campaigns_that_ask_to_talk(user: User) -> list[bool]:
    """Of each campaign that a person sees, whether it asks them for conversations."""
    asks = Exists(campaigns_to_talk_in(user).filter(pk=OuterRef("pk")))
    return list(campaigns_of(user).annotate(asks=asks).values_list("asks", flat=True))


def holds(user: User, facet: Facet) -> list[str]:
    """What a person holds of a facet now."""
    held = held_now(user).filter(facet=facet).order_by("value")
    return list(held.values_list("value", flat=True))


def talk_work_of(campaign: Campaign) -> CampaignWork | None:
    """What a campaign asks of conversations, None where it asks for none."""
    return campaign.works.filter(kind=Kind.TALK).first()


def ranking_of(turn: ConversationTurn) -> Ranking | None:
    """What the person of a conversation made of the answers to a turn, as it now stands."""
    if turn.task_id is None:
        return None
    person = turn.conversation.person_id
    rankings = Ranking.objects.filter(assignment__task=turn.task_id, assignment__person=person)
    return rankings.filter(current=True).select_related("ideal").first()


def last_turn_of(conversation: Conversation) -> ConversationTurn:
    turns = conversation.turns.select_related("prompt", "task", "request", "chosen", "conversation")
    return turns.order_by("-number")[0]


def conversation_with(turn: Assignment) -> UUID | None:
    """The conversation that a turn of work is of; its lane is the person's alone. Most are none."""
    if turn.task.lane.reserved_for_id != turn.person_id:
        return None
    found = Conversation.objects.filter(turns__task=turn.task_id)
    return found.values_list("uuid", flat=True).first()


def standing_of(conversation: Conversation) -> Standing:
    """Where a conversation stands."""
    last = last_turn_of(conversation)
    turn, ranking = None, ranking_of(last)
    if last.task_id is not None:
        turn = assignments_of(conversation.person).filter(task=last.task_id).first()
    work = talk_work_of(conversation.campaign)
    return Standing(
        conversation,
        last,
        _stage(conversation, last, turn, ranking),
        turn,
        ranking,
        work.turns if work else 0,
    )


def _stage(
    conversation: Conversation,
    last: ConversationTurn,
    turn: Assignment | None,
    ranking: Ranking | None,
) -> Stage:
    if conversation.state != ConversationState.OPEN:
        return Stage.OVER
    if turn is None:
        failed = last.request.state in (RunState.FAILED, RunState.CANCELLED)
        return Stage.FAILED if failed else Stage.WAITING
    if ranking is not None:
        return Stage.CHOOSING
    if turn.state == AssignmentState.EXPIRED and turn.shown_at is None:
        return Stage.PUT_BACK
    return Stage.JUDGING


def somebody_writes_answers() -> bool:
    """Whether a worker that writes answers has said lately that it lives."""
    lately = WorkerHeartbeat.objects.filter(seen_at__gte=timezone.now() - SIGN_OF_LIFE)
    return any(QUEUE in queues.split(",") for queues in lately.values_list("queues", flat=True))
