"""What a request may do before any rule about its person is asked."""

from typing import TYPE_CHECKING

from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from commons.models import Scope
from commons.throttling import count_refused
from commons.tokens import PresentedToken

if TYPE_CHECKING:  # DRF's views import what the settings name, this module among it
    from rest_framework.views import APIView


class MissingScope(exceptions.PermissionDenied):
    """The token was made for less than this."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"This token lacks the scope “{scope}”; make one that has it on your profile page."
        )


def scope_for(view: object, method: str | None) -> Scope | None:
    """What a token needs for this; None: no token will do."""
    required: Scope | None = getattr(view, "required_scope", None)
    if method in SAFE_METHODS:
        return required
    writing: Scope | None = getattr(view, "writing_scope", required)
    return writing


class HasScope(BasePermission):
    """Someone who is known; and where a token speaks for them, one with the view's scope.

    A view says ``required_scope``, and ``writing_scope`` where a change takes another one. To one
    that says none no token is let in; a signed-in person's
    browser may do whatever the person may.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            count_refused(request)
            return False
        if isinstance(request.auth, PresentedToken):
            scope = scope_for(view, request.method)
            if scope not in request.auth.scopes:
                count_refused(request, request.auth.person)
                raise MissingScope(scope or "session")
        return True
