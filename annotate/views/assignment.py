"""Taking an item, passing it on, giving it back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotate.enums import Kind, SkipReason
from annotate.errors import AnnotateError, GuidelineNotAcknowledged
from annotate.forms.assignment import SkipForm, StartForm
from annotate.models import Assignment, Campaign
from annotate.selectors.assignment import assignments_of
from annotate.selectors.campaign import campaigns_of
from annotate.selectors.conversation import conversation_with
from annotate.selectors.gold import told_result
from annotate.selectors.qualification import qualification_of_item
from annotate.services.assignment import key_of_next, take_other_work
from annotate.services.returning import give_back_unseen_turns
from annotate.services.set_aside import take_set_aside
from annotate.services.turn import release_assignment, skip_assignment
from commons.views.requests import AuthedRequest


@login_required
@require_POST
def take(request: AuthedRequest) -> HttpResponse:
    """Lease the next item, of one campaign and kind where they are named, and go to it."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return redirect("annotate:desk")
    uuid, kind = form.cleaned_data["campaign"], form.cleaned_data["kind"]
    campaign = get_object_or_404(campaigns_of(request.user), uuid=uuid) if uuid else None
    return start_work(request, campaign=campaign, kind=Kind(kind) if kind else None)


@login_required
@require_POST
def resume(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Go on with an item that is set aside for one, and no other."""
    turn = get_object_or_404(assignments_of(request.user), uuid=uuid)
    return go_to(request, lambda: take_set_aside(by=request.user, turn=turn))


def start_work(
    request: AuthedRequest,
    *,
    campaign: Campaign | None = None,
    kind: Kind | None = None,
    key: UUID | None = None,
) -> HttpResponseRedirect:
    """Go to the next item, or say why there is none."""
    return go_to(
        request, lambda: take_other_work(by=request.user, campaign=campaign, kind=kind, key=key)
    )


def go_to(request: AuthedRequest, take_one: Callable[[], Assignment]) -> HttpResponseRedirect:
    """Go to the item that is taken so, or say why there is none."""
    try:
        assignment = take_one()
    except GuidelineNotAcknowledged as unread:
        unread_campaign = get_object_or_404(campaigns_of(request.user), name=unread.campaign)
        return redirect("annotate:guideline", uuid=unread_campaign.uuid)
    except AnnotateError as refused:
        messages.info(request, str(refused))
        return redirect("annotate:desk")
    return page_of(assignment)


def page_of(assignment: Assignment) -> HttpResponseRedirect:
    """Go to the page where this item is worked on."""
    return redirect(f"annotate:{assignment.task.kind}", uuid=assignment.uuid)


def next_like(
    request: AuthedRequest, done: Assignment, *, after: UUID | None
) -> HttpResponseRedirect:
    """Go on with an item of the same campaign and kind, or home where only that was asked for.

    ``after`` is the key of the request that did it: sent again, it leads to the same item.
    """
    if there := after_check(request, done):
        return redirect(there)
    if request.POST.get("stay"):
        give_back_unseen_turns(of=request.user)
        return redirect("annotate:desk")
    if talk := conversation_with(done):
        return redirect("annotate:talk", uuid=talk)
    campaign, kind = done.task.campaign, Kind(done.task.kind)
    return start_work(request, campaign=campaign, kind=kind, key=key_of_next(after))


def after_check(request: AuthedRequest, done: Assignment) -> str:
    """Where what trains or tests people leads to; nowhere for all else."""
    if done.task.round > 0:
        return ""
    if test := qualification_of_item(done):
        return reverse("annotate:test", args=[test.uuid])
    if told_result(request.user, done.pk):
        return reverse("annotate:told", args=[done.uuid])
    return ""


def sent_by_script(request: HttpRequest) -> bool:
    """Whether a script of ours sent the form and waits for the answer."""
    return request.headers.get("Accept") == "application/json"


def lead_on(
    request: HttpRequest, there: HttpResponseRedirect, *, kept: bool = True
) -> HttpResponse:
    """Lead to another page. A script is told where it is, for it cannot see a redirect's end.

    ``kept``: what was sent is with the server, and the browser need not keep it.
    """
    return JsonResponse({"go": there.url, "kept": kept}) if sent_by_script(request) else there


@login_required
@require_POST
def skip(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Give up an item for a reason and go to the next one like it."""
    assignment = get_object_or_404(assignments_of(request.user), uuid=uuid)
    form = SkipForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why you skip it; then it reaches the right person."))
        return lead_on(request, page_of(assignment), kept=False)
    try:
        skip_assignment(
            assignment=assignment,
            reason=SkipReason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"],
            by=request.user,
            key=form.cleaned_data["key"],
        )
    except AnnotateError as refused:
        messages.error(request, str(refused))
        return lead_on(request, redirect("annotate:desk"), kept=False)
    return lead_on(request, next_like(request, assignment, after=form.cleaned_data["key"]))


@login_required
@require_POST
def release(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Give an item back unfinished; somebody else gets it."""
    assignment = get_object_or_404(assignments_of(request.user), uuid=uuid)
    try:
        release_assignment(assignment=assignment, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Given back; it goes to somebody else."))
    return redirect("annotate:desk")
