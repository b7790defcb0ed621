"""Machines that judge in a campaign, as its leads see, add, rename, pause and end them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotate.enums import MachineSilence, MachineWay
from annotate.errors import AnnotateError, MachineNameTaken
from annotate.forms.machine import MachineForm, NewMachineForm
from annotate.models import Campaign, MachineJudge
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.machine import machines_led_by, silences_of
from annotate.services.machine import (
    add_machine,
    change_machine,
    end_machine,
    start_machine,
    stop_machine,
)
from annotate.templatetags.laurel import address_if_there
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.machine_table import table_of
from annotate.views.tables import file_asked_for
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def machines(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Those of a campaign; POST sets one up of which a program hands in what it says."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = NewMachineForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _add(request, campaign, form)):
        messages.success(request, _("It may judge from now on."))
        return redirect("annotate:machine", uuid=made.uuid)
    table = table_of(campaign)
    if file := file_asked_for(request, [table], [campaign]):
        return file
    context = {
        "campaign": campaign,
        "form": form,
        "table": table.addressed(request),
        "panels": _panels(campaign),
    }
    return render(request, "annotate/machines.html", context, status=422 if form.is_bound else 200)


def _add(request: AuthedRequest, campaign: Campaign, form: NewMachineForm) -> MachineJudge | None:
    """None where it is refused; the form says why."""
    try:
        return add_machine(
            campaign=campaign,
            name=form.cleaned_data["name"],
            way=MachineWay.PROGRAM,
            share=form.cleaned_data["share"],
            by=request.user,
            setup=form.made_of,
        )
    except MachineNameTaken as taken:
        form.add_error("name", str(taken))
        return None


def _panels(campaign: Campaign) -> list[str]:
    """Where other apps let machines of theirs judge in this campaign."""
    asked = urlencode({"campaign": str(campaign.uuid)})
    there = [found for name in settings.MACHINE_PANELS for found in address_if_there(name)]
    return [f"{address}?{asked}" for address in there]


@login_required
@require_http_methods(["GET", "POST"])
def machine(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What one is and how far it is; POST changes its name and its share."""
    judge = get_object_or_404(machines_led_by(request.user), uuid=uuid)
    posted = request.POST if request.method == "POST" else None
    form = MachineForm(posted, initial={"name": judge.name, "share": judge.share})
    if form.is_valid():
        try:
            change_machine(judge=judge, by=request.user, **form.cleaned_data)
        except MachineNameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, _("Saved."))
            return redirect("annotate:machine", uuid=uuid)
    context = {
        "machine": judge,
        "campaign": judge.campaign,
        "form": form,
        "made_of": list(_made_of(judge.setup).items()),
        "judged": judge.verdicts.filter(silence="").count(),
        "silent": [(MachineSilence(why).label, n) for why, n in silences_of(judge).items()],
        "is_of_program": judge.way == MachineWay.PROGRAM,
    }
    return render(request, "annotate/machine.html", context, status=422 if form.is_bound else 200)


def _made_of(setup: Mapping[str, Any]) -> dict[str, str]:
    """What it is, in the words of whoever set it up."""
    labels = {
        "model": _("Model"),
        "version": _("Version"),
        "wording": _("Wording"),
        "learned_from": _("Dataset that it learned from"),
        "server": _("Server"),
        "temperature": _("Temperature"),
        "seed": _("Seed"),
        "max_new_tokens": _("Tokens of a reply at most"),
    }
    told = {name: said for name, said in setup.items() if said not in ("", None)}
    return {str(labels.get(name, name)): str(said) for name, said in told.items()}


@login_required
@require_POST
def stop(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Nothing more is taken from it until it is started again."""
    judge = get_object_or_404(machines_led_by(request.user), uuid=uuid)
    stop_machine(judge=judge, by=request.user)
    messages.success(request, _("It is paused; what it said stays."))
    return redirect("annotate:machine", uuid=uuid)


@login_required
@require_POST
def start(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    judge = get_object_or_404(machines_led_by(request.user), uuid=uuid)
    try:
        start_machine(judge=judge, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It may judge again."))
    return redirect("annotate:machine", uuid=uuid)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Stop it for good."""
    judge = get_object_or_404(machines_led_by(request.user), uuid=uuid)
    there = reverse("annotate:machines", args=[judge.campaign.uuid])
    question = Question(
        title=_("End %(name)s?") % {"name": judge.name},
        says=_(
            "It judges nothing more, for good. What it said stays, in the figures and wherever a "
            "dataset names it. To stop it for a while, pause it."
        ),
        yes=_("End it"),
        back=reverse("annotate:machine", args=[uuid]),
        where=judge.name,
        is_grave=True,
    )

    def act(form: forms.Form) -> Done:
        end_machine(judge=judge, by=request.user)
        return Done(_("%(name)s has ended.") % {"name": judge.name}, there)

    return ask_and_do(request, question, act, touched=None, form_class=forms.Form)
