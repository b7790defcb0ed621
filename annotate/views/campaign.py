"""Campaigns: what is collected, how far it is, under which guideline, by whom."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from annotate.enums import CampaignState
from annotate.models import Campaign
from annotate.selectors.batch import touched_by_campaign
from annotate.selectors.campaign import (
    campaigns_led_by,
    campaigns_of,
    current_instructions,
    may_create_campaigns,
    membership_of,
)
from annotate.selectors.pause import appeals_waiting
from annotate.selectors.progress import people_of, progress_of, shares_of
from annotate.selectors.readiness import readiness_of
from annotate.selectors.stranded import stranded_in
from annotate.views.campaign_acts import ACTS, ACTS_IN, page_of
from annotate.views.confirming import Question, ask_and_do
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest


@login_required
@require_safe
def campaigns(request: AuthedRequest) -> HttpResponse:
    mine = shares_of(campaigns_of(request.user))
    context = {"campaigns": mine, "may_create": may_create_campaigns(request.user)}
    return render(request, "annotate/campaigns.html", context)


@login_required
@require_safe
def campaign(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Members see what it is about and its guideline; its leads see progress and people too."""
    found = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    is_lead = campaigns_led_by(request.user).filter(pk=found.pk).exists()
    instructions = current_instructions(found)
    context = {
        "campaign": found,
        "is_lead": is_lead,
        "works": found.works.order_by("kind"),
        "membership": membership_of(request.user, found),
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline) if instructions else "",
        "versions": found.instructions.order_by("-version"),
    }
    if is_lead:
        context |= for_leads(found)
    return render(request, "annotate/campaign.html", context)


def for_leads(campaign: Campaign) -> dict[str, object]:
    stranded = stranded_in(campaign)
    likely, others = ACTS_IN[CampaignState(campaign.state)]
    return {
        "progress": progress_of(campaign, stranded=stranded),
        "stranded": stranded,
        "people": people_of(campaign),
        "ready": readiness_of(campaign),
        "appeals": appeals_waiting(campaign),
        "likely_acts": [(name, ACTS[name].name) for name in likely],
        "other_acts": [(name, ACTS[name].name) for name in others],
    }


@login_required
@require_http_methods(["GET", "POST"])
def decide_campaign(request: AuthedRequest, uuid: UUID, act: str) -> HttpResponse:
    """Ask about an act, then do it."""
    found = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    if act not in ACTS:
        raise Http404
    chosen = ACTS[act]
    starts = chosen.starts(found)
    question = Question(
        title=chosen.asks % {"name": found.name},
        says=str(chosen.says),
        counts=chosen.counts(found) if chosen.counts else "",
        yes=str(chosen.name),
        back=page_of(found),
        where=found.name,
        is_grave=chosen.is_grave,
    )
    return ask_and_do(
        request,
        question,
        lambda form: chosen.do(found, form, request.user),
        touched=lambda: touched_by_campaign(found),
        form_class=chosen.form,
        initial=starts,
    )
