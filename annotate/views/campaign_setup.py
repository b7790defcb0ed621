"""A lead makes a campaign on one page, and changes its terms on another of the same shape."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotate.errors import AnnotateError
from annotate.forms.campaign import ABOUT, HELD_OUT, SettingsForm, SetUp
from annotate.forms.work import TermsForm
from annotate.models import Campaign
from annotate.selectors.campaign import (
    campaigns_led_by,
    kinds_with_tasks,
    may_create_campaigns,
)
from annotate.services.campaign_setup import change_settings, set_up_campaign, settings_seen
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to


@shown_to(may_create_campaigns)
@require_http_methods(["GET", "POST"])
def new_campaign(request: AuthedRequest) -> HttpResponse:
    """All that a campaign needs before prompts and people come, on one page."""
    is_sent = request.method == "POST"
    page = SetUp(request.POST if is_sent else None)
    if is_sent and page.is_valid():
        try:
            made = set_up_campaign(plan=page.plan(), by=request.user)
        except AnnotateError as refused:
            page.about.add_error("name", str(refused))
        else:
            messages.success(request, _("“%(name)s” is there, as a draft.") % {"name": made})
            return redirect("annotate:campaign", uuid=made.uuid)
    text = str(page.guideline["text"].value() or "")
    context = {"page": page, "terms": page.terms, "preview": render_markdown(text)}
    return render(request, "annotate/campaign_new.html", context, status=422 if is_sent else 200)


@login_required
@require_http_methods(["GET", "POST"])
def campaign_settings(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Name, summary and the terms of its work; the page says what a change touches."""
    found = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    sent = request.POST if request.method == "POST" else None
    about = SettingsForm(
        sent,
        initial={
            **{name: getattr(found, name) for name in (*ABOUT, *HELD_OUT)},
            "seen": settings_seen(found),
        },
    )
    fixed = kinds_with_tasks(found)
    terms = TermsForm(sent, now=list(found.works.all()), fixed=fixed)
    if sent is not None and about.is_valid() and terms.is_valid():
        try:
            opened = _change(found, about, terms, request)
        except AnnotateError as refused:
            about.add_error(None, str(refused))
        else:
            messages.success(request, opened)
            return redirect("annotate:campaign", uuid=uuid)
    context = {"campaign": found, "about": about, "terms": terms, "has_tasks": bool(fixed)}
    return render(
        request, "annotate/campaign_settings.html", context, status=422 if sent is not None else 200
    )


def _change(
    campaign: Campaign, about: SettingsForm, terms: TermsForm, request: AuthedRequest
) -> str:
    opened = change_settings(
        campaign=campaign,
        name=about.cleaned_data["name"],
        summary=about.cleaned_data["summary"],
        skills=about.cleaned_data["skills"],
        held_out=about.held_out(),
        seen=about.cleaned_data["seen"],
        works=terms.works(),
        by=request.user,
    )
    if not opened:
        return _("The settings are changed.")
    said = ngettext(
        "The settings are changed; that opened one item.",
        "The settings are changed; that opened %(items)d items.",
        opened,
    )
    return said % {"items": opened}
