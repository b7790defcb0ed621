"""The API of a person's turns says and does what the pages do."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment
from annotate.services.campaign import Work
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member, make_task, make_user

pytestmark = pytest.mark.django_db

TURNS = reverse("annotate:api:assignments")
TAKE = reverse("annotate:api:take")


def of(assignment: Assignment, name: str = "assignment") -> str:
    return reverse(f"annotate:api:{name}", args=[assignment.uuid])


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def test_a_turn_comes_blind_and_in_the_stored_order() -> None:
    campaign = make_campaign(name="Medicine")
    person = make_member(campaign)
    make_task(campaign)

    answer = client_of(person).post(TAKE, {"kind": "rank"})

    taken = Assignment.objects.get()
    assert answer.status_code == 200
    assert answer.data["id"] == str(taken.uuid)
    assert answer.data["campaign"] == {"id": str(campaign.uuid), "name": "Medicine"}
    assert [candidate["id"] for candidate in answer.data["candidates"]] == taken.order
    assert {name for each in answer.data["candidates"] for name in each} == {"id", "messages"}


def test_no_work_is_a_problem_in_words() -> None:
    answer = client_of(make_user()).post(TAKE, {})

    assert answer.status_code == 404
    assert answer.data["detail"].startswith("There is nothing waiting for you right now")


def test_one_sees_the_turns_that_one_holds() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)

    mine = client_of(person).get(TURNS)
    others = client_of(make_user()).get(TURNS)

    assert [turn["id"] for turn in mine.data["results"]] == [str(held.uuid)]
    assert others.data["results"] == []


def test_a_take_under_the_same_key_brings_the_same_item() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    for _ in range(2):
        make_task(campaign)
    client, key = client_of(person), str(uuid4())

    first = client.post(TAKE, {}, headers={"Idempotency-Key": key})
    client.post(of(Assignment.objects.get(), "extend"))  # it is on the screen now
    again = client.post(TAKE, {"key": key})
    ahead = client.post(TAKE, {})

    assert first.data["id"] == again.data["id"] != ahead.data["id"]
    assert Assignment.objects.count() == 2


def test_a_key_that_is_none_is_refused_by_name() -> None:
    answer = client_of(make_user()).post(TAKE, {}, headers={"Idempotency-Key": "often"})

    assert answer.status_code == 400
    assert answer.data["errors"][0]["field"] == "Idempotency-Key"


def test_two_keys_for_one_act_are_refused() -> None:
    campaign = make_campaign()
    client, key = client_of(make_member(campaign)), str(uuid4())
    make_task(campaign)

    refused = client.post(TAKE, {"key": str(uuid4())}, headers={"Idempotency-Key": key})
    taken = client.post(TAKE, {"key": key}, headers={"Idempotency-Key": key})

    assert refused.status_code == 400
    assert refused.data["errors"] == [
        {
            "field": "Idempotency-Key",
            "detail": "“key” in the body is another.",
            "remedy": "Send one of the two.",
        }
    ]
    assert (taken.status_code, Assignment.objects.count()) == (200, 1)


def test_a_list_brings_turns_of_one_state() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    released, held = make_assignment(campaign, person), make_assignment(campaign, person)
    client = client_of(person)
    client.post(of(released, "release"))

    found = client.get(TURNS, {"state": "open"})

    assert [turn["id"] for turn in found.data["results"]] == [str(held.uuid)]
    assert client.get(TURNS, {"state": "lost"}).status_code == 400


def test_a_cursor_holds_its_place_when_its_turn_leaves_the_state_that_is_listed() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    older, newer = make_assignment(campaign, person), make_assignment(campaign, person)
    client = client_of(person)
    page = client.get(f"{TURNS}?state=open&limit=1")
    client.post(of(newer, "release"))

    rest = client.get(str(page.data["next"]))

    assert [turn["id"] for turn in rest.data["results"]] == [str(older.uuid)]


def test_a_cursor_tells_nobody_which_turns_others_have() -> None:
    campaign = make_campaign()
    theirs = make_assignment(campaign, make_member(campaign))
    client = client_of(make_member(campaign))

    hidden, none = (
        client.get(TURNS, {"cursor": f"older-{each}"}) for each in (theirs.uuid, uuid4())
    )

    assert hidden.status_code == none.status_code == 400
    assert hidden.data == none.data


def test_a_skip_brings_the_next_item_and_is_done_once_under_its_key() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    skipped = make_assignment(campaign, person)
    make_task(campaign)
    client = client_of(person)
    sent = {"reason": "not-my-field", "next": True, "key": str(uuid4())}

    first, again = client.post(of(skipped, "skip"), sent), client.post(of(skipped, "skip"), sent)
    other = client.post(of(skipped, "skip"), sent | {"reason": "unclear"})
    without = client.post(of(skipped, "skip"), {"reason": "not-my-field"})

    ahead = Assignment.objects.get(state=AssignmentState.OPEN)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.data["next"]["id"] == again.data["next"]["id"] == str(ahead.uuid)
    assert (other.status_code, other.data["type"]) == (422, "urn:laurel:key-reused")
    assert (without.status_code, without.data["type"]) == (409, "urn:laurel:assignment-closed")
    skipped.refresh_from_db()
    assert (skipped.state, skipped.skip_reason) == (AssignmentState.SKIPPED, "not-my-field")


def test_a_skip_after_which_nothing_waits_says_so() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)

    answer = client_of(person).post(of(held, "skip"), {"reason": "unclear", "next": True})

    assert (answer.status_code, answer.data["next"]) == (200, None)
    assert answer.data["says"].startswith("There is nothing waiting for you right now")


def test_extending_says_until_when_and_starts_the_clock_of_what_was_loaded_ahead() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=4, lease_minutes=30)])
    person = make_member(campaign)
    make_task(campaign)
    client = client_of(person)
    client.post(TAKE, {})
    before = timezone.now()

    answer = client.post(of(Assignment.objects.get(), "extend"))

    held = Assignment.objects.get()
    assert answer.status_code == 200
    assert answer.data == {"expires_at": held.expires_at}
    assert held.expires_at is not None
    assert held.shown_at is not None
    assert held.expires_at - before >= timedelta(minutes=30)


def test_what_was_given_back_cannot_be_extended() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    client = client_of(person)
    client.post(of(held, "release"))

    answer = client.post(of(held, "extend"))

    assert (answer.status_code, answer.data["type"]) == (409, "urn:laurel:assignment-closed")


def test_a_skip_and_a_release_close_the_turn() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    first, second = make_assignment(campaign, person), make_assignment(campaign, person)
    client = client_of(person)

    skipped = client.post(of(first, "skip"), {"reason": "unclear", "note": "Which drug?"})
    released = client.post(of(second, "release"))

    assert (skipped.status_code, released.status_code) == (200, 204)
    assert skipped.data == {"next": None}
    assert sorted(Assignment.objects.values_list("state", flat=True)) == [
        AssignmentState.RELEASED,
        AssignmentState.SKIPPED,
    ]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("skip", {"reason": "broken"}),
        ("release", {}),
        ("extend", {}),
        ("submit", {"tiers": []}),
    ],
)
def test_nobody_acts_on_an_item_that_another_holds(name: str, body: dict[str, object]) -> None:
    campaign = make_campaign()
    held = make_assignment(campaign, make_member(campaign))

    answer = client_of(make_member(campaign)).post(of(held, name), body)

    held.refresh_from_db()
    assert (answer.status_code, held.state) == (404, AssignmentState.OPEN)


def test_a_stranger_sees_no_turn_of_another() -> None:
    campaign = make_campaign()
    held = make_assignment(campaign, make_member(campaign))

    assert client_of(make_user()).get(of(held)).status_code == 404
    assert APIClient().get(of(held)).status_code == 401
