"""What a lead does with a check once its report is read: write the files, or let it go."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotate.enums import Purpose
from annotate.errors import CheckGone
from annotate.forms.confirming import ConfirmForm
from annotate.selectors.snapshot import snapshots_of
from annotate.services.snapshot import write_checked
from annotate.services.snapshot_check import discard_checked
from annotate.tasks import freeze_requested_snapshots
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.leads import leads_only
from commons.models import RunState
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
@require_http_methods(["GET", "POST"])
def discard_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    page = reverse("annotate:dataset", args=[uuid])
    if (snapshot.purpose, snapshot.state) != (Purpose.CHECK, RunState.DONE):
        return _too_late(request, page)
    question = Question(
        title=_("Discard this check?"),
        says=_(
            "Its report and its list of members go for good. What was judged stays; a later check "
            "takes whatever counts then."
        ),
        yes=_("Discard it"),
        back=page,
        where=snapshot.get_kind_display(),
        counts=ngettext(
            "One judgement or prompt was looked at.",
            "%(members)s judgements or prompts were looked at.",
            snapshot.total,
        )
        % {"members": number_format(snapshot.total, force_grouping=True)},
        is_grave=True,
    )

    def do(form: Form) -> Done:
        if discard_checked(snapshot=snapshot, by=request.user):
            return Done(_("The check is discarded."), reverse("annotate:datasets"))
        raise CheckGone

    return ask_and_do(request, question, do, touched=None, form_class=ConfirmForm)


def _too_late(request: AuthedRequest, page: str) -> HttpResponse:
    messages.warning(request, str(CheckGone()))
    return redirect(page)
