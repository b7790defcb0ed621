"""A lead lets the files of a dataset go, or has them made again."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotate.errors import AnnotateError
from annotate.forms.confirming import ConfirmForm
from annotate.selectors.snapshot import snapshots_of
from annotate.services.snapshot_removal import let_go_files, make_files_again
from annotate.tasks import freeze_requested_snapshots
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.leads import leads_only
from commons.nudges import nudge
from commons.stores import StoreError
from commons.translating import translated
from commons.views.requests import AuthedRequest


@leads_only
@require_http_methods(["GET", "POST"])
def let_go_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    page = reverse("annotate:dataset", args=[uuid])
    question = Question(
        title=_("Let the files of this dataset go?"),
        says=_(
            "Nobody can download them then, and no model can be trained on them. The list of what "
            "is in it, its manifest and its report stay, so the very same files can be made again, "
            "unless something in it is erased."
        ),
        yes=_("Let them go"),
        back=page,
        where=snapshot.get_kind_display(),
        counts=_("They weigh %(size)s.") % {"size": filesizeformat(snapshot.bytes)},
    )

    def do(form: Form) -> Done:
        let_go_files(snapshot=snapshot, by=request.user)
        return Done(_("The files are gone; the manifest stays."), page)

    return ask_and_do(request, question, do, touched=None, form_class=ConfirmForm)


@leads_only
@require_POST
def remake_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    try:
        make_files_again(snapshot=snapshot, by=request.user)
    except AnnotateError as refused:
        messages.error(request, str(refused))
    except StoreError as away:
        messages.error(request, translated(away))
    else:
        nudge(freeze_requested_snapshots)
    return redirect("annotate:dataset", uuid=uuid)
