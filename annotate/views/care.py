"""What a person agrees to read, and what a lead has marked as harmful."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotate.errors import AnnotateError
from annotate.forms.care import CareChoiceForm, CareForm
from annotate.models import Campaign, CareConsent, CareRules
from annotate.selectors.campaign import campaigns_led_by, campaigns_of
from annotate.selectors.care import asked_of, is_uncovered, readers_of, rules_of
from annotate.services.care import (
    agree_to_harm,
    set_care,
    uncover_always,
    withdraw_from_harm,
)
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest


@dataclass(frozen=True)
class ShownAsked:
    campaign: Campaign
    rules: CareRules
    consent: CareConsent | None
    html: SafeString


@login_required
@require_http_methods(["GET", "POST"])
def care(request: AuthedRequest) -> HttpResponse:
    """What one may agree to, or has; POST says how it is to be shown."""
    initial = {"uncovered": is_uncovered(request.user)}
    form = CareChoiceForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        uncover_always(by=request.user, uncovered=form.cleaned_data["uncovered"])
        messages.success(request, _("Saved."))
        return redirect("annotate:care")
    asked = [
        ShownAsked(each.campaign, each.rules, each.consent, render_markdown(each.rules.words))
        for each in asked_of(request.user)
    ]
    return render(request, "annotate/care.html", {"asked": asked, "form": form})


@login_required
@require_POST
def agree(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    said = request.POST.get("version", "")
    try:
        agree_to_harm(
            campaign=campaign, version=int(said) if said.isdecimal() else 0, by=request.user
        )
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You are given such items from now on."))
    return redirect("annotate:care")


@login_required
@require_POST
def withdraw(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    withdraw_from_harm(campaign=campaign, by=request.user)
    messages.success(request, _("You are given no such items any more."))
    return redirect("annotate:care")


@login_required
@require_http_methods(["GET", "POST"])
def campaign_care(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What of a campaign may harm; POST marks it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = CareForm(request.POST if request.method == "POST" else None, initial=_said(campaign))
    if form.is_valid():
        set_care(campaign=campaign, by=request.user, **form.said())
        messages.success(request, _("This holds from now on."))
        return redirect("annotate:campaign_care", uuid=uuid)
    context = {
        "campaign": campaign,
        "form": form,
        "rules": rules_of(campaign),
        "team": campaign.memberships.filter(active=True).count(),
        "readers": campaign.memberships.filter(
            active=True, person__in=readers_of(campaign)
        ).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotate/campaign_care.html", context, status=status)


def _said(campaign: Campaign) -> dict[str, object]:
    rules = rules_of(campaign)
    if rules is None:
        return {}
    skills = sorted(campaign.harmful_skills.values_list("skill", flat=True))
    return {
        "everything": "" in skills,
        "skills": [each for each in skills if each],
        "words": rules.words,
        "per_day": rules.per_day,
        "in_a_row": rules.in_a_row,
        "break_minutes": rules.break_minutes,
    }
