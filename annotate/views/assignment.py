"""Taking an item, passing it on, giving it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotate.enums import Kind, SkipReason
from annotate.errors import AnnotateError, GuidelineNotAcknowledged
from annotate.forms import SkipForm, StartForm
from annotate.models import Campaign
from annotate.selectors.assignment import assignments_of, open_assignments_of
from annotate.selectors.campaign import campaigns_of
from annotate.services.assignment import release_assignment, skip_assignment, take_assignment
from annotate.views.work_page import page_of
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


def start_work(
    request: AuthedRequest, *, campaign: Campaign | None = None, kind: Kind | None = None
) -> HttpResponse:
    """Go to the next item, or say why there is none.

    An item that was leased and never seen comes first: a double click must not fill both seats.
    """
    unseen = open_assignments_of(request.user).filter(shown_at__isnull=True)
    if campaign is not None:
        unseen = unseen.filter(task__campaign=campaign)
    if kind is not None:
        unseen = unseen.filter(task__kind=kind)
    try:
        assignment = unseen.first() or take_assignment(
            by=request.user, campaign=campaign, kind=kind
        )
    except GuidelineNotAcknowledged as unread:
        unread_campaign = get_object_or_404(campaigns_of(request.user), name=unread.campaign)
        return redirect("annotate:guideline", uuid=unread_campaign.uuid)
    except AnnotateError as refused:
        messages.info(request, str(refused))
        return redirect("annotate:desk")
    return page_of(assignment)


@login_required
@require_POST
def skip(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Give up an item for a reason and go to the next one like it."""
    assignment = get_object_or_404(assignments_of(request.user), uuid=uuid)
    form = SkipForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why you skip it; then it reaches the right person."))
        return page_of(assignment)
    try:
        skip_assignment(
            assignment=assignment,
            reason=SkipReason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"],
            by=request.user,
        )
    except AnnotateError as refused:
        messages.error(request, str(refused))
        return redirect("annotate:desk")
    task = assignment.task
    return start_work(request, campaign=task.campaign, kind=Kind(task.kind))


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
