"""Leads say who answers; what is odd is refused by its field, and what was drawn again is told."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from commons.models import AuditEvent
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep
from rewards.views.drawn_answers import told_of_answers
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words

SAID = {
    "prompts": "5000",
    "answers": "6",
    "at_random": "0.3",
    "answering": "promoted temperature=0.7 weight=2\r\nserver server=gpu model=org/large count=1",
    "talking": "",
}


@pytest.fixture
def page(cast: Cast, settings: Settings) -> str:
    settings.GENERATORS = {"gpu": "https://gpu.example.org/v1"}
    return reverse("rewards:candidates", args=[cast.track.uuid])


def test_the_page_is_there_for_the_leads_of_the_track(cast: Cast, page: str):
    assert cast.statuses(page) == ONLY_ITS_LEADS
    assert cast.client(cast.stranger).post(page, SAID).status_code == 404
    assert cast.client(cast.member).post(page, SAID).status_code == 404


def test_a_lead_says_who_answers_and_reads_it_again(cast: Cast, page: str):
    client = cast.client(cast.lead)
    cast.track.knobs = {"rewarding": {"max_steps": 3}, "answering": {"max_new_tokens": 99}}
    cast.track.save()

    assert client.post(page, SAID).status_code == 302

    cast.track.refresh_from_db()
    assert cast.track.knobs == {
        "rewarding": {"max_steps": 3},
        "answering": {
            "max_new_tokens": 99,
            "prompts": 5000,
            "answers": 6,
            "at_random": 0.3,
            "mix": [
                {"who": "promoted", "weight": 2},
                {"who": "server", "count": 1, "server": "gpu", "model": "org/large"},
            ],
        },
        "talking": {},
    }
    assert AuditEvent.objects.filter(verb="track.candidates", actor=cast.lead).exists()
    again = client.get(page).content.decode()
    assert "promoted weight=2" in again
    assert "server count=1 server=gpu model=org/large" in again


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("answering", "everybody", "voice 1: &#x27;who&#x27; must be one of promoted"),
        ("talking", "promoted\nbase warm", "voice 2: write &#x27;warm&#x27; as name=value"),
        ("answering", "base temperature=hot", "&#x27;temperature&#x27; must be a number"),
        ("answering", "server server=cpu model=x", "there is no server &#x27;cpu&#x27;"),
        ("prompts", "0", "greater than or equal to 1"),
        ("at_random", "0", "greater than or equal to 0.01"),
    ],
)
def test_what_is_odd_is_refused_and_nothing_is_kept(
    cast: Cast, page: str, field: str, value: str, refusal: str
):
    answer = cast.client(cast.lead).post(page, {**SAID, field: value})

    cast.track.refresh_from_db()
    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert cast.track.knobs == {}


def test_it_is_refused_in_the_readers_language(cast: Cast, page: str):
    sent = {**SAID, "answering": "promoted\nbase heat=1"}

    answer = cast.client(cast.lead).post(page, sent, headers={"Accept-Language": "de"})

    assert "Sprecher 2: &#x27;heat&#x27; ist unbekannt" in answer.content.decode()


def test_what_was_drawn_again_is_told_on_the_cycles_page(cast: Cast):
    result = {
        "candidates": 9,
        "tasks": 2,
        "redrawn": 3,
        "redrawn_for": {"alike": 2, "looping": 1},
        "dropped": 1,
        "dropped_for": {"maker": 1},
    }
    now = timezone.now()
    cycle = Cycle.objects.create(track=cast.track, number=1, stage=Stage.DONE, closed_at=now)
    CycleStep.objects.create(
        cycle=cycle, stage=Stage.ANSWERING, state="done", finished_at=now, result=result
    )

    said = words(cast.client(cast.lead).get(reverse("rewards:track", args=[cast.track.uuid])))

    assert (
        "3 answers were drawn again (went round in circles: 1, nearly the same as another: 2). "
        "1 answer was left out (named their model: 1)." in said
    )
    assert told_of_answers({}) == []
