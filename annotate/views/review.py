"""Review: what waits, the widest apart first; one item, read blind; what is decided over it."""

from http import HTTPStatus
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.enums import Kind, ReviewState
from annotate.errors import AnnotateError, NothingToDo
from annotate.forms.ranking import ranks_of
from annotate.forms.review import OrderForm, ReviewForm
from annotate.models import CampaignWork, Demonstration, Review, ReviewDraft
from annotate.selectors.campaign import current_instructions
from annotate.selectors.care import asked_of, cover_of, covered_prompts
from annotate.selectors.review import (
    MANY,
    candidates_of,
    count_of_reviews,
    reviews_anything,
    reviews_of,
    shuffled_for,
    versions_of,
    waiting_for,
)
from annotate.services.review import (
    claim_next_review,
    claim_review,
    decide_review,
    release_review,
)
from annotate.views.assignment import lead_on, sent_by_script
from annotate.views.looks import note_item
from annotate.views.pair import cells
from annotate.views.reading import asked, blind_answers
from annotate.views.review_shown import pairs_in_words, shown_versions
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

LISTED = 50

reviewers_only = shown_to(reviews_anything)


@reviewers_only
@require_safe
def reviews(request: AuthedRequest) -> HttpResponse:
    """What waits for this person's decision, the widest apart first."""
    waiting = waiting_for(request.user, at_most=LISTED)
    quoted = [(each.campaign_id, each.task.prompt) for each in waiting]
    care = asked_of(request.user)  # nobody else is given a review of what may harm
    context = {
        "waiting": waiting,
        "covered": covered_prompts(request.user, quoted) if care else (),
        "count": count_of_reviews(request.user),
        "many": MANY,
        "listed": LISTED,
        "unagreed": [each for each in care if each.consent is None],
    }
    return render(request, "annotate/reviews.html", context)


@reviewers_only
@require_POST
def next_review(request: AuthedRequest) -> HttpResponse:
    return go_on(request)


def go_on(request: AuthedRequest) -> HttpResponseRedirect:
    """To the item that is the widest apart, or to the list where nothing is left.

    Whoever sends from elsewhere what was left unsent stays where they are.
    """
    if request.method != "POST" or request.POST.get("stay"):
        return redirect("annotate:reviews")
    try:
        found = claim_next_review(by=request.user)
    except NothingToDo:
        return redirect("annotate:reviews")
    return redirect("annotate:review", uuid=found.uuid)


