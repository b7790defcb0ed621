"""Whose request it is, about which turn, under which key."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from annotate.models import Assignment
from annotate.selectors.assignment import turns_of
from commons.models import User
from commons.shapes import uuid_in
from commons.tokens import PresentedToken

HEADER = "Idempotency-Key"


def person_of(request: Request) -> User:
    """The person behind a request that the permissions have let through."""
    return cast(User, request.user)


def token_of(request: Request) -> UUID | None:
    """Which key a program came with; None: a browser by its session."""
    return request.auth.uuid if isinstance(request.auth, PresentedToken) else None


def turn_of(request: Request, uuid: UUID) -> Assignment:
    """A turn of this person's, with its task; any other is not found."""
    return get_object_or_404(turns_of(person_of(request)), uuid=uuid)


def key_of(request: Request, said: UUID | None) -> UUID | None:
    """The key of a request that may be sent again: in its body, or as its Idempotency-Key."""
    header = request.headers.get(HEADER)
    if header is None:
        return said
    named = uuid_in(header.strip('"'))
    if named is None:
        raise ValidationError({HEADER: "Send a UUID, new for each act."})
    if said not in (None, named):
        raise ValidationError({HEADER: ErrorDetail("“key” in the body is another.", "two_keys")})
    return named
