"""What the page of a conversation shows, stage by stage, and blind: a letter and a text."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from annotate.forms.conversation import OWN
from annotate.forms.ranking import LETTERS
from annotate.selectors.campaign import current_instructions
from annotate.selectors.conversation import Stage, Standing, somebody_writes_answers
from annotate.services.queue.order import presentation_order
from annotate.views.reading import ShownText, conversation
from commons.markdown import render_markdown
from commons.models import RunState
from commons.sentences import Sentence
from commons.translating import translated

Context = dict[str, object]

PAUSES = ((timedelta(seconds=30), 1), (timedelta(minutes=2), 2))  # seconds between two looks
LONGEST_PAUSE = 5


@dataclass(frozen=True)
class ShownChoice:
    """An answer that a person may go on with."""

    id: str
    letter: str
    html: SafeString
    is_chosen: bool


def shown(standing: Standing, *, posted: QueryDict | None = None) -> Context:
    """All that the page needs; ``posted`` is what was refused."""
    talk, prompt = standing.conversation, standing.last.prompt
    instructions = current_instructions(talk.campaign)
    context: Context = {
        "talk": talk,
        "campaign": talk.campaign,
        "campaign_url": reverse("annotate:campaign", args=[talk.campaign.uuid]),
        "tags": [tag for tag in (talk.skill, talk.language) if tag],
        "title": prompt.question,
        "number": standing.last.number,
        "most": standing.most_turns,
        "stage": standing.stage.value,
        "turns": conversation([*prompt.messages, *_last_reply(standing)]),
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline) if instructions else "",
    }
    if standing.stage == Stage.WAITING:
        context |= waiting(standing)
    if standing.stage == Stage.FAILED:
        error = standing.last.request.error
        context["why"] = _in_words(error) if error else ""
    if standing.stage == Stage.CHOOSING:
        context |= _choosing(standing, posted)
    return context


def _in_words(error: str) -> str:
    """Kept as a sentence, or as one of the few texts that never change."""
    return translated(error) if isinstance(error, Sentence) else gettext(error)


def _last_reply(standing: Standing) -> list[dict[str, str]]:
    return standing.last.reply if standing.stage == Stage.OVER else []


def waiting(standing: Standing) -> Context:
    """What there is of the answers, in the order in which they will be judged."""
    request = standing.last.request
    texts = dict(zip(request.names, request.partial, strict=False))
    names = presentation_order(request.seed, request.names)
    waited = timezone.now() - request.requested_at
    return {
        "talk": standing.conversation,
        "wanted": request.wanted,
        "coming": [
            ShownText(letter, render_markdown(texts.get(name, "")))
            for letter, name in zip(LETTERS, names, strict=False)
        ],
        "says": request.says,
        "nobody_writes": request.state == RunState.REQUESTED and not somebody_writes_answers(),
        "pause": next((pause for until, pause in PAUSES if waited < until), LONGEST_PAUSE),
    }


def _choosing(standing: Standing, posted: QueryDict | None) -> Context:
    """The answers with the best one chosen, and what the person has typed so far."""
    kept = standing.last.draft if posted is None else posted.dict()
    answers = standing.answers
    best = standing.best or str(answers[0].uuid)
    usual = OWN if standing.ideal else standing.best
    chosen = str(kept.get("reply") or usual)
    basis = next(each for each in answers if str(each.uuid) == best)
    return {
        "choices": [
            ShownChoice(
                str(each.uuid), letter, render_markdown(each.text), str(each.uuid) == chosen
            )
            for letter, each in zip(LETTERS, answers, strict=False)
        ],
        "own": OWN,
        "is_own": chosen == OWN,
        "basis": best,
        "basis_letter": LETTERS[answers.index(basis)],
        "edited": kept.get("edited") or standing.ideal or basis.text,
        "text": kept.get("text", ""),
        "may_go_on": standing.may_go_on,
        "draft_version": standing.last.draft_version,
        "draft_at": standing.last.draft_at,
        "is_posted": posted is not None,
    }
