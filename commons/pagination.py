"""Lists come in pages, the newest row first, and each page names its neighbours.

A cursor is a direction and the public id of the row that it goes on from, as in ``older-UUID``. It
costs the same at the end of a long list as at its beginning, and no row is shown twice or left out
because others were added meanwhile.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

if TYPE_CHECKING:  # DRF's views import what the settings name, this module among it
    from rest_framework.views import APIView

USUAL, LONGEST = 50, 200  # rows to a page
CURSOR = re.compile(r"(older|newer)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
BAD_CURSOR = "This is no cursor of this list; begin again without one."
BAD_LIMIT = f"Send a whole number from 1 to {LONGEST}."


class NewestFirst(BasePagination):
    """Pages of rows that have a ``uuid``, by ``?cursor=``; ``?limit=`` says how many at once.

    A cursor names one of ``anchors``: all rows that may be seen, where the pages show some of them.
    What is no longer among those shown still holds its place.
    """

    url = ""
    older: str | None = None
    newer: str | None = None

    def __init__(self, anchors: QuerySet[Any] | None = None) -> None:
        self.anchors = anchors

    def paginate_queryset(  # type: ignore[override]  # lists of rows only
        self, queryset: QuerySet[Any], request: Request, view: "APIView | None" = None
    ) -> list[Any]:
        self.url = request.build_absolute_uri()
        limit = limit_of(request)
        direction, anchor = anchor_of(queryset if self.anchors is None else self.anchors, request)
        if direction == "newer":
            found = list(queryset.filter(pk__gt=anchor).order_by("pk")[: limit + 1])
            page, has_more = found[:limit][::-1], len(found) > limit
            self._name_neighbours(page, has_older=True, has_newer=has_more)
        else:
            rows = queryset if anchor is None else queryset.filter(pk__lt=anchor)
            found = list(rows.order_by("-pk")[: limit + 1])
            page, has_more = found[:limit], len(found) > limit
            self._name_neighbours(page, has_older=has_more, has_newer=anchor is not None)
        return page

    def _name_neighbours(self, page: Sequence[Any], *, has_older: bool, has_newer: bool) -> None:
        if page and has_older:
            self.older = replace_query_param(self.url, "cursor", f"older-{page[-1].uuid}")
        if page and has_newer:
            self.newer = replace_query_param(self.url, "cursor", f"newer-{page[0].uuid}")

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.older, "previous": self.newer, "results": data})


def limit_of(request: Request) -> int:
    """How many rows the page may have; an odd number is refused, not ignored."""
    said = request.query_params.get("limit")
    if said is None:
        return USUAL
    if not re.fullmatch("[0-9]{1,3}", said) or not 1 <= int(said) <= LONGEST:
        raise ValidationError({"limit": BAD_LIMIT})
    return int(said)


def anchor_of(rows: QuerySet[Any], request: Request) -> tuple[str, int | None]:
    """Which way the page lies, and from which row; without a cursor it is the first page.

    A row that is none of these is as unknown as one that is not there.
    """
    said = request.query_params.get("cursor")
    if said is None:
        return "older", None
    parts = CURSOR.fullmatch(said)
    if parts is None:
        raise ValidationError({"cursor": BAD_CURSOR})
    anchor = rows.filter(uuid=UUID(parts[2])).values_list("pk", flat=True).first()
    if anchor is None:
        raise ValidationError({"cursor": BAD_CURSOR})
    return parts[1], anchor
