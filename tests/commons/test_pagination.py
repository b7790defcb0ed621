"""A list is walked from end to end and back, while others add to it."""

from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from annotate.models import Campaign
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

LIST = "/api/v1/campaigns"


@pytest.fixture
def admin() -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(admin=True))
    return client


def names(page) -> list[str]:
    return [each["name"] for each in page.json()["results"]]


def test_pages_follow_each_other_from_the_newest_to_the_oldest_and_back(admin):
    for name in "abcde":
        make_campaign(name=name)

    first = admin.get(LIST, {"limit": 2})
    second = admin.get(first.json()["next"])
    third = admin.get(second.json()["next"])
    back = admin.get(third.json()["previous"])

    assert [names(page) for page in (first, second, third, back)] == [
        ["e", "d"],
        ["c", "b"],
        ["a"],
        ["c", "b"],
    ]
    assert (first.json()["previous"], third.json()["next"]) == (None, None)
    assert names(admin.get(back.json()["previous"])) == ["e", "d"]


def test_what_is_added_meanwhile_moves_nothing(admin):
    for name in "abc":
        make_campaign(name=name)
    first = admin.get(LIST, {"limit": 2})

    make_campaign(name="d")

    assert names(admin.get(first.json()["next"])) == ["a"]


def test_going_back_from_the_first_page_there_was_finds_what_is_newer(admin):
    make_campaign(name="a")
    first = admin.get(LIST).json()["results"][0]["id"]
    make_campaign(name="b")

    newer = admin.get(LIST, {"cursor": f"newer-{first}"})

    assert names(newer) == ["b"]
    assert newer.json()["previous"] is None


def test_a_page_that_is_empty_leads_nowhere(admin):
    make_campaign(name="a")
    only = Campaign.objects.get()

    for way in ("older", "newer"):
        page = admin.get(LIST, {"cursor": f"{way}-{only.uuid}"})
        assert page.json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "older-",
        "older-1",
        "older-00000000-0000-4000-8000-000000000000",
        "newer-\0",
        "cD0x",
    ],
)
def test_a_bad_cursor_is_refused(admin, cursor):
    answer = admin.get(LIST, {"cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_tells_nobody_which_rows_others_have():
    mine, theirs = make_campaign(name="mine"), make_campaign(name="theirs")
    client = APIClient()
    client.force_authenticate(make_member(mine))

    hidden = client.get(LIST, {"cursor": f"newer-{theirs.uuid}"})
    none = client.get(LIST, {"cursor": f"newer-{uuid4()}"})

    assert (hidden.status_code, hidden.json()) == (none.status_code, none.json())
    assert hidden.status_code == 400
    assert client.get(LIST, {"cursor": f"newer-{mine.uuid}"}).status_code == 200


@pytest.mark.parametrize("limit", ["", "0", "201", "-1", "1.5", "x", "1e2", "٣"])
def test_a_bad_limit_is_refused(admin, limit):
    answer = admin.get(LIST, {"limit": limit})

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "limit",
            "detail": "Send a whole number from 1 to 200.",
            "remedy": "Send what the API's documentation asks for here.",
        }
    ]


def test_the_longest_page_has_two_hundred_rows(admin):
    assert admin.get(LIST, {"limit": 200}).status_code == 200


def test_other_parameters_stay_in_the_address(admin):
    for name in "ab":
        make_campaign(name=name)

    page = admin.get(LIST, {"limit": 1, "note": "x"})

    assert "note=x" in page.json()["next"]
    assert "limit=1" in page.json()["next"]
