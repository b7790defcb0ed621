"""Putting answers in order."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.enums import Kind
from annotate.errors import AlreadySubmitted, AnnotateError, AssignmentClosed
from annotate.forms import RankingForm
from annotate.models import Assignment, Draft
from annotate.selectors.assignment import assignments_of, candidates_in_order
from annotate.services.ranking import submit_ranking
from annotate.views.assignment import start_work
from annotate.views.reading import blind_answers
from annotate.views.work_page import WORKABLE, conflicting_draft, draft_of, work_page
from commons.views.requests import AuthedRequest

CHANGED_ELSEWHERE = _("Another tab saved a different order. Submit again to keep the one here.")


@login_required
@require_http_methods(["GET", "POST"])
def rank(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    assignment = get_object_or_404(assignments_of(request.user), uuid=uuid, task__kind=Kind.RANK)
    form = RankingForm(data=request.POST or None, answers=assignment.order)
    if not form.is_valid():
        return _page(request, assignment, form)
    version = form.cleaned_data["version"]
    if theirs := conflicting_draft(assignment, version=version, posted=form.draft()):
        form.add_error(None, CHANGED_ELSEWHERE)
        return _page(request, assignment, form, theirs=theirs)
    try:
        submit_ranking(
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
    return start_work(request, campaign=assignment.task.campaign, kind=Kind.RANK)


def _page(
    request: AuthedRequest, assignment: Assignment, form: RankingForm, theirs: Draft | None = None
) -> HttpResponse:
    if assignment.state not in WORKABLE:
        messages.info(request, str(AssignmentClosed(assignment.get_state_display().lower())))
        return redirect("annotate:desk")
    draft = draft_of(assignment)
    work = assignment.task.campaign.works.get(kind=Kind.RANK)
    return work_page(
        request,
        "annotate/rank.html",
        assignment=assignment,
        form=form,
        theirs=theirs,
        answers=blind_answers(candidates_in_order(assignment), form),
        kept_draft=form.draft() if form.is_bound else draft and draft.body,
        asks_strength=work.strengths,
    )
