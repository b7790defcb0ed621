"""A draft is kept by version; a conflict brings the other text."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.models import Assignment, Draft
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_member(make_campaign())


@pytest.fixture
def held(person: User) -> Assignment:
    return make_assignment(person.memberships.get().campaign, person)


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def draft_of(assignment: Assignment) -> str:
    return reverse("annotate:api:draft", args=[assignment.uuid])


def test_a_draft_is_kept_and_comes_back(person: User, held: Assignment) -> None:
    client = client_of(person)

    saved = client.put(draft_of(held), {"version": 0, "content": {"text": "Half"}})

    draft = Draft.objects.get()
    assert saved.data == {"version": 1, "saved_at": draft.saved_at}
    assert client.get(draft_of(held)).data == {
        "version": 1,
        "content": {"text": "Half"},
        "saved_at": draft.saved_at,
    }


def test_two_tabs_get_both_texts(person: User, held: Assignment) -> None:
    client = client_of(person)
    client.put(draft_of(held), {"version": 0, "content": {"text": "Theirs"}})

    answer = client.put(draft_of(held), {"version": 0, "content": {"text": "Mine"}})

    assert answer.status_code == 409
    assert answer.data["type"] == "urn:laurel:draft-conflict"
    assert (answer.data["version"], answer.data["content"]) == (1, {"text": "Theirs"})
    assert Draft.objects.get().body == {"text": "Theirs"}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"version": -1, "content": {}},
        {"version": 0, "content": "text"},
        {"version": 0, "content": {"text": "nul \0"}},
        {"version": 0, "content": {"nul \0": [1, None]}},
    ],
)
def test_an_odd_draft_is_refused(person: User, held: Assignment, odd: dict[str, object]) -> None:
    answer = client_of(person).put(draft_of(held), odd)

    assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_a_draft_that_is_nested_too_deeply_is_refused(person: User, held: Assignment) -> None:
    body = '{"version": 0, "content": {"a": ' + "[" * 99 + "]" * 99 + "}}"

    answer = client_of(person).put(draft_of(held), body, content_type="application/json")

    assert (answer.status_code, answer.data["type"]) == (400, "urn:laurel:body-too-deep")
    assert not Draft.objects.exists()


def test_a_draft_that_is_as_deep_as_may_be_is_kept_and_comes_back(
    person: User, held: Assignment
) -> None:
    body = '{"version": 0, "content": {"a": ' + "[" * 98 + "]" * 98 + "}}"
    client = client_of(person)

    saved = client.put(draft_of(held), body, content_type="application/json")
    again = client.put(draft_of(held), body, content_type="application/json")

    assert (saved.status_code, again.status_code) == (200, 200)
    assert client.get(draft_of(held)).content.count(b"[") == 98


def test_a_draft_may_speak_of_a_character_that_it_may_not_hold(
    person: User, held: Assignment
) -> None:
    written = {"text": r"In JSON it is \u0000."}

    answer = client_of(person).put(draft_of(held), {"version": 0, "content": written})

    assert answer.status_code == 200
    assert Draft.objects.get().body == written


def test_nobody_reads_or_writes_the_draft_of_another(person: User, held: Assignment) -> None:
    client_of(person).put(draft_of(held), {"version": 0, "content": {"text": "Secret"}})
    stranger = client_of(make_user())

    read = stranger.get(draft_of(held))
    written = stranger.put(draft_of(held), {"version": 1, "content": {"text": "Mine"}})

    assert (read.status_code, written.status_code) == (404, 404)
    assert Draft.objects.get().body == {"text": "Secret"}
