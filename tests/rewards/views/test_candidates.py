"""Leads say who answers; what is odd is refused by its field, and what was drawn again is told."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from commons.models import AuditEvent, RunState
from rewards.enums import Method, PolicyState, Purpose, Stage
from rewards.models import CandidateScoring, Cycle, CycleStep, Policy
from rewards.views.drawn_answers import told_of_answers
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import in_state, make_reward_model, make_run

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
    }
    assert AuditEvent.objects.filter(verb="track.candidates", actor=cast.lead).exists()
    again = client.get(page).content.decode()
    assert "promoted weight=2" in again
    assert "server count=1 server=gpu model=org/large" in again


def test_a_mix_that_is_emptied_leaves_no_entry(cast: Cast, page: str):
    cast.track.knobs = {"talking": {"mix": [{"who": "base"}]}}
    cast.track.save()

    cast.client(cast.lead).post(page, SAID)

    cast.track.refresh_from_db()
    assert "talking" not in cast.track.knobs


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
        "dropped": 3,
        "dropped_for": {"maker": 1, "refused": 2},
    }
    now = timezone.now()
    cycle = Cycle.objects.create(track=cast.track, number=1, stage=Stage.DONE, closed_at=now)
    CycleStep.objects.create(
        cycle=cycle, stage=Stage.ANSWERING, state="done", finished_at=now, result=result
    )

    said = words(cast.client(cast.lead).get(reverse("rewards:track", args=[cast.track.uuid])))

    assert (
        "3 answers were drawn again (went round in circles: 1, nearly the same as another: 2). "
        "3 answers were left out (named their model: 1, refused by the server that was asked: 2)."
        in said
    )
    assert told_of_answers({}) == []


def test_the_page_says_that_no_ensemble_scores(cast: Cast, page: str):
    said = words(cast.client(cast.lead).get(page))

    assert "No fast head was trained for this track yet." in said


@pytest.mark.parametrize(
    ("state", "done", "says"),
    [
        (None, 0, "No answer has been scored yet; the train worker begins when nobody waits"),
        (RunState.DONE, 1, "1 answer has been scored by itself. Reward model"),
        (RunState.RUNNING, 4200, "4,200 answers have been scored by themselves. The train worker"),
        (RunState.FAILED, 7, "The disk is full. It is tried again after an hour"),
    ],
)
def test_the_page_says_how_far_the_ensemble_is(
    cast: Cast, page: str, state: RunState | None, done: int, says: str
):
    head = make_reward_model(cast.campaign, track=cast.track, run=make_run(Method.HEAD.module))
    if state is not None:
        error = "The disk is full." if state == RunState.FAILED else ""
        CandidateScoring.objects.create(
            reward_model=head, done=done, error=error, **in_state(state)
        )

    response = cast.client(cast.lead).get(page)

    assert says in words(response)
    assert reverse("rewards:reward_model", args=[head.uuid]) in response.content.decode()


def test_the_page_says_which_two_score_where_there_is_no_head(cast: Cast, page: str):
    reward, stopping, judge = (
        make_reward_model(cast.campaign, track=cast.track, purpose=purpose)
        for purpose in (Purpose.REWARD, Purpose.STOPPING, Purpose.JUDGE)
    )

    response = cast.client(cast.lead).get(page)

    assert (
        "The reward model and the stopping model score, with which the policy is trained: what "
        "they differ about is asked sooner. The judge is not asked. No answer has been scored yet"
        in words(response)
    )
    shown = response.content.decode()
    addresses = [
        reverse("rewards:reward_model", args=[model.uuid]) for model in (reward, stopping, judge)
    ]
    assert [address in shown for address in addresses] == [True, True, False]


def test_pages_say_what_a_server_is_to_serve_after_a_promotion(cast: Cast, page: str):
    policy = cast.track.policies.get()
    cast.track.knobs = {"answering": {"mix": [{"who": "promoted", "server": "gpu"}]}}
    cast.track.save()
    client = cast.client(cast.lead)
    others = [
        reverse("rewards:track", args=[cast.track.uuid]),
        reverse("rewards:policy", args=[policy.uuid]),
    ]

    for address in (page, *others):
        shown = client.get(address).content.decode()
        assert f"--served-model-name {policy.uuid}" in shown
        assert "It does not follow a promotion by itself" in shown


def test_the_page_warns_of_files_of_a_former_policy(cast: Cast, page: str):
    """Said to leads of the track, on its page, as long as the mix is not mended."""
    old = Policy.objects.create(
        track=cast.track, number=1, state=PolicyState.RETIRED, folder=f"runs/{uuid4()}/model"
    )
    mix = [{"who": "server", "server": "gpu", "model": f"/shared/{old.folder}"}]
    cast.track.knobs = {"answering": {"mix": mix}}
    cast.track.save()

    shown = words(cast.client(cast.lead).get(reverse("rewards:track", args=[cast.track.uuid])))

    assert "The mix names files of policy 1 at the server “gpu”" in shown
    assert "promoted server=gpu" in shown
