"""Who asks: a program by its token, or a person's browser by its session."""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from commons.models import User
from commons.throttling import count_stranger
from commons.tokens import PresentedToken, note_use, presented_token

SCHEME = "bearer"


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
            count_stranger(request)
            raise UnknownToken
        refuse_unless_it_holds(token)
        note_use(token)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="laurel"'


def refuse_unless_it_holds(token: PresentedToken) -> None:
    if token.is_revoked:
        raise RevokedToken
    if token.is_expired:
        raise ExpiredToken
    if not token.person.is_active:
        raise InactiveAccount
