"""The next item is loaded while the one before it is read, so that it is there at once.

It is leased and drawn, and not seen yet: its clock starts when its page says that it is shown.
"""

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from annotate.enums import AssignmentState, Kind
from annotate.errors import AnnotateError
from annotate.forms.assignment import AheadForm, SeenForm
from annotate.models import Assignment
from annotate.selectors.assignment import assignments_of
from annotate.selectors.submission import TOLD_AFTERWARDS
from annotate.services.assignment import take_like
from annotate.services.turn import extend_assignment
from annotate.views.assignment import page_of
from annotate.views.demonstration import Writing
from annotate.views.ranking import Ordering
from commons.views.requests import AuthedRequest

PAGES: dict[Kind, type[Ordering | Writing]] = {Kind.RANK: Ordering, Kind.DEMONSTRATE: Writing}
NOTHING = HTTPStatus.NO_CONTENT
ENDED_BY_ITS_PERSON = {
    AssignmentState.SUBMITTED,
    AssignmentState.SKIPPED,
    AssignmentState.RELEASED,
}
OVER: dict[str, None] = {"expires_at": None, "version": None}  # no draft has it: a page looks anew


@gzip_page
@login_required
@require_POST
def ahead(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Lease the item that comes after this one, and draw its page; nothing where there is none.

    The key is the one that this item will be handed in under, so that handing it in leads to the
    same next item.
    """
    at = get_object_or_404(assignments_of(request.user), uuid=uuid)
    form = AheadForm(request.POST)
    kind = Kind(at.task.kind)
    if not form.is_valid() or kind not in PAGES or not is_on_screen(at):
        return HttpResponse(status=NOTHING)
    key = form.cleaned_data["key"]
    try:
        taken = take_like(by=request.user, campaign=at.task.campaign_id, kind=kind, after=key)
    except AnnotateError:
        return HttpResponse(status=NOTHING)  # it is said when the person gets there
    return page_ahead(request, taken, kind)


def is_on_screen(turn: Assignment) -> bool:
    """And what comes after it is the next item: after training, and in a test, it is not."""
    is_told = turn.task.round == 0 and turn.task.lane.purpose in TOLD_AFTERWARDS
    return turn.state == AssignmentState.OPEN and turn.shown_at is not None and not is_told


def page_ahead(request: AuthedRequest, taken: Assignment, kind: Kind) -> HttpResponse:
    """What another tab has shown already may have changed there: it is opened anew."""
    item = assignments_of(request.user).get(pk=taken.pk)
    if item.state != AssignmentState.OPEN or item.shown_at is not None:
        return HttpResponse(status=NOTHING)
    page = PAGES[kind]()
    page.setup(request, uuid=item.uuid)
    return JsonResponse({"go": page_of(item).url, "page": page.drawn_ahead(item)})


@login_required
@require_POST
def seen(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Say that an item that was loaded ahead is on the screen: its clock starts.

    A lease that ended meanwhile and was given anew has another order. What its person has ended
    before this arrived is no conflict: it was worked on faster than it could be said to be seen.
    """
    item = get_object_or_404(assignments_of(request.user), uuid=uuid)
    form = SeenForm(request.POST)
    if not form.is_valid() or form.cleaned_data["shuffle"] != item.seed:
        return HttpResponse(status=HTTPStatus.CONFLICT)
    try:
        until = extend_assignment(assignment=item, by=request.user)
    except AnnotateError as ended:
        item.refresh_from_db(fields=["state"])
        is_done = item.state in ENDED_BY_ITS_PERSON
        return JsonResponse(OVER) if is_done else HttpResponse(status=ended.status)
    draft = getattr(item, "draft", None)
    return JsonResponse({"expires_at": until, "version": draft.version if draft else 0})
