"""Whose request it is."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from annotate.enums import Kind
from annotate.models import Assignment
from annotate.selectors.assignment import assignments_of
from commons.models import User


def person_of(request: Request) -> User:
    """The person behind a request that ``IsAuthenticated`` has let through."""
    return cast(User, request.user)


def assignment_of(request: Request, uuid: UUID, kind: Kind | None = None) -> Assignment:
    """A turn of this person's, of this kind where one is meant; any other is not found."""
    mine = assignments_of(person_of(request))
    return get_object_or_404(mine.filter(task__kind=kind) if kind else mine, uuid=uuid)
