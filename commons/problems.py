"""Every error of the API is a problem document (RFC 9457): type, title, status, detail."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from commons.errors import Refusal

CONTENT_TYPE = "application/problem+json"


def problem(
    *, status: int, kind: str, detail: str, errors: list[dict[str, str]] | None = None
) -> Response:
    """One problem document. ``errors`` names each field and what is wrong with it."""
    body: dict[str, object] = {
        "type": f"urn:laurel:{kind}",
        "title": _words(kind),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals and framework errors alike become problem documents."""
    if isinstance(exc, Refusal):
        return problem(status=exc.status, kind=_kebab(type(exc).__name__), detail=str(exc))
    answer = exception_handler(exc, context)  # sets rollback and the standard headers
    if answer is None:
        return None
    if isinstance(exc, ValidationError):
        found = problem(
            status=400,
            kind="invalid-input",
            detail="Some fields are not as they must be; mend them and send again.",
            errors=_field_errors(exc.detail),
        )
    else:
        found = problem(status=answer.status_code, kind=_kind(exc), detail=_detail(exc))
    for name, value in answer.headers.items():
        if name.lower() in ("www-authenticate", "retry-after"):
            found[name] = value
    return found


def _kind(exc: Exception) -> str:
    if isinstance(exc, Http404):
        return "not-found"
    if isinstance(exc, PermissionDenied):
        return "permission-denied"
    return _kebab(type(exc).__name__)


def _detail(exc: Exception) -> str:
    if isinstance(exc, NotAuthenticated):
        return "Log in first, or send a token."
    if isinstance(exc, APIException):
        return str(exc.detail)
    return "There is no such thing here, or it is not yours to see."


def _field_errors(detail: object, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            found
            for name, inner in detail.items()
            for found in _field_errors(inner, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(detail, list):
        return [
            found
            for i, inner in enumerate(detail)
            for found in _field_errors(
                inner, f"{path}.{i}" if isinstance(inner, dict | list) else path
            )
        ]
    return [{"field": path, "detail": str(detail)}]


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def _words(kind: str) -> str:
    return kind.replace("-", " ").capitalize()
