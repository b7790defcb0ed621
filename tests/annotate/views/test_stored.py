"""What a page measured is kept beside a judgement, and its person can see all of it."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.enums import Kind
from annotate.models import Assignment, Demonstration, Ranking
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_ranking

STORED = reverse("annotate:stored")
EFFORT = {
    "active_seconds": 61.0,
    "seconds_to_first_act": 12.0,
    "seconds_from_last_act": 4.5,
    "acts": 3,
    "typed": 30,
    "pasted": 10,
}


def hand_in(client: Client, held: Assignment, effort: object, **more: object) -> int:
    sent = {"key": str(uuid4()), "version": 0, "effort": effort, "stay": "1", **more}
    return client.post(reverse(f"annotate:{held.task.kind}", args=[held.uuid]), sent).status_code


def order(held: Assignment) -> str:
    return json.dumps({"tiers": [[each] for each in held.order]})


def test_an_order_and_its_change_each_keep_what_they_took(cast: Cast) -> None:
    client, held = cast.client(cast.member), make_assignment(cast.campaign, cast.member)
    other = json.dumps({"tiers": [list(held.order)]})

    hand_in(client, held, json.dumps(EFFORT), ranking=order(held))
    change = {**EFFORT, "acts": 1}
    hand_in(client, held, json.dumps(change), ranking=other, change="1", version="1")

    assert [row.effort for row in Ranking.objects.order_by("revision")] == [EFFORT, change]


def test_a_text_keeps_what_it_took(cast: Cast) -> None:
    client = cast.client(cast.member)
    held = make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)

    hand_in(client, held, json.dumps(EFFORT), text="An answer.")
    hand_in(client, held, "", text="A better one.", change="1", version="1")

    rows = Demonstration.objects.order_by("revision")
    assert [row.effort for row in rows] == [EFFORT, None]


@pytest.mark.parametrize("odd", ["", "{", json.dumps({**EFFORT, "acts": -1}), "x" * 5_000])
def test_no_judgement_is_refused_for_an_odd_measurement(cast: Cast, odd: str) -> None:
    client, held = cast.client(cast.member), make_assignment(cast.campaign, cast.member)

    assert hand_in(client, held, odd, ranking=order(held)) == 302
    assert Ranking.objects.get().effort is None


def test_a_person_sees_what_is_stored_about_them_and_nobody_else_does(cast: Cast) -> None:
    client, held = cast.client(cast.member), make_assignment(cast.campaign, cast.member)
    hand_in(client, held, json.dumps(EFFORT), ranking=order(held))

    seen = " ".join(client.get(STORED).content.decode().split())
    others = [cast.client(who).get(STORED).content.decode() for who in (cast.lead, cast.stranger)]

    for said in (
        held.task.prompt.question,
        "61 seconds at it",
        "3 changes: the first after 12 seconds, the last 4.5 seconds before",
        "30 characters typed, 10 pasted (25 %)",
        "One.",
        "Why, and who sees it",
    ):
        assert said in seen
    assert "model-a" not in seen
    assert [held.task.prompt.question in each for each in others] == [False, False]
    assert Client().get(STORED).status_code == 302


def test_what_was_not_measured_is_said_to_be_so(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    assert "Nothing was measured." in cast.client(cast.member).get(STORED).content.decode()


def test_the_page_asks_the_database_as_often_for_three_as_for_one(cast: Cast) -> None:
    client = cast.client(cast.member)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_ranking(cast.campaign, cast.member)
        with CaptureQueriesContext(connection) as asked:
            client.get(STORED)
        counts.append(len(asked))

    assert counts[0] == counts[1]
