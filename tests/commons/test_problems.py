"""Every error of the API is a problem document, and tells nothing of the inside."""

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from commons.errors import Refusal
from commons.views import failures
from config import urls as product

ODD_TEXT = "odd"
INVALID = "Send what the API's documentation asks for here."


class WindowShut(Refusal):
    status = 409
    field = "window"
    remedy = "Open it first."
    facts = {"version": 3}

    def __init__(self) -> None:
        super().__init__("The window is shut; open it and try again.")


class Bare(Refusal):
    """Says nothing of a field."""


class Inner(serializers.Serializer):
    id = serializers.UUIDField()


class Shape(serializers.Serializer):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["a", "b"])
    tiers = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    rows = Inner(many=True, required=False)

    def validate(self, said):
        if said["name"] == ODD_TEXT:
            raise serializers.ValidationError("The whole is odd.")
        return said


class Raising(APIView):
    authentication_classes = ()
    permission_classes = ()
    raises: Exception = Http404("Assignment 17 of person 4")

    def get(self, request: Request) -> Response:
        raise self.raises

    def post(self, request: Request) -> Response:
        Shape(data=request.data).is_valid(raise_exception=True)
        return Response({})


def raising(error: Exception):
    return path(f"api/v1/{type(error).__name__}", Raising.as_view(raises=error))


urlpatterns = [
    path("api/v1/shape", Raising.as_view()),
    raising(WindowShut()),
    raising(Bare("No.")),
    raising(Http404("Assignment 17 of person 4")),
    raising(NotFound("Nothing has been kept yet.")),
    raising(PermissionDenied()),
    raising(RuntimeError("password=hunter2")),
    path("page", Raising.as_view(raises=RuntimeError("password=hunter2"))),
    *product.urlpatterns,
]
handler400, handler403 = failures.bad_request, failures.permission_denied
handler404, handler500 = failures.not_found, failures.server_error

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SHAPE = "/api/v1/shape"


@pytest.fixture
def api() -> APIClient:
    return APIClient(raise_request_exception=False)


def said(answer) -> dict[str, object]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    return body


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "WindowShut",
            {
                "type": "urn:laurel:window-shut",
                "title": "Window shut",
                "status": 409,
                "detail": "The window is shut; open it and try again.",
                "errors": [
                    {
                        "detail": "The window is shut; open it and try again.",
                        "field": "window",
                        "remedy": "Open it first.",
                    }
                ],
                "version": 3,
            },
        ),
        (
            "Bare",
            {"type": "urn:laurel:bare", "title": "Bare", "status": 422, "detail": "No."},
        ),
        (
            "Http404",
            {
                "type": "urn:laurel:not-found",
                "title": "Not found",
                "status": 404,
                "detail": "There is no such thing here, or it is not yours to see.",
            },
        ),
        (
            "NotFound",
            {
                "type": "urn:laurel:not-found",
                "title": "Not found",
                "status": 404,
                "detail": "Nothing has been kept yet.",
            },
        ),
        (
            "PermissionDenied",
            {
                "type": "urn:laurel:permission-denied",
                "title": "Permission denied",
                "status": 403,
                "detail": "Your role does not allow this.",
            },
        ),
    ],
)
def test_a_refusal_becomes_a_problem_in_its_own_words(api, address, expected):
    assert said(api.get(f"/api/v1/{address}")) == expected


def test_each_wrong_field_is_named_with_what_helps(api):
    sent = {"kind": "c", "tiers": [[1], ["x"], 2], "rows": [{"id": "…"}]}

    problem = said(api.post(SHAPE, sent))

    assert (problem["status"], problem["type"]) == (400, "urn:laurel:invalid-input")
    assert problem["errors"] == [
        {"field": "name", "detail": "This field is required.", "remedy": "Add this field."},
        {
            "field": "kind",
            "detail": '"c" is not a valid choice.',
            "remedy": "Use one of the values that the API's documentation lists.",
        },
        {"field": "tiers.1.0", "detail": "A valid integer is required.", "remedy": INVALID},
        {
            "field": "tiers.2",
            "detail": 'Expected a list of items but got type "int".',
            "remedy": "Put it in square brackets, even if there is only one.",
        },
        {"field": "rows.0.id", "detail": "Must be a valid UUID.", "remedy": INVALID},
    ]


