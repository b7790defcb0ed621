"""Who asks: a program by its token, or a person's browser by its session."""

from typing import cast

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from commons.models import User
from commons.throttling import count_refused
from commons.tokens import PresentedToken, note_use, presented_token

SCHEME = "bearer"
CSRF = "Send the value of the cookie “csrftoken” as the header “X-CSRFToken”, or reload the page."


class UnknownToken(exceptions.AuthenticationFailed):
    default_detail = (
        "No token has this key. Send the header “Authorization: Bearer laurel_…” with the whole "
        "key, or make a new token on your profile page."
    )


class RevokedToken(exceptions.AuthenticationFailed):
    default_detail = "This token was revoked; make a new one on your profile page."


class ExpiredToken(exceptions.AuthenticationFailed):
    default_detail = "This token has expired; make a new one on your profile page."


class InactiveAccount(exceptions.AuthenticationFailed):
    default_detail = "The account of this token is switched off; ask your administrator."


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer laurel_…``, for the API alone; pages and the admin know sessions.

    Whoever holds a key may be told that it has expired or was revoked; nobody learns anything about
    keys that they do not hold.
    """

    def authenticate(self, request: Request) -> tuple[User, PresentedToken] | None:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None  # the session may speak for the request
        token = presented_token(key.strip())
        if token is None:
            count_refused(request)
            raise UnknownToken
        if broken := what_ends(token):
            count_refused(request)
            raise broken
        note_use(token)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="laurel"'


def what_ends(token: PresentedToken) -> exceptions.AuthenticationFailed | None:
    """Why a token no longer speaks for its person; None while it does."""
    if token.is_revoked:
        return RevokedToken()
    if token.is_expired:
        return ExpiredToken()
    return None if token.person.is_active else InactiveAccount()


class BrowserSession(SessionAuthentication):
    """A person's browser. A request without its CSRF token is counted before it is refused."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as failed:
            count_refused(request, cast(User, request._request.user))
            raise exceptions.PermissionDenied(f"{failed.detail} {CSRF}") from failed
