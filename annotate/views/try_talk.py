"""A conversation tried out: the very page of judging, and nothing of it kept.

    begin -> judge -> choose -> judge -> … ; what was said so far travels with each page

A model answers through a row that a worker finds, and here no row stays: answers that were written
to something else stand in, and the page says so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.conversation import text_of
from annotate.enums import Kind
from annotate.forms.answers import AnswersForm
from annotate.forms.conversation import OWN, TriedTalkForm
from annotate.forms.ranking import LETTERS
from annotate.importing.records import Message
from annotate.models import Assignment, Campaign, CampaignWork, Ranking
from annotate.selectors.assignment import candidates_in_order
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.submission import Body, current_submission
from annotate.services.conversation import settle_rankings
from annotate.services.try_out import Item, make_turn, nothing_kept, turn_of_talk
from annotate.views.conversation_page import ShownChoice
from annotate.views.reading import conversation
from annotate.views.try_out import TryOrdering, item_for, said_by
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest


@dataclass(frozen=True)
class Trial:
    """A conversation so far: ``said`` ends with what its person said last."""

    campaign: Campaign
    work: CampaignWork
    said: Sequence[Message]
    stand_in: Item

    @property
    def number(self) -> int:
        return len(self.said) // 2 + 1

    @property
    def may_go_on(self) -> bool:
        return self.number < self.work.turns

    @property
    def sent(self) -> str:
        """What was said, as the next page brings it back."""
        return json.dumps(self.said, ensure_ascii=False)

    @property
    def item(self) -> Item:
        return turn_of_talk(said=self.said, stand_in=self.stand_in, wanted=self.work.answers)

    def turn_of(self, request: AuthedRequest) -> Assignment:
        item = self.item
        return make_turn(campaign=self.campaign, kind=Kind.RANK, item=item, by=request.user)


class TryJudging(TryOrdering):
    """One turn's answers, judged; then the page on which one goes on."""

    trial: Trial | None = None

    def more(self, assignment: Assignment, form: AnswersForm, body: Body) -> Body:
        return {**super().more(assignment, form, body), "trial": self.trial}

    def tried(self, assignment: Assignment) -> HttpResponse:
        if self.trial is None:
            return super().tried(assignment)
        ranking = current_submission(assignment)
        tiers = ranking.tiers if isinstance(ranking, Ranking) else []
        best = tiers[0][0] if tiers and len(tiers[0]) == 1 else ""
        chosen = TriedTalkForm(initial={"reply": best})
        return choosing(self.request, self.trial, assignment, chosen, kept=said_by(ranking))


@login_required
@require_http_methods(["GET", "POST"])
def try_talk(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Leads get the answers of a campaign's own item, others ours: theirs are not shown early."""
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    work = get_object_or_404(campaign.works, kind=Kind.TALK)
    form = TriedTalkForm(request.POST or None, most=work.turns)
    if not form.is_valid():
        return beginning(request, campaign, form)
    with nothing_kept():
        settle_rankings(work)
        if form.cleaned_data["said"] and not form.says_more:
            return judged(request, trial_of(request, work, form.cleaned_data["said"]))
        return going_on(request, work, form)


def trial_of(request: AuthedRequest, work: CampaignWork, said: Sequence[Message]) -> Trial:
    item = item_for(request, work.campaign, kind=Kind.RANK, answers=work.answers)
    return Trial(work.campaign, work, said, item)


def beginning(request: AuthedRequest, campaign: Campaign, form: TriedTalkForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"campaign": campaign, "form": form}
    return render(request, "annotate/try_talk.html", context, status=status)


def judged(request: AuthedRequest, trial: Trial) -> HttpResponse:
    """What was judged, by the same rules as in earnest."""
    return judging_of(request, trial).post(request, trial.turn_of(request).uuid)


def going_on(request: AuthedRequest, work: CampaignWork, form: TriedTalkForm) -> HttpResponse:
    """The page on which the answers to what is said now are judged."""
    said, text = form.cleaned_data["said"], form.cleaned_data["text"].strip()
    if said:
        before = trial_of(request, work, said)
        reply = reply_in(before.item, form)
        if not (text and reply and before.may_go_on):
            form.add_error(None, _("Choose the answer to go on with, and say something."))
            turn, status = before.turn_of(request), HTTPStatus.UNPROCESSABLE_ENTITY
            return choosing(request, before, turn, form, status=status)
        said = [*said, *reply]
    trial = trial_of(request, work, [*said, {"role": "user", "content": text}])
    return judging_of(request, trial).get(request, trial.turn_of(request).uuid)


def judging_of(request: AuthedRequest, trial: Trial) -> TryJudging:
    view = TryJudging(trial=trial)
    view.setup(request)
    return view


def reply_in(item: Item, form: TriedTalkForm) -> Sequence[Message]:
    """The answer that was chosen, in the words that its person gave it; empty where none was."""
    reply = form.answer()
    messages = item.by_id.get(reply.answer, ())
    edited = reply.edited.strip()
    return [{"role": "assistant", "content": edited or text_of(messages)}] if messages else []


def choosing(
    request: AuthedRequest,
    trial: Trial,
    turn: Assignment,
    form: TriedTalkForm,
    *,
    kept: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The answers with the best one chosen; ``kept`` is what would have been."""
    answers = candidates_in_order(turn)
    chosen = str(form["reply"].value() or "")
    best = str(form["basis"].value() or chosen or answers[0].uuid)
    basis = next((each for each in answers if str(each.uuid) == best), answers[0])
    context = {
        "campaign": trial.campaign,
        "trial": trial,
        "form": form,
        "turns": conversation(trial.said),
        "choices": [
            ShownChoice(
                str(each.uuid), letter, render_markdown(each.text), str(each.uuid) == chosen
            )
            for letter, each in zip(LETTERS, answers, strict=False)
        ],
        "own": OWN,
        "basis": str(basis.uuid),
        "basis_letter": LETTERS[answers.index(basis)],
        "is_own": chosen == OWN,
        "edited": form["edited"].value() or basis.text,
        "kept": kept,
    }
    return render(request, "annotate/try_talk.html", context, status=status)
