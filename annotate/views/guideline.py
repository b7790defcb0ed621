"""The guideline: read and accepted by whoever works, written and published by leads."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate.enums import CampaignState
from annotate.errors import AnnotateError
from annotate.forms.asking import QuestionBuilder
from annotate.forms.guideline import VersionForm
from annotate.models import Acknowledgement, Campaign, Instructions
from annotate.selectors.campaign import campaigns_led_by, campaigns_of, current_instructions
from annotate.selectors.instructions import accepted_before, version_before, versions_of
from annotate.selectors.question import precedents_with_guideline
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.campaign_setup import form_with
from annotate.views.assignment import start_work
from annotate.views.guideline_changes import asked_by, changes_in, changes_since
from annotate.views.question import shown_precedents
from commons.markdown import render_markdown
from commons.shapes import uuid_in
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def guideline(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Read the newest guideline and what changed; accepting it leads straight to work."""
    found = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    instructions = current_instructions(found)
    if instructions is None:
        raise Http404
    if request.method == "POST":
        read = found.instructions.filter(version=_number(request)).first()
        acknowledge_instructions(instructions=read or instructions, by=request.user)
        return start_work(request, campaign=found)
    accepted = Acknowledgement.objects.filter(person=request.user, instructions=instructions)
    before = accepted_before(instructions, request.user)
    named = uuid_in(request.GET.get("precedent"))
    context = {
        "campaign": found,
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline),
        "is_accepted": accepted.exists(),
        "is_running": found.state == CampaignState.RUNNING,
        "changes": changes_in(instructions, before) if before else None,
        "precedents": shown_precedents(precedents_with_guideline(found, named)),
        "named": named,
    }
    return render(request, "annotate/guideline.html", context)


def _number(request: AuthedRequest) -> int:
    """The version that was on the page: a newer one is still to be read."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


@login_required
@require_http_methods(["GET", "POST"])
def edit_guideline(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Write the next version; look at the difference; publish it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    newest = current_instructions(campaign)
    sent = request.POST if request.method == "POST" else None
    text = newest.guideline if newest else ""
    version = newest.version if newest else 0
    form = VersionForm(sent, initial={"text": text, "seen": version})
    asks = QuestionBuilder(sent, asked=asked_by(newest))
    context: dict[str, object] = {"campaign": campaign, "next": version + 1}
    if sent is not None and form.is_valid() and asks.is_valid():
        if "publish" in sent:
            try:
                made = publish(campaign, newest, form, asks, request)
            except AnnotateError as refused:
                form.add_error(None, str(refused))
                form.data = {**sent.dict(), "seen": str(version)}  # what is shown below is seen
            else:
                said = _("Version %(version)d is published.") % {"version": made.version}
                messages.success(request, said)
                return redirect("annotate:guideline_versions", uuid=uuid)
        context["changes"] = changes_since(
            newest, guideline=form.cleaned_data["text"], asked=asks.questions()
        )
    context |= {
        "form": form,
        "questions": asks,
        "preview": render_markdown(str(form["text"].value() or "")),
    }
    status = 422 if form.errors or (sent is not None and not asks.is_valid()) else 200
    return render(request, "annotate/guideline_edit.html", context, status=status)


def publish(
    campaign: Campaign,
    newest: Instructions | None,
    form: VersionForm,
    asks: QuestionBuilder,
    request: AuthedRequest,
) -> Instructions:
    return publish_instructions(
        campaign=campaign,
        guideline=form.cleaned_data["text"],
        form=form_with(asks.questions(), before=newest.form if newest else None),
        seen=form.cleaned_data["seen"],
        by=request.user,
    )


@login_required
@require_safe
def versions(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Every version: who made it and when, who accepted it, what was judged under it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    context = {"campaign": campaign, "versions": versions_of(campaign)}
    return render(request, "annotate/guideline_versions.html", context)


@login_required
@require_safe
def version(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """One version as it read, and what it changed."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    found = get_object_or_404(campaign.instructions.select_related("created_by"), version=number)
    before = version_before(found)
    context = {
        "campaign": campaign,
        "instructions": found,
        "guideline": render_markdown(found.guideline),
        "changes": changes_in(found, before) if before else None,
    }
    return render(request, "annotate/guideline_version.html", context)
