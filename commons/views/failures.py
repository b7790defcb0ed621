"""What is answered where no view could: below ``/api/`` a problem document, elsewhere a page."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from commons.problems import CONTENT_TYPE, problem_body

API = "/api/"
Page = Callable[..., HttpResponse]


def failure(page: Page, *, status: int, kind: str, detail: str) -> Page:
    """Django's own page for this failure, and its problem document for programs."""

    def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        if request.path_info.startswith(API):
            body = problem_body(status=status, kind=kind, detail=detail)
            return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
        return page(request) if exception is None else page(request, exception)

    return answer


def under_policy(page: Page) -> Page:
    """Also where the request has not come as far as the middleware that says what may be loaded.

    A host that is not ours is refused before it where everything has to be asked over TLS.
    """

    def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        said = page(request, exception)
        CSPMiddleware(lambda _: said)(request)
        return said

    return answer


bad_request = under_policy(
    failure(
        defaults.bad_request,
        status=400,
        kind="bad-request",
        detail="The request itself is not in order; look at its address and headers.",
    )
)
permission_denied = failure(
    defaults.permission_denied,
    status=403,
    kind="permission-denied",
    detail="Your role does not allow this.",
)
not_found = failure(
    defaults.page_not_found,
    status=404,
    kind="not-found",
    detail="There is no such thing here, or it is not yours to see.",
)
server_error = failure(
    defaults.server_error,
    status=500,
    kind="internal-error",
    detail="That is a fault of ours and was logged; it does no harm to send the request again "
    "with the same key.",
)
