"""Writing an answer."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from annotate.enums import Kind
from annotate.errors import AlreadySubmitted, AnnotateError, AssignmentClosed
from annotate.forms import WritingForm
from annotate.models import Assignment, Draft
from annotate.selectors.assignment import assignments_of
from annotate.services.demonstration import submit_demonstration
from annotate.views.assignment import start_work
from annotate.views.work_page import WORKABLE, conflicting_draft, draft_of, work_page
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest

CHANGED_ELSEWHERE = _("Another tab saved a different text. Submit again to keep the one here.")


@login_required
@require_http_methods(["GET", "POST"])
def write(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    assignment = get_object_or_404(
        assignments_of(request.user), uuid=uuid, task__kind=Kind.DEMONSTRATE
    )
    form = WritingForm(request.POST or None, initial=_kept_text(assignment))
    if not form.is_valid():
        return _page(request, assignment, form)
    version = form.cleaned_data["version"]
    if theirs := conflicting_draft(assignment, version=version, posted=form.draft()):
        form.add_error(None, CHANGED_ELSEWHERE)
        return _page(request, assignment, form, theirs=theirs)
    try:
        submit_demonstration(
            assignment=assignment,
            answer=form.answer(),
            by=request.user,
            key=form.cleaned_data["key"],
        )
    except (AlreadySubmitted, AssignmentClosed) as closed:
        messages.info(request, str(closed))
        return redirect("annotate:desk")
    except AnnotateError as refused:
        form.add_error(None, str(refused))
        return _page(request, assignment, form)
    return start_work(request, campaign=assignment.task.campaign, kind=Kind.DEMONSTRATE)


def _page(
    request: AuthedRequest, assignment: Assignment, form: WritingForm, theirs: Draft | None = None
) -> HttpResponse:
    if assignment.state not in WORKABLE:
        messages.info(request, str(AssignmentClosed(assignment.get_state_display().lower())))
        return redirect("annotate:desk")
    form.fields["text"].widget.attrs |= {
        "autofocus": True,
        "hx-post": reverse("annotate:preview"),
        "hx-trigger": "input changed delay:350ms",
        "hx-target": "#preview",
        "hx-sync": "this:replace",
    }
    return work_page(
        request,
        "annotate/write.html",
        assignment=assignment,
        form=form,
        theirs=theirs,
        preview=render_markdown(str(form["text"].value() or "")),
    )


def _kept_text(assignment: Assignment) -> dict[str, object]:
    draft = draft_of(assignment)
    return {"text": draft.body.get("text", "")} if draft else {}


@login_required
@require_POST
def preview(request: AuthedRequest) -> HttpResponse:
    """What a text will look like: the renderer that readers' pages use."""
    return HttpResponse(render_markdown(request.POST.get("text", "")))
