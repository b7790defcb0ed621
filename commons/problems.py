"""Every error of the API is a problem document (RFC 9457): type, title, status, detail.

{"type": "urn:laurel:invalid-input", "title": "Invalid input", "status": 400,
 "detail": "Some fields are not as they must be; …",
 "errors": [{"field": "tiers.0", "detail": "This list may not be empty.", "remedy": "…"}]}
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import (
    APIException,
    ErrorDetail,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from commons.errors import Refusal
from commons.stores import StoreError
from commons.translating import translated

CONTENT_TYPE = "application/problem+json"
MOST_ERRORS = 100  # that one document names: nobody mends more before sending again
MINUTE = 60  # seconds: after that the count begins anew
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After")

# What helps against an error of a field, where its own words do not say it.
REMEDIES = {
    "required": "Add this field.",
    "null": "Give it a value, or leave the field out where it is optional.",
    "blank": "Write something into it.",
    "empty": "Put at least one thing into it.",
    "invalid_choice": "Use one of the values that the API's documentation lists.",
    "not_a_list": "Put it in square brackets, even if there is only one.",
    "not_a_dict": "Send an object, in braces.",
    "invalid": "Send what the API's documentation asks for here.",
    "max_length": "Shorten it.",
    "min_length": "Make it longer.",
    "max_value": "Send a smaller number.",
    "min_value": "Send a larger number.",
    "max_items": "Send fewer of them.",
    "too_many": "Send them in several requests.",
    "null_characters_not_allowed": "Remove the character U+0000.",
    "surrogate_characters_not_allowed": "Write the whole character, not half of its pair.",
    "two_keys": "Send one of the two.",
    "body_is_no_json": "Send JSON in UTF-8.",
    "body_too_deep": "Flatten it.",
    "body_too_large": "Send less at once.",
}

# What is to be done about an error that the framework found, in place of its own words.
WORDS: dict[type[Exception], str] = {
    Http404: "There is no such thing here, or it is not yours to see.",
    NotAuthenticated: "Log in first, or send a token: “Authorization: Bearer laurel_…”.",
    UnsupportedMediaType: "Send JSON, and say so: “Content-Type: application/json”.",
    NotAcceptable: "The answer is JSON: accept application/json.",
}


def problem(
    *, status: int, kind: str, detail: str, errors: list[dict[str, str]] | None = None
) -> Response:
    """One problem document. ``errors`` names each field, what is wrong with it and what helps."""
    body = problem_body(status=status, kind=kind, detail=detail)
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_body(*, status: int, kind: str, detail: str) -> dict[str, object]:
    return {
        "type": f"urn:laurel:{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
    }


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals, a store that is away and framework errors alike become
    problem documents.

    Anything else is a bug: it goes on to Django, which logs it, and to the page for it, which
    is a problem document below ``/api/`` too (``commons.views.failures``).
    """
    if isinstance(exc, Refusal):
        return refused(exc)
    if isinstance(exc, StoreError):  # nobody's mistake: asked again, it may go
        return problem(status=503, kind=_kebab(type(exc).__name__), detail=translated(exc))
    answer = exception_handler(exc, context)  # sets rollback and the standard headers
    if answer is None:
        return None
    if isinstance(exc, ValidationError):
        found = invalid(exc)
    else:
        found = problem(
            status=answer.status_code, kind=_kind(exc), detail=_detail(exc), errors=_of_body(exc)
        )
    for name in KEPT_HEADERS:
        if name in answer.headers:
            found[name] = answer.headers[name]
    return found


def refused(refusal: Refusal) -> Response:
    """What a rule said, with the field that it is about where the refusal knows it."""
    detail, about = str(refusal), {"field": refusal.field, "remedy": refusal.remedy}
    entry = {"detail": detail, **{name: said for name, said in about.items() if said}}
    kind = _kebab(type(refusal).__name__)
    errors = [entry] if len(entry) > 1 else None
    found = problem(status=refusal.status, kind=kind, detail=detail, errors=errors)
    found.data.update(refusal.facts)
    return found


def invalid(exc: ValidationError) -> Response:
    found = _field_errors(exc.detail)
    errors, more = list(islice(found, MOST_ERRORS)), sum(1 for _ in found)
    detail = "Some fields are not as they must be; mend them and send again."
    if more:
        detail += f" The first {MOST_ERRORS} are named here; there are {more} more."
    return problem(status=400, kind="invalid-input", detail=detail, errors=errors)


def _kind(exc: Exception) -> str:
    if isinstance(exc, Http404):
        return "not-found"
    return _kebab(type(exc).__name__)


def _detail(exc: Exception) -> str:
    words = next((said for kind, said in WORDS.items() if isinstance(exc, kind)), "")
    if words:
        return words
    if isinstance(exc, Throttled):
        return f"You asked too often; wait {getattr(exc, 'wait', MINUTE)} seconds, then go on."
    if isinstance(exc, MethodNotAllowed):
        return f"{exc.detail} The header “Allow” names those that are."
    if isinstance(exc, APIException):
        return str(exc.detail)
    if isinstance(exc, PermissionDenied) and exc.args:
        return str(exc.args[0])
    return "Your role does not allow this."


def _of_body(exc: Exception) -> list[dict[str, str]] | None:
    """What is wrong with the body as a whole, where no field of it could be looked at."""
    code = exc.get_codes() if isinstance(exc, APIException) else None
    remedy = REMEDIES.get(code) if isinstance(code, str) else None
    return [{"field": "", "detail": _detail(exc), "remedy": remedy}] if remedy else None


def _field_errors(detail: object, path: str = "") -> Iterator[dict[str, str]]:
    """Every error of a serializer, by the dotted path of its field; the whole body's has none."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _field_errors(inner, path if own else _join(path, name))
    elif isinstance(detail, list):
        for i, inner in enumerate(detail):
            yield from _field_errors(
                inner, _join(path, i) if isinstance(inner, dict | list) else path
            )
    else:
        remedy = REMEDIES.get(detail.code or "") if isinstance(detail, ErrorDetail) else None
        entry = {"field": path, "detail": str(detail)}
        yield entry | ({"remedy": remedy} if remedy else {})


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
