"""Tests that give a skill: leads make them, people take them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.enums import AttemptState
from annotate.errors import AnnotateError, GuidelineNotAcknowledged
from annotate.forms.gold import QualificationForm
from annotate.models import Qualification
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.care import covered_prompts
from annotate.selectors.gold import golds_of
from annotate.selectors.qualification import (
    attempts_of,
    qualifications_led_by,
    qualifications_of,
    tests_for,
    turns_of_attempt,
)
from annotate.services.attempt import begin_attempt, take_test_item
from annotate.services.qualification import change_test, make_test
from annotate.views.assignment import page_of
from annotate.views.looks import note_people
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def qualifications(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The tests of a campaign; POST makes another."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = QualificationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = make_test(campaign=campaign, by=request.user, **form.cleaned_data)
        except AnnotateError as refused:
            form.add_error("skill", str(refused))
        else:
            said = _("The test for “%(skill)s” is made; mark items for it now.")
            messages.success(request, said % {"skill": made.skill})
            return redirect("annotate:qualification", uuid=made.uuid)
    context = {"campaign": campaign, "tests": qualifications_of(campaign), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "annotate/qualifications.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def qualification(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One test: its terms, its items, who took it."""
    test = get_object_or_404(qualifications_led_by(request.user), uuid=uuid)
    form = QualificationForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(test, name) for name in QualificationForm.base_fields},
    )
    form.fields["skill"].disabled = True  # people hold it by this name
    if form.is_valid():
        terms = {name: said for name, said in form.cleaned_data.items() if name != "skill"}
        change_test(qualification=test, by=request.user, **terms)
        messages.success(
            request, _("Saved; attempts that are open keep the terms they began with.")
        )
        return redirect("annotate:qualification", uuid=uuid)
    items = list(golds_of(test.campaign).filter(qualification=test))
    note_people(request, [test.campaign])
    context = {
        "campaign": test.campaign,
        "test": test,
        "form": form,
        "golds": items,
        "covered": covered_prompts(
            request.user, [(test.campaign_id, each.task.prompt) for each in items]
        ),
        "taken": test.taken.select_related("person").order_by("-pk")[:100],
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotate/qualification.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def test(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How a person stands with a test; POST begins an attempt, or goes on with it."""
    found = get_object_or_404(tests_for(request.user), uuid=uuid)
    if request.method == "POST":
        return go_on(request, found)
    taken = list(attempts_of(found, request.user))
    running = taken[0] if taken and taken[0].state == AttemptState.OPEN else None
    done = turns_of_attempt(running).exclude(state="open").count() if running else 0
    context = {
        "test": found,
        "campaign": found.campaign,
        "taken": taken,
        "running": running,
        "done": done,
        "left": max(found.attempts - len(taken), 0),
    }
    return render(request, "annotate/test.html", context)


def go_on(request: AuthedRequest, found: Qualification) -> HttpResponse:
    try:
        attempt = begin_attempt(qualification=found, by=request.user)
        turn = take_test_item(attempt=attempt, by=request.user)
    except GuidelineNotAcknowledged:
        return redirect("annotate:guideline", uuid=found.campaign.uuid)
    except AnnotateError as refused:
        messages.info(request, str(refused))
        return redirect("annotate:test", uuid=found.uuid)
    return page_of(turn) if turn else redirect("annotate:test", uuid=found.uuid)
