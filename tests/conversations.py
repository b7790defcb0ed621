"""Conversations, and the models that answer them at once."""

from collections.abc import Sequence
from uuid import uuid4

from annotate import gateway
from annotate.enums import Kind
from annotate.models import Campaign, Conversation, ConversationTurn, Ranking
from annotate.services.campaign import Work
from annotate.services.conversation import start_conversation
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.set_aside import take_set_aside
from commons.models import User
from tests.factories import make_campaign

TALK = Work(Kind.TALK, answers=2, turns=3)
ANSWERS = ("Take two.", "Take one.")


def talking_campaign(lead: User | None = None, name: str = "") -> Campaign:
    return make_campaign(works=[TALK], lead=lead, name=name)


def said(
    campaign: Campaign, by: User, text: str = "How many?", *, skill: str = "", language: str = "en"
) -> Conversation:
    return start_conversation(
        campaign=campaign, text=text, by=by, key=uuid4(), skill=skill, language=language
    )


def model_answers(texts: Sequence[str] = ANSWERS) -> list[gateway.ModelAnswer]:
    return [
        gateway.ModelAnswer([{"role": "assistant", "content": text}], f"policy:{number}", {})
        for number, text in enumerate(texts)
    ]


def answer(campaign: Campaign, texts: Sequence[str] = ANSWERS) -> None:
    """What the engine does with the request that has waited longest."""
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    assert gateway.answer_request(asked, model_answers(texts))


def judge(turn: ConversationTurn, by: User, best: str = ANSWERS[0]) -> Ranking:
    """Its person prefers the answer of this text."""
    turn.refresh_from_db()
    assert turn.task is not None
    taken = take_set_aside(by=by, turn=turn.task.assignments.get(person=by))
    first = str(turn.prompt.candidates.get(messages__0__content=best).uuid)
    others = [each for each in turn.task.offered if each != first]
    order = RankingAnswer(tiers=[[first], *([each] for each in others)])
    return submit_ranking(assignment=taken, answer=order, by=by, key=uuid4())
