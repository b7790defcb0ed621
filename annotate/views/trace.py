"""From a row of a dataset to the judgement behind it, for those who lead all of its campaigns."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate.forms.trace import TraceForm
from annotate.selectors.snapshot import snapshots_of
from annotate.selectors.trace import trace
from annotate.views.leads import leads_only
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def row(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Which judgement a row is: its revision, its guideline, its rater's role; no name."""
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    form = TraceForm(request.GET)
    found = trace([snapshot], form.cleaned_data["id"]) if form.is_valid() else []
    status = 200 if form.is_valid() else 422
    if form.is_valid() and not found:
        status = 404
    context = {"snapshot": snapshot, "form": form, "found": found}
    return render(request, "annotate/trace.html", context, status=status)
