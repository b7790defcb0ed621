"""A person talks with the models: says something, judges the answers, goes on with one of them.

    start_conversation -> answers (services.answering) -> ranking -> go_on -> … -> end_conversation

Every turn is a prompt, and the ranking of its answers is a task for its person alone; so drafts,
revisions, tallies and datasets know nothing of conversations.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from annotate.enums import CampaignState, ConversationState, Facet, Kind
from annotate.errors import (
    CampaignNotReady,
    ConversationMoved,
    DraftConflict,
    EmptyMessage,
    GuidelineNotAcknowledged,
    KeyReused,
    NotAllowed,
)
from annotate.models import (
    Campaign,
    CampaignWork,
    Conversation,
    ConversationTurn,
)
from annotate.people_errors import Paused
from annotate.selectors.campaign import current_instructions, membership_of
from annotate.selectors.conversation import holds, last_turn_of, ranking_of, talk_work_of
from annotate.services.cap import refuse_at_limit
from annotate.services.care import refuse_enough, refuse_unagreed
from annotate.services.conversation_turn import (
    Reply,
    answers_wanted,
    close,
    give_up,
    keep_reply,
    prompt_of,
    say,
)
from annotate.services.draft import is_same
from annotate.services.erasure_lock import work_together
from commons.models import User
from commons.runs import request_again

MOST_OPEN = 5  # conversations of one person: each may have a model at work
NOT_HELD = {
    Facet.SKILL: gettext_lazy("You do not hold the skill “%(value)s”; choose one that you hold."),
    Facet.LANGUAGE: gettext_lazy(
        "You do not hold the language “%(value)s”; choose one that you hold."
    ),
}


def start_conversation(
    *, campaign: Campaign, text: str, by: User, key: UUID, skill: str = "", language: str = "en"
) -> Conversation:
    """Say the first thing of a conversation, and ask for answers. The same ``key`` finds it."""
    text = _said(text)
    _refuse_whoever_may_not(campaign, by, skill, language)
    work = _asked_of(campaign)
    with transaction.atomic():
        work_together()
        conversation, is_new = Conversation.objects.get_or_create(
            person=by,
            key=key,
            defaults={"campaign": campaign, "skill": skill, "language": language},
        )
        if is_new:
            _refuse_too_many(by)
            settle_rankings(work)
            prompt = prompt_of(conversation, [{"role": "user", "content": text}])
            _refuse_more(conversation, by)
            say(conversation, 1, prompt, work)
        elif conversation.turns.get(number=1).prompt.question != text:
            raise KeyReused
    return conversation


@transaction.atomic
def go_on(
    *, conversation: Conversation, number: int, reply: Reply, text: str, by: User
) -> ConversationTurn:
    """Take one of the answers to turn ``number``, or one's own wording of it, and say the next.

    Said twice, it is said once.
    """
    text = _said(text)
    locked = _locked(conversation, by)
    last = last_turn_of(locked)
    if last.number == number + 1 and last.prompt.question == text:
        return last
    _refuse_what_moved(locked, last, number)
    _refuse_strangers(locked.campaign, by)
    refuse_unagreed(campaign=locked.campaign, by=by, skill=locked.skill)
    work = _asked_of(locked.campaign)
    if number >= work.turns:
        most = gettext(
            "A conversation of this campaign has at most %(turns)s turns; finish this one."
        )
        raise ConversationMoved(most % {"turns": work.turns})
    keep_reply(last, reply)
    said = {"role": "user", "content": text}
    prompt = prompt_of(locked, [*last.prompt.messages, *last.reply, said])
    _refuse_more(locked, by)
    return say(locked, number + 1, prompt, work)


@transaction.atomic
def end_conversation(
    *, conversation: Conversation, by: User, reply: Reply | None = None
) -> Conversation:
    """Say no more. What was judged is kept; what was not is given up, its answers with it.

    Whoever ends it twice has ended it once.
    """
    locked = _locked(conversation, by)
    if locked.state != ConversationState.OPEN:
        return locked
    last = last_turn_of(locked)
    is_judged = ranking_of(last) is not None
    if is_judged and reply is not None:
        keep_reply(last, reply)
    if not is_judged:
        give_up(last)
    close(
        Conversation.objects.filter(pk=locked.pk),
        ConversationState.FINISHED if is_judged else ConversationState.ABANDONED,
    )
    locked.refresh_from_db()
    return locked


@transaction.atomic
def keep_words(
    *, conversation: Conversation, number: int, body: Mapping[str, object], version: int, by: User
) -> ConversationTurn:
    """Keep what a person is about to say after turn ``number``, made from ``version`` (0: none).

    What they have said meanwhile needs no keeping; another tab's newer words are a conflict.
    """
    locked = _locked(conversation, by)
    turn = last_turn_of(locked)
    if turn.number == number + 1 and turn.prompt.question == str(body.get("text", "")).strip():
        return turn
    if locked.state != ConversationState.OPEN or turn.number != number:
        raise ConversationMoved
    if turn.draft_version and is_same(turn.draft, dict(body)):
        return turn
    if turn.draft_at and turn.draft_version != version:
        raise DraftConflict(theirs=turn.draft, version=turn.draft_version, saved_at=turn.draft_at)
    turn.draft, turn.draft_version, turn.draft_at = dict(body), version + 1, timezone.now()
    turn.save(update_fields=["draft", "draft_version", "draft_at"])
    return turn


@transaction.atomic
def ask_again(*, conversation: Conversation, by: User) -> None:
    """Ask once more for answers that could not be written."""
    locked = _locked(conversation, by)
    _refuse_strangers(locked.campaign, by)
    request = last_turn_of(locked).request
    if request_again(request):
        answers_wanted.send(sender=None)


def _asked_of(campaign: Campaign) -> CampaignWork:
    work = talk_work_of(campaign)
    if work is None:
        said = gettext("“%(name)s” asks for no conversations; choose another campaign.")
        raise CampaignNotReady(said % {"name": campaign})
    return work


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise EmptyMessage
    return said


def _refuse_strangers(campaign: Campaign, by: User) -> None:
    """And who is paused: what they say would ask the models for more work of theirs."""
    membership = membership_of(by, campaign)
    if membership is None:
        said = gettext("You are not in the team of “%(name)s”; ask its lead to add you.")
        raise NotAllowed(said % {"name": campaign})
    if membership.paused:
        raise Paused(campaign.name)


def _refuse_whoever_may_not(campaign: Campaign, by: User, skill: str, language: str) -> None:
    _refuse_strangers(campaign, by)
    if campaign.state != CampaignState.RUNNING:
        said = gettext("“%(name)s” is not running just now; choose another campaign.")
        raise CampaignNotReady(said % {"name": campaign})
    newest = current_instructions(campaign)
    if newest and not newest.acknowledgements.filter(person=by).exists():
        raise GuidelineNotAcknowledged(campaign.name)
    refuse_unagreed(campaign=campaign, by=by, skill=skill)
    for facet, value in ((Facet.SKILL, skill), (Facet.LANGUAGE, language)):
        if value and value not in holds(by, facet):
            raise NotAllowed(NOT_HELD[facet] % {"value": value})


def _refuse_more(conversation: Conversation, by: User) -> None:
    """Asked once the prompt is there: to keep it may wait for an arrival of many, and from here on
    whoever else of their team asks for work waits for this transaction."""
    refuse_at_limit(campaign=conversation.campaign, by=by)
    refuse_enough(campaign=conversation.campaign, by=by, skill=conversation.skill)


def _refuse_too_many(by: User) -> None:
    """Asked once the new one is there."""
    if by.conversations.filter(state=ConversationState.OPEN).count() > MOST_OPEN:
        said = gettext(
            "You have %(most)s open conversations; finish one of them on your desk first."
        )
        raise CampaignNotReady(said % {"most": MOST_OPEN})


def settle_rankings(work: CampaignWork) -> None:
    """The turns are ranked under what the campaign asks of rankings.

    One that has never asked for any gets what it asks of conversations.
    """
    like_talk = ("answers", "strengths", "lease_minutes", "edit_minutes")
    CampaignWork.objects.get_or_create(
        campaign=work.campaign,
        kind=Kind.RANK,
        defaults={name: getattr(work, name) for name in like_talk},
    )


def _locked(conversation: Conversation, by: User) -> Conversation:
    work_together()
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("campaign")
    return rows.get(pk=conversation.pk, person=by)


def _refuse_what_moved(conversation: Conversation, last: ConversationTurn, number: int) -> None:
    if conversation.state != ConversationState.OPEN:
        raise ConversationMoved(gettext("This conversation has ended; begin another one."))
    if last.number != number:
        raise ConversationMoved
    if conversation.campaign.state != CampaignState.RUNNING:
        waits = gettext("“%(name)s” is not running just now; go on when it does.")
        raise CampaignNotReady(waits % {"name": conversation.campaign})
    if ranking_of(last) is None:
        raise ConversationMoved(gettext("Judge the answers first; then the conversation goes on."))
