"""The API of a person's turns says and does what the pages do."""

from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Demonstration, Ranking
from annotate.services.assignment import take_assignment
from commons.models import User
from tests.factories import make_assignment, make_campaign, make_member, make_task, make_user

pytestmark = pytest.mark.django_db

TURNS = reverse("annotate:api:assignments")


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

    answer = client_of(person).post(TURNS, {"kind": "rank"})

    taken = Assignment.objects.get()
    assert answer.status_code == 201
    assert answer.data["id"] == str(taken.uuid)
    assert answer.data["campaign"] == {"id": str(campaign.uuid), "name": "Medicine"}
    assert [candidate["id"] for candidate in answer.data["candidates"]] == taken.order
    assert {name for each in answer.data["candidates"] for name in each} == {"id", "messages"}


def test_no_work_is_a_problem_in_words() -> None:
    answer = client_of(make_user()).post(TURNS, {})

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


def test_a_ranking_is_handed_in_once_however_often_it_is_sent() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    sent = {"key": str(uuid4()), "tiers": [held.order[:2], held.order[2:]], "strengths": [2]}
    client = client_of(person)

    first, second = client.post(of(held, "ranking"), sent), client.post(of(held, "ranking"), sent)

    kept = Ranking.objects.get()
    assert first.data == second.data == {"id": str(kept.uuid), "counts_as": "work"}
    assert (kept.tiers, kept.strengths) == (sent["tiers"], [2])


def test_a_demonstration_is_handed_in() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    make_task(campaign)
    held = take_assignment(by=person, campaign=campaign, kind=Kind.DEMONSTRATE)

    answer = client_of(person).post(of(held, "demonstration"), {"text": "Because."})

    assert answer.status_code == 201
    assert Demonstration.objects.get().text == "Because."


def test_a_ranking_item_takes_no_demonstration() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person, kind=Kind.RANK)

    answer = client_of(person).post(of(held, "demonstration"), {"text": "Because."})

    assert answer.status_code == 404
    assert not Demonstration.objects.exists()


def test_a_skip_and_a_release_close_the_turn() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    first, second = make_assignment(campaign, person), make_assignment(campaign, person)
    client = client_of(person)

    skipped = client.post(of(first, "skip"), {"reason": "unclear", "note": "Which drug?"})
    released = client.post(of(second, "release"))

    assert (skipped.status_code, released.status_code) == (204, 204)
    assert sorted(Assignment.objects.values_list("state", flat=True)) == [
        AssignmentState.RELEASED,
        AssignmentState.SKIPPED,
    ]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("skip", {"reason": "broken"}),
        ("release", {}),
        ("ranking", {"tiers": []}),
        ("demonstration", {"text": "Mine."}),
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
    assert APIClient().get(of(held)).status_code == 403
