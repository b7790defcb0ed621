"""The draft of a review, as the page keeps it and asks for it."""

from http import HTTPStatus
from json import JSONDecodeError
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.errors import AnnotateError, DraftConflict
from annotate.forms.review import ReviewDraftForm
from annotate.models import Review, ReviewDraft
from annotate.selectors.review import reviews_of
from annotate.services.review_draft import save_review_draft
from annotate.views.review import reviewers_only
from commons.views.requests import AuthedRequest


@reviewers_only
@require_http_methods(["GET", "PUT"])
def review_draft(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Keep a draft made from ``version``. 409 brings the other text and its version."""
    review = get_object_or_404(reviews_of(request.user), uuid=uuid)
    return keep(request, review) if request.method == "PUT" else kept(request, review)


def kept(request: AuthedRequest, review: Review) -> JsonResponse:
    draft = ReviewDraft.objects.filter(review=review, reviewer=request.user).first()
    if draft is None:
        raise Http404
    said = {"version": draft.version, "content": draft.body, "saved_at": draft.saved_at}
    return JsonResponse(said)


def keep(request: AuthedRequest, review: Review) -> JsonResponse:
    form = sent_draft(request)
    if form is None or not form.is_valid():
        return JsonResponse({"detail": _("This is no draft.")}, status=HTTPStatus.BAD_REQUEST)
    said = form.cleaned_data
    try:
        draft = save_review_draft(
            review=review, body=said["content"], version=said["version"], by=request.user
        )
    except DraftConflict as conflict:
        return JsonResponse({"detail": str(conflict), **conflict.facts}, status=conflict.status)
    except AnnotateError as refused:
        return JsonResponse({"detail": str(refused)}, status=refused.status)
    return JsonResponse({"version": draft.version, "saved_at": draft.saved_at})


def sent_draft(request: AuthedRequest) -> ReviewDraftForm | None:
    try:
        said = orjson.loads(request.body)
    except JSONDecodeError:
        return None
    return ReviewDraftForm(said) if isinstance(said, dict) else None
