"""What the API reads and writes: JSON as the standard has it, of a bounded size.

orjson in place of DRF's own because it is several times faster, and because it refuses what a
database cannot keep: bytes that are no UTF-8, half surrogate pairs, NaN.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.functional import Promise
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from commons.depth import DEEPEST, is_too_deep

KIB = 1024


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"The body has more than {most // KIB:,} KiB; send less at once.")


class BodyIsNoJson(ParseError):
    default_code = "body_is_no_json"

    def __init__(self, why: str) -> None:
        super().__init__(f"The body is not JSON ({why}); mend it and send it again.")


class BodyTooDeep(ParseError):
    default_code = "body_too_deep"

    def __init__(self) -> None:
        super().__init__(
            f"Lists and objects in the body lie more than {DEEPEST} deep in each other; flatten it."
        )


class JsonBody(BaseParser):
    """A JSON body of at most ``API_BODY`` bytes, nested at most ``DEEPEST`` deep."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.API_BODY + 1)
        if len(body) > settings.API_BODY:
            raise BodyTooLarge(settings.API_BODY)
        try:
            said = orjson.loads(body)
        except orjson.JSONDecodeError as broken:
            raise BodyIsNoJson(str(broken)) from broken
        if is_too_deep(said):
            raise BodyTooDeep
        return said


class JsonAnswer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8, and its media type has no such parameter

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else json_of(data)


def json_of(data: Any) -> bytes:
    """JSON in UTF-8. PostgreSQL gives a number such as 1e30 back as an integer of 31 digits, which
    orjson does not write."""
    try:
        return orjson.dumps(data, default=plain, option=orjson.OPT_UTC_Z)
    except orjson.JSONEncodeError:
        return json.dumps(data, default=plain, ensure_ascii=False).encode()


def plain(value: object) -> str:
    """What JSON has no form for and the API says nevertheless."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Promise | Decimal | UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
