"""What comes in is JSON of a bounded size; what goes out is JSON whatever the database brought."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.test import APIRequestFactory

from commons.bodies import BodyIsNoJson, BodyTooLarge, JsonBody, json_of

NAME = UUID("6f1c6d0a-2f43-4a0e-9d0a-5d3a6f0d9a11")
SAID = {
    "id": NAME,
    "at": datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC),
    "day": date(2026, 11, 22),
    "words": gettext_lazy("Profile"),
    "exact": Decimal("0.10"),
    "text": "é 漢 \u2028",
    "nothing": None,
}
WRITTEN = {
    "id": str(NAME),
    "at": "2026-11-22T12:00:00.000005Z",
    "day": "2026-11-22",
    "words": "Profile",
    "exact": "0.10",
    "text": "é 漢 \u2028",
    "nothing": None,
}


@pytest.mark.parametrize("large", [1, 2**64, 10**30, -(10**30)])
def test_an_answer_is_written_alike_whatever_numbers_are_in_it(large):
    """Beyond 64 bits another writer takes over."""
    assert json.loads(json_of(SAID | {"number": large})) == WRITTEN | {"number": large}


def test_what_has_no_form_in_json_is_a_bug():
    with pytest.raises(TypeError, match="set has no form in JSON"):
        json_of({"odd": {1, 2}})


def read(body: bytes) -> object:
    return JsonBody().parse(BytesIO(body))


def test_a_body_is_read_up_to_its_limit_and_no_further(settings):
    settings.API_BODY = 10
    stream = BytesIO(b'"12345678"' + b" " * 100)

    with pytest.raises(BodyTooLarge):
        JsonBody().parse(stream)

    assert stream.tell() == 11
    assert read(b'"12345678"') == "12345678"


@pytest.mark.parametrize("body", [b"", b"{", b"nan", b"[1,]", b"'a'", b"\xff", b'"\\ud800"'])
def test_what_is_no_json_is_refused_in_words(body):
    with pytest.raises(BodyIsNoJson, match="The body is not JSON"):
        read(body)


def test_requests_of_tests_are_json():
    request = APIRequestFactory().post("/", {"at": datetime(2026, 1, 1, tzinfo=UTC)})

    assert request.content_type == "application/json"