def test_no_document_names_more_than_a_hundred_errors_but_it_says_how_many_there_are(api):
    sent = {"name": "x", "kind": "a", "tiers": [["x"] * 130]}

    problem = said(api.post(SHAPE, sent))

    assert [error["field"] for error in problem["errors"]] == [f"tiers.0.{n}" for n in range(100)]
    assert problem["detail"] == (
        "Some fields are not as they must be; mend them and send again. "
        "The first 100 are named here; there are 30 more."
    )


@pytest.mark.parametrize("body", [{"name": ODD_TEXT, "kind": "a", "tiers": []}, [1, 2]])
def test_what_is_wrong_with_the_whole_body_has_an_empty_field(api, body):
    assert [error["field"] for error in said(api.post(SHAPE, body))["errors"]] == [""]


@pytest.mark.parametrize(
    "body", ["{", "", "NaN", '{"a": "\\ud800"}', "[" * 5_000, b"\xff", '{"a": 1} x']
)
def test_a_body_that_is_no_json_is_a_problem(api, body):
    answer = api.post(SHAPE, body, content_type="application/json")

    kind = (
        "invalid-input" if body == "" else "body-is-no-json"
    )  # without a body, fields are missing
    assert (said(answer)["status"], said(answer)["type"]) == (400, f"urn:laurel:{kind}")
    assert all(error["remedy"] for error in said(answer)["errors"])


def test_a_body_may_be_nested_a_hundred_deep_and_no_deeper(api):
    def answer_to(levels: int):
        body = '{"a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"
        return said(api.post(SHAPE, body, content_type="application/json"))

    assert answer_to(100)["type"] == "urn:laurel:invalid-input"  # it was read; fields are missing
    for levels in (101, 1_000):
        assert answer_to(levels)["type"] == "urn:laurel:body-too-deep"
    assert answer_to(101)["errors"] == [
        {
            "field": "",
            "detail": "Lists and objects in the body lie more than 100 deep in each other; "
            "flatten it.",
            "remedy": "Flatten it.",
        }
    ]


@pytest.mark.parametrize("language", ["de", "ar", "fr-CH, en;q=0.1"])
def test_an_error_is_in_one_language_whatever_the_reader_asks_for(api, language):
    sent = {"kind": "a", "tiers": []}

    problem = said(api.post(SHAPE, sent, headers={"accept-language": language}))

    assert problem["errors"] == [
        {"field": "name", "detail": "This field is required.", "remedy": "Add this field."}
    ]


def test_a_body_in_another_format_is_a_problem(api):
    answer = api.post(SHAPE, "a=1", content_type="application/x-www-form-urlencoded")

    assert said(answer)["status"] == 415
    assert "application/json" in said(answer)["detail"]


def test_an_answer_in_another_format_is_a_problem(api):
    assert said(api.get("/api/v1/Bare", headers={"accept": "text/csv"}))["status"] == 406


def test_another_method_is_a_problem_that_names_those_there_are(api):
    answer = api.delete(SHAPE)

    assert said(answer)["status"] == 405
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert api.options(SHAPE).json() == {"methods": ["GET", "POST", "HEAD", "OPTIONS"]}


def test_a_body_that_is_too_large_is_refused_unread(api, settings):
    settings.API_BODY = 2048

    answer = api.post(SHAPE, {"name": "x" * 3000, "kind": "a", "tiers": []})

    assert said(answer)["status"] == 413
    assert said(answer)["detail"] == "The body has more than 2 KiB; send less at once."


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/api/v1/tasks/take/", "/api/nowhere"])
def test_an_address_that_is_none_is_a_problem(api, method, address):
    assert said(getattr(api, method)(address))["type"] == "urn:laurel:not-found"


def test_a_bug_is_a_problem_that_tells_nothing_and_is_logged(api, caplog):
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = api.get("/api/v1/RuntimeError")

    assert said(answer)["status"] == 500
    assert b"hunter2" not in answer.content
    assert "hunter2" in caplog.text


def test_elsewhere_a_bug_is_a_page(client):
    answer = Client(raise_request_exception=False).get("/page")

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("page", "status"),
    [(failures.bad_request, 400), (failures.permission_denied, 403), (failures.not_found, 404)],
)
def test_what_no_view_answers_is_a_problem_below_the_api_and_a_page_elsewhere(page, status):
    below = page(RequestFactory().get("/api/v1/x"), Http404())
    elsewhere = page(RequestFactory().get("/x"), Http404())

    assert said(below)["status"] == elsewhere.status_code == status
    assert elsewhere.headers["Content-Type"].startswith("text/html")
