"""A picture of a prompt, to whoever may see the prompt."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from annotate.pictures import ENDINGS
from annotate.selectors.picture import pictures_seen_by
from annotate.services.picture import picture_bytes
from commons.stores import StoreError
from commons.translating import translated
from commons.views.requests import AuthedRequest

DAY = 24 * 3600
# A browser that is led here runs nothing, whatever it takes the bytes for. It shows a picture by a
# page and styles of its own, which want to be let in.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
        "sandbox"
    ),
    "Cache-Control": f"private, max-age={DAY}, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@login_required
@require_safe
def picture(request: AuthedRequest, sha256: str) -> HttpResponse:
    found = get_object_or_404(pictures_seen_by(request.user), sha256=sha256)
    try:
        data = picture_bytes(found)
    except FileNotFoundError as gone:
        raise Http404 from gone
    except StoreError as away:
        said = translated(away)
        return HttpResponse(
            said,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            content_type="text/plain; charset=utf-8",
        )
    name = f"picture.{ENDINGS[found.type]}"
    headers = HEADERS | {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type=found.type, headers=headers)
