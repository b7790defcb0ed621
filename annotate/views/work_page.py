"""What the writing and the ranking page have in common."""

from http import HTTPStatus
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from annotate.enums import AssignmentState, SkipReason
from annotate.forms import SubmissionForm
from annotate.models import Assignment, Draft
from annotate.selectors.campaign import current_instructions
from annotate.services.assignment import show_assignment
from annotate.views.reading import conversation
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest

WORKABLE = (AssignmentState.OPEN, AssignmentState.EXPIRED)  # a late submission is kept too


def draft_of(assignment: Assignment) -> Draft | None:
    """The draft that was loaded with the assignment, if there is one."""
    return getattr(assignment, "draft", None)


def conflicting_draft(
    assignment: Assignment, *, version: int, posted: dict[str, object] | None
) -> Draft | None:
    """A draft that another tab kept after this page was drawn, and that says something else."""
    draft = draft_of(assignment)
    if draft is None or draft.version == version or not posted:
        return None
    same = all(draft.body.get(name) == said for name, said in posted.items())
    return None if same else draft


def work_page(
    request: AuthedRequest,
    template: str,
    *,
    assignment: Assignment,
    form: SubmissionForm,
    theirs: Draft | None = None,
    **more: object,
) -> HttpResponse:
    """Draw the page of one item. ``theirs`` is another tab's draft that the person must weigh."""
    task, draft = assignment.task, draft_of(assignment)
    assignment.expires_at = show_assignment(assignment=assignment)
    instructions = assignment.instructions or current_instructions(task.campaign)
    posted = form.data.get("version") if form.is_bound else None
    context = {
        "assignment": assignment,
        "campaign": task.campaign,
        "campaign_url": reverse("annotate:campaign", args=[task.campaign.uuid]),
        "kind_label": task.get_kind_display(),
        "tags": [tag for tag in (task.prompt.skill, task.prompt.language) if tag],
        "turns": conversation(task.prompt.messages),
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline) if instructions else "",
        "draft": draft,
        "draft_version": draft.version if draft else 0,
        "version_of_page": posted or (draft.version if draft else 0),
        "draft_url": reverse("annotate:api:draft", args=[assignment.uuid]),
        "skip_url": reverse("annotate:skip", args=[assignment.uuid]),
        "skip_reasons": SkipReason.choices,
        "is_late": assignment.state == AssignmentState.EXPIRED,
        "key": uuid4(),
        "theirs": theirs,
        "form": form,
    }
    return render(request, template, context | more, status=_status(form, theirs))


def _status(form: SubmissionForm, theirs: Draft | None) -> HTTPStatus:
    if theirs is not None:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK


def page_of(assignment: Assignment) -> HttpResponse:
    """Go to the page where this item is worked on."""
    return redirect(f"annotate:{assignment.task.kind}", uuid=assignment.uuid)
