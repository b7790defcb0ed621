"""A lead voids what one person judged since a day, after having seen what that touches."""

from datetime import UTC, datetime, time
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate.errors import AnnotateError
from annotate.forms.gold import VoidForm
from annotate.models import Campaign, Membership
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import members_of
from annotate.selectors.voiding import Reach, reach_of, run_of, voids_led_by, voids_of
from annotate.services.voiding_run import begin_undo, begin_void
from annotate.tasks import void_requested_work
from annotate.views.looks import note_person
from commons.nudges import nudge
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def void(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """The first POST previews; the second, which says how much the preview had, does it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    found = get_object_or_404(members_of(campaign), person__uuid=person)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return page(request, campaign, found, form, status=422 if form.is_bound else 200)
    since = datetime.combine(form.cleaned_data["since"], time(), tzinfo=UTC)
    reach = reach_of(campaign, found.person, since)
    if form.cleaned_data["seen"] != reach.judgements:
        return page(request, campaign, found, asking_again(form, reach), reach=reach)
    try:
        made = begin_void(
            campaign=campaign,
            person=found.person,
            since=since,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except AnnotateError as refused:
        form.add_error(None, str(refused))
        return page(request, campaign, found, form, status=422)
    if made.runs.exists():
        nudge(void_requested_work)
        messages.success(request, _("A worker voids it; how far it is stands below."))
        return redirect("annotate:void", uuid=uuid, person=person)
    count = made.counts["judgements"]
    said = ngettext("%(count)d judgement is void.", "%(count)d judgements are void.", count)
    messages.success(request, said % {"count": count})
    return redirect("annotate:void", uuid=uuid, person=person)


def asking_again(form: VoidForm, reach: Reach) -> VoidForm:
    """The same, to be said yes to; where something came meanwhile, what it is about by now."""
    return VoidForm(initial=form.cleaned_data | {"seen": reach.judgements})


def page(
    request: AuthedRequest,
    campaign: Campaign,
    membership: Membership,
    form: VoidForm,
    *,
    reach: Reach | None = None,
    status: int = 200,
) -> HttpResponse:
    note_person(request, membership.person, [campaign])
    context = {
        "campaign": campaign,
        "membership": membership,
        "form": form,
        "reach": reach,
        "voids": voids_of(campaign, membership.person),
    }
    return render(request, "annotate/void.html", context, status=status)


@login_required
@require_POST
def undo(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(voids_led_by(request.user), uuid=uuid)
    try:
        is_done = begin_undo(void=found, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        if is_done:
            messages.success(request, _("Undone: it counts again."))
        else:
            nudge(void_requested_work)
            messages.success(request, _("A worker undoes it; how far it is stands below."))
    return redirect("annotate:void", uuid=found.campaign.uuid, person=found.person.uuid)


@login_required
@require_safe
def progress(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far a worker is; the page is drawn anew when it is done."""
    found = get_object_or_404(voids_led_by(request.user), uuid=uuid)
    run = run_of(found)
    if run is None or run.is_over:
        return HttpResponseClientRefresh()
    return render(request, "annotate/_void_progress.html", {"void": found, "run": run})
