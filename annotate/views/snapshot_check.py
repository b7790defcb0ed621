"""What a lead does with a check once its report is read: write the files, or let it go."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from annotate.selectors.snapshot import snapshots_of
from annotate.services.snapshot import write_checked
from annotate.services.snapshot_check import discard_checked
from annotate.tasks import freeze_requested_snapshots
from annotate.views.leads import leads_only
from commons.nudges import nudge
from commons.views.requests import AuthedRequest


@leads_only
@require_POST
def write_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    if write_checked(snapshot=snapshot, by=request.user):
        nudge(freeze_requested_snapshots)
    return redirect("annotate:dataset", uuid=uuid)


@leads_only
@require_POST
def discard_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    if not discard_checked(snapshot=snapshot, by=request.user):
        messages.warning(request, _("Only a check that has ended can be discarded."))
        return redirect("annotate:dataset", uuid=uuid)
    messages.success(request, _("The check is discarded."))
    return redirect("annotate:datasets")
