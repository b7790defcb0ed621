"""Pauses: a lead makes and answers them, the person reads why and says what they have to say."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate.enums import Appeal, PauseCause
from annotate.errors import AnnotateError
from annotate.forms.gold import AppealForm, PauseDecisionForm, PauseForm
from annotate.models import Pause
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import members_of
from annotate.selectors.pause import own_pauses, pauses_led_by, pauses_of, standing_of
from annotate.services.pause import appeal_pause, decide_pause, pause_member
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.looks import note_people, note_person
from commons.views.requests import AuthedRequest

PAGE = 50


@login_required
@require_safe
def pauses(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Who is or was paused in a campaign; appeals that wait come first."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    page = Paginator(pauses_of(campaign), PAGE).get_page(request.GET.get("page"))
    shown = [(each, numbers_of(each)) for each in page.object_list]
    note_people(request, [campaign])
    context = {"campaign": campaign, "page": page, "pauses": shown}
    return render(request, "annotate/pauses.html", context)


def numbers_of(pause: Pause) -> dict[str, int]:
    """The evidence in whole per cents; nothing where a lead decided without."""
    shares = ("agreement", "low", "high", "limit")
    found = pause.evidence
    if not all(name in found for name in (*shares, "items")):
        return {}
    return {name: round(100 * found[name]) for name in shares} | {"items": found["items"]}


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A lead reads the numbers and the appeal, and lifts the pause or upholds it."""
    pause = get_object_or_404(pauses_led_by(request.user), uuid=uuid)
    form = PauseDecisionForm(request.POST if request.method == "POST" else None)
    campaign = pause.membership.campaign
    if form.is_valid():
        try:
            decide_pause(
                pause=pause,
                decision=Appeal(form.cleaned_data["decision"]),
                answer=form.cleaned_data["answer"],
                by=request.user,
            )
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Decided; the person reads your answer on their desk."))
            return redirect("annotate:pauses", uuid=campaign.uuid)
    note_person(request, pause.membership.person, [campaign])
    context = {"pause": pause, "numbers": numbers_of(pause), "campaign": campaign, "form": form}
    context["others"] = standing_of([pause.membership]).exclude(pk=pause.pk)
    status = 422 if form.is_bound else 200
    return render(request, "annotate/pause_decide.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """A lead pauses somebody, and says why."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    found = get_object_or_404(members_of(campaign), person__uuid=person)
    name = found.person.display_name
    question = Question(
        title=_("Pause %(name)s?") % {"name": name},
        says=_(
            "They are given nothing more of this campaign until a lead lifts it. What is on their "
            "screen may be handed in, and what they judged stays and counts. They read the reason "
            "and may answer."
        ),
        yes=_("Pause"),
        back=reverse("annotate:member", args=[campaign.uuid, person]),
        where=campaign.name,
    )

    def act(form: forms.Form) -> Done:
        reason = form.cleaned_data["reason"]
        pause_member(membership=found, cause=PauseCause.LEAD, reason=reason, by=request.user)
        said = _("%(name)s is paused.") % {"name": name}
        return Done(said, reverse("annotate:pauses", args=[campaign.uuid]))

    return ask_and_do(request, question, act, touched=None, form_class=PauseForm)


@login_required
@require_http_methods(["GET", "POST"])
def pause(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Why one is paused, and what a lead answered; POST says what one has to say to it."""
    found = get_object_or_404(own_pauses(request.user), uuid=uuid)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            appeal_pause(pause=found, text=form.cleaned_data["text"])
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Sent: a lead reads it and answers here."))
            return redirect("annotate:pause", uuid=uuid)
    context = {
        "pause": found,
        "numbers": numbers_of(found),
        "campaign": found.membership.campaign,
        "others": standing_of([found.membership]).exclude(pk=found.pk),
        "form": form,
    }
    return render(request, "annotate/pause.html", context, status=422 if form.is_bound else 200)
