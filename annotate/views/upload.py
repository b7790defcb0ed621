"""Prompts by upload: a file comes, what it would bring is shown, a yes imports it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate.enums import Kind
from annotate.errors import AnnotateError, UploadTooLarge
from annotate.models import Upload
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.upload import batch_of, uploads_led_by
from annotate.services.upload import (
    AT_ONCE,
    LARGEST,
    MOST_ROWS,
    claim_upload,
    confirm_upload,
    drop_upload,
    import_upload,
    receive_upload,
)
from annotate.tasks import import_confirmed_uploads
from commons.markdown import render_markdown
from commons.nudges import nudge
from commons.runs import request_again
from commons.views.requests import AuthedRequest

AROUND = 64 * 1024  # bytes of a form around its file

View = Callable[..., HttpResponseBase]


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".jsonl,.ndjson,.json,.txt,.zip"}),
        help_text=gettext_lazy(
            "JSON lines, as UTF-8: one prompt a line, with its answers where there are any. With "
            "pictures, a zip file of both."
        ),
    )


def bounded(view: View) -> View:
    """Refuse a body that is too large before anything of it is read.

    The middleware against forged requests would read it first; so it is asked within.
    """
    protected = csrf_protect(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        said = request.META.get("CONTENT_LENGTH") or "0"
        if not said.isdigit() or int(said) > LARGEST + AROUND:
            context = {"why": str(UploadTooLarge(size=LARGEST))}
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            return render(request, "annotate/upload_refused.html", context, status=status)
        return protected(request, *args, **kwargs)

    return csrf_exempt(guarded)


@bounded
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Choose a file; nothing of it is imported yet."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    is_sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_sent else FileForm()
    if is_sent and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            made = receive_upload(
                campaign=campaign, name=file.name or "", chunks=file.chunks(), by=request.user
            )
        except AnnotateError as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("annotate:uploaded", uuid=made.uuid)
    context = {
        "campaign": campaign,
        "form": form,
        "most": LARGEST,
        "mib": LARGEST // 1024**2,
        "rows": MOST_ROWS,
    }
    return render(request, "annotate/upload.html", context, status=422 if is_sent else 200)


@login_required
@require_safe
def uploaded(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What a file would bring; later, how far its import is and what it brought."""
    found = get_object_or_404(uploads_led_by(request.user), uuid=uuid)
    checked = found.checked
    ranks = found.campaign.works.filter(kind=Kind.RANK).first()
    answers = ranks.answers if ranks else 0
    batch = batch_of(found) if found.is_over else None
    context = {
        "upload": found,
        "campaign": found.campaign,
        "checked": checked,
        "samples": [each | {"html": render_markdown(each["text"])} for each in checked["samples"]],
        "too_few": sum(prompts for each, prompts in checked["answers"] if each < answers),
        "wanted": answers,
        "unnamed": checked["turned_away"] - len(checked["refused"]),
        "report": batch.report if batch else None,
        "waits": found.confirmed_at is None,
    }
    return render(request, "annotate/uploaded.html", context)


@login_required
@require_POST
def import_it(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Say yes. A small file is imported at once, a larger one by a worker."""
    found = get_object_or_404(uploads_led_by(request.user), uuid=uuid)
    if confirm_upload(upload=found, by=request.user) or request_again(found):
        start(found)
    return redirect("annotate:uploaded", uuid=uuid)


def start(upload: Upload) -> None:
    if upload.total > AT_ONCE:
        nudge(import_confirmed_uploads)
    elif claimed := claim_upload(uuid=upload.uuid):
        import_upload(upload=claimed)


@login_required
@require_POST
def forget(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(uploads_led_by(request.user), uuid=uuid)
    drop_upload(upload=found)
    messages.info(request, _("Nothing was imported; the file is deleted."))
    return redirect("annotate:upload", uuid=found.campaign.uuid)


@login_required
@require_safe
def upload_progress(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far the import is; the page loads itself anew once it has ended."""
    found = get_object_or_404(uploads_led_by(request.user), uuid=uuid)
    if found.is_over:
        return HttpResponseClientRefresh()
    return render(request, "annotate/_upload_progress.html", {"upload": found})