@reviewers_only
@require_http_methods(["GET", "POST"])
def review(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A GET holds the item for whoever reads it. A POST decides, and goes on to the next."""
    found = get_object_or_404(reviews_of(request.user), uuid=uuid)
    if found.state == ReviewState.DECIDED and found.reviewer_id == request.user.pk:
        messages.info(request, _("You have decided over this item; it stands."))
        return lead_on(request, go_on(request))
    try:
        claim_review(review=found, by=request.user)
    except AnnotateError as refused:
        if request.method == "POST":  # what was written stays in sight
            return ReviewPage(request, found).refuse(refused)
        messages.info(request, str(refused))
        return redirect("annotate:reviews")
    page = ReviewPage(request, found)
    return page.decide() if request.method == "POST" else page.draw()


@reviewers_only
@require_POST
def leave_review(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Give an item back undecided. The review keeps the name of
    whoever decides; of whoever has read it and left, this does."""
    found = get_object_or_404(reviews_of(request.user), uuid=uuid)
    release_review(review=found, by=request.user)
    note_item(request, found.task, [found.campaign])
    messages.success(request, _("Given back; another reviewer may take it."))
    return redirect("annotate:reviews")


class ReviewPage:
    """One item before one reviewer: its versions and answers in an order that is theirs."""

    def __init__(self, request: AuthedRequest, review: Review) -> None:
        self.request, self.review, self.task = request, review, review.task
        by = request.user
        found = {each.uuid: each for each in versions_of(review.task)}
        self.versions = [found[uuid] for uuid in shuffled_for(review, by, found)]
        self.names = shuffled_for(review, by, self.task.offered)
        data = request.POST if request.method == "POST" else None
        uuids = [each.uuid for each in self.versions]
        self.draft = ReviewDraft.objects.filter(review=review, reviewer=by).first()
        self.kept: dict[str, object] = self.draft.body if self.draft else {}
        self.form = ReviewForm(versions=uuids, draft=self.kept, data=data)
        self.order = OrderForm(answers=self.names, data=data) if self.ranks else None

    @property
    def ranks(self) -> bool:
        return self.task.kind == Kind.RANK

    def decide(self) -> HttpResponse:
        if not self.form.is_valid() or (self.order is not None and not self.order.is_valid()):
            if sent_by_script(self.request):
                return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
            return self.draw(HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            verdict = self.form.verdict(self.order)
            decide_review(review=self.review, verdict=verdict, by=self.request.user)
        except AnnotateError as refused:
            return self.refuse(refused)
        messages.success(self.request, _("Decided. The authors find your notes on their desks."))
        return lead_on(self.request, go_on(self.request))

    def refuse(self, refused: AnnotateError) -> HttpResponse:
        """Draw the page anew with what was posted; a script that is refused asks for it so."""
        if sent_by_script(self.request):
            return HttpResponse(status=refused.status)
        if self.order is not None:
            self.order.full_clean()
        self.form.add_error(None, str(refused))
        return self.draw(HTTPStatus(refused.status))

    def draw(self, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
        prompt, campaign = self.task.prompt, self.review.campaign
        instructions = current_instructions(campaign)
        context = {
            "review": self.review,
            "cover": cover_of(self.request.user, campaign=campaign.pk, prompt=prompt),
            "draft": self.draft,
            "campaign": campaign,
            "kind_label": self.task.get_kind_display(),
            "tags": [tag for tag in (prompt.skill, prompt.language) if tag],
            "turns": asked(prompt),
            "guideline": render_markdown(instructions.guideline) if instructions else "",
            "instructions": instructions,
            "form": self.form,
            "versions": shown_versions(self.versions, self.form, self.names),
            **(self._of_orders(self.order) if self.order is not None else self._of_texts()),
        }
        return render(self.request, "annotate/review.html", context, status=status)

    def _of_orders(self, order: OrderForm) -> dict[str, object]:
        work = CampaignWork.objects.filter(campaign=self.review.campaign_id, kind=Kind.RANK).first()
        asks_strength = work is not None and work.strengths
        apart, common = pairs_in_words(self.versions, self.names)
        posted = order.draft() if order.is_bound and order.is_valid() else self._kept_order()
        return {
            "ranks": True,
            "answers": blind_answers(candidates_of(self.task, self.names), order),
            "apart": apart,
            "common": common,
            "asks_strength": asks_strength,
            "cells": cells(answers=len(self.names), asks_strength=asks_strength),
            "corrected": posted if posted and ranks_of(posted) else None,
        }

    def _kept_order(self) -> dict[str, object] | None:
        """The correction that the reviewer had begun, if it is one of these answers."""
        kept = self.kept.get("order")
        if self.order is None or self.order.is_bound or not isinstance(kept, dict):
            return None
        said = {**kept, "considered": True}
        again = OrderForm(answers=self.names, data={"ranking": orjson.dumps(said).decode()})
        return again.draft() if again.is_valid() else None

    def _of_texts(self) -> dict[str, object]:
        text = self.form.fields["text"].widget
        text.attrs |= {
            "hx-post": reverse("annotate:preview"),
            "hx-trigger": "input changed delay:350ms",
            "hx-target": "#preview",
            "hx-sync": "this:replace",
        }
        return {
            "ranks": False,
            "texts": {
                str(each.uuid): each.text
                for each in self.versions
                if isinstance(each, Demonstration)
            },
            "preview": render_markdown(str(self.form["text"].value() or "")),
        }
