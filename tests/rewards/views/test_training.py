"""Reward models asked for, measured, tried again and stopped: after a question, and recorded."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import SnapshotKind
from commons.models import AuditEvent, RunState
from rewards.enums import BenchmarkName, Purpose, Stage
from rewards.forms import KNOBS
from rewards.models import Benchmark, CycleStep, Evaluation, RewardModel
from rewards.services.folders import LOOKS, PROMPTS, run_folder
from rewards.services.reward_model import request_reward_model
from tests.factories import make_campaign
from tests.rewards.views.conftest import ANY_LEAD, ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import make_cycle, make_reward_model, make_run, make_snapshot

TRAIN = reverse("rewards:train")


def page_of(model: RewardModel, name: str = "reward_model") -> str:
    return reverse(f"rewards:{name}", args=[model.uuid])


def running_model(cast: Cast) -> RewardModel:
    return make_reward_model(cast.campaign, track=cast.track, run=make_run(state=RunState.RUNNING))


def test_the_form_is_for_leads(cast: Cast):
    assert cast.statuses(TRAIN) == ANY_LEAD
    assert Client().get(TRAIN).status_code == 302


@pytest.mark.parametrize("name", ["retry_run", "cancel_run"])
def test_acts_on_a_model_are_for_whoever_may_see_it(cast: Cast, name: str):
    model = make_reward_model(cast.campaign, track=cast.track)

    assert cast.statuses(page_of(model, name)) == ONLY_ITS_LEADS
    assert cast.client(cast.stranger).post(page_of(model, name)).status_code == 404


def test_a_failed_run_says_why_and_is_retried_after_a_question(cast: Cast):
    why = {"error": "The disk is full; free some space."}
    run = make_run(state=RunState.FAILED, columns=why)
    model, client = (
        make_reward_model(cast.campaign, track=cast.track, run=run),
        cast.client(cast.lead),
    )
    assert "The disk is full; free some space. Retry" in words(client.get(page_of(model)))
    asked = words(client.get(page_of(model, "retry_run")))
    assert "Try it again? It has left nothing to go on from, and begins from its start." in asked
    run.refresh_from_db()
    assert run.state == RunState.FAILED

    answer = client.post(page_of(model, "retry_run"))

    run.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(model))
    assert (run.state, run.error) == (RunState.REQUESTED, "")
    assert AuditEvent.objects.get(verb="run.retried").actor == cast.lead


def test_what_a_failed_run_left_is_gone_on_from(cast: Cast, settings: Settings, tmp_path: Path):
    settings.ARTIFACTS = tmp_path
    model = make_reward_model(cast.campaign, track=cast.track, run=make_run(state=RunState.FAILED))
    checkpoint = run_folder(model.run) / "checkpoints" / "checkpoint-8"
    checkpoint.mkdir(parents=True)
    client = cast.client(cast.lead)
    for name in (PROMPTS, LOOKS):  # what it was given, and what it saw before its first step
        (run_folder(model.run) / name).write_text("{}\n")
    assert "begins from its start" in words(client.get(page_of(model, "retry_run")))  # it is torn

    (checkpoint / "whole").touch()

    assert "It goes on from its last checkpoint" in words(client.get(page_of(model, "retry_run")))


def test_a_failed_benchmark_says_why_and_is_retried_after_a_question(cast: Cast):
    model, client = make_reward_model(cast.campaign, track=cast.track), cast.client(cast.lead)
    run = make_run("run_benchmark", state=RunState.FAILED, columns={"error": "No such folder."})
    benchmark = Benchmark.objects.create(reward_model=model, name=BenchmarkName.values[0], run=run)
    page = reverse("rewards:retry_benchmark", args=[model.uuid, benchmark.uuid])
    assert "No such folder. Retry" in words(client.get(page_of(model)))
    assert cast.statuses(page) == ONLY_ITS_LEADS

    answers = [client.post(page).status_code for _ in range(2)]

    run.refresh_from_db()
    assert (answers, run.state) == ([302, 422], RunState.REQUESTED)
    assert "No such folder." not in words(client.get(page_of(model)))


def test_a_run_that_goes_on_is_not_retried(cast: Cast):
    model = running_model(cast)

    answer = cast.client(cast.lead).post(page_of(model, "retry_run"))

    assert answer.status_code == 422
    assert "It has not failed; there is nothing to retry." in words(answer)


def test_a_running_run_is_cancelled_after_a_question(cast: Cast):
    model, client = running_model(cast), cast.client(cast.lead)

    answer = client.post(page_of(model, "cancel_run"))

    model.run.refresh_from_db()
    assert answer.status_code == 302
    assert model.run.state == RunState.CANCELLED
    assert "It was cancelled." in words(client.get(page_of(model)))
    assert client.post(page_of(model, "cancel_run")).status_code == 422


def test_acts_want_the_token_of_the_page(cast: Cast):
    model = running_model(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)

    answer = client.post(page_of(model, "cancel_run"))

    model.run.refresh_from_db()
    assert answer.status_code == 403
    assert model.run.state == RunState.RUNNING


def test_what_a_cycle_trains_is_not_cancelled_by_itself(cast: Cast):
    model = running_model(cast)
    cycle = make_cycle(cast.track, stage=Stage.REWARDING, step=RunState.RUNNING)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.REWARDING).update(run=model.run)
    client = cast.client(cast.lead)

    assert "Cycle 1 of Everyday" in words(client.get(page_of(model)))
    assert client.post(page_of(model, "cancel_run")).status_code == 404


def test_a_trained_model_without_a_card_can_be_measured(cast: Cast):
    """A worker that dies between the training and the request for the card leaves it so."""
    run = make_run(columns={"finished_at": timezone.now() - timedelta(hours=1)})
    model, client = (
        make_reward_model(cast.campaign, track=cast.track, run=run),
        cast.client(cast.lead),
    )
    assert "Write its report card" in words(client.get(page_of(model)))

    client.post(page_of(model, "measure"))
    client.post(page_of(model, "measure"))

    card = Evaluation.objects.get(reward_model=model)
    assert (card.run.module, card.run.state) == ("evaluate_reward", RunState.REQUESTED)


def test_a_judge_says_what_it_is_for(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track, purpose=Purpose.JUDGE)

    said = words(cast.client(cast.lead).get(page_of(model)))

    assert "The judge compares policies at the gate." in said
    assert "Write its report card" not in said


@pytest.fixture
def base_model(tmp_path: Path, settings: Settings) -> None:
    """A base model as far as pages look at it."""
    settings.ARTIFACTS = tmp_path
    folder = tmp_path / "models" / "base"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")


@pytest.mark.usefixtures("base_model")
def test_a_lead_asks_for_a_model_of_frozen_rankings(cast: Cast):
    snapshot = make_snapshot(cast.campaign)
    asked = {"snapshot": str(snapshot.uuid), "track": str(cast.track.uuid)}

    answer = cast.client(cast.lead).post(TRAIN, {**asked, "epochs": "0.5", "layers": "6"})

    model = RewardModel.objects.get()
    config = {name: model.run.config.get(name) for name in ("epochs", "layers", "max_steps")}
    assert answer.headers["Location"] == page_of(model)
    assert (model.snapshot, model.track, model.run.requested_by) == (
        snapshot,
        cast.track,
        cast.lead,
    )
    assert (model.run.module, model.run.state) == ("train_reward", RunState.REQUESTED)
    assert config == {"epochs": 0.5, "layers": 6, "max_steps": None}


@pytest.mark.usefixtures("base_model")
def test_only_frozen_rankings_of_one_s_own_campaigns_can_be_chosen(cast: Cast):
    foreign = make_snapshot(make_campaign(lead=cast.stranger))
    pairs = make_snapshot(cast.campaign, kind=SnapshotKind.PREFERENCE)
    mine = make_snapshot(cast.campaign)
    client = cast.client(cast.lead)

    offered = client.get(TRAIN).context["form"].fields["snapshot"].choices
    answers = [
        client.post(TRAIN, {"snapshot": str(each.uuid), "epochs": "1"}) for each in (foreign, pairs)
    ]

    assert [uuid for uuid, _ in offered] == [str(mine.uuid)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert not RewardModel.objects.exists()


def test_without_a_base_model_the_form_says_how_to_get_it(
    cast: Cast, tmp_path: Path, settings: Settings
):
    settings.ARTIFACTS = tmp_path
    snapshot = make_snapshot(cast.campaign)

    answer = cast.client(cast.lead).post(TRAIN, {"snapshot": str(snapshot.uuid), "epochs": "1"})

    assert answer.status_code == 422
    assert "manage.py fetch_base_model" in words(answer)


def test_without_frozen_rankings_the_form_says_what_to_freeze(cast: Cast):
    page = cast.client(cast.lead).get(TRAIN)

    assert "No frozen rankings yet" in words(page)
    assert f'href="{reverse("annotate:freeze")}?kind=ranked&amp;chances=yes"' in (
        page.content.decode()
    )


@pytest.mark.usefixtures("base_model")
def test_what_is_learned_and_how_can_be_chosen(cast: Cast):
    asked = {"snapshot": str(make_snapshot(cast.campaign).uuid), "epochs": "1"}
    chosen = {"method": "lora", "ties": "davidson", "patience": "3"}

    ticked = dict.fromkeys(("reliability", "tensorboard"), "on")
    cast.client(cast.lead).post(TRAIN, {**asked, **chosen, **ticked})

    config = RewardModel.objects.get().run.config
    assert {name: config.get(name) for name in ("method", *KNOBS)} == {
        "epochs": 1.0,
        "max_steps": None,
        "layers": None,
        "method": "lora",
        "loss": None,
        "ties": "davidson",
        "drop_covariates": False,  # nobody ticked it
        "reliability": True,
        "patience": 3,
        "tensorboard": True,
    }


@pytest.mark.usefixtures("base_model")
def test_length_is_kept_out_of_a_score_unless_somebody_wants_it(cast: Cast):
    frozen = make_snapshot(cast.campaign)

    page = cast.client(cast.lead).get(TRAIN).content.decode()
    model = request_reward_model(snapshot=frozen.uuid, by=cast.lead)
    other = request_reward_model(
        snapshot=frozen.uuid, by=cast.lead, knobs={"drop_covariates": False}
    )

    assert re.search(r'<input[^>]*name="drop_covariates"[^>]*checked', page)
    assert model.run.config["drop_covariates"] is True
    assert other.run.config["drop_covariates"] is False


def test_what_does_not_go_together_is_refused_on_the_page(cast: Cast):
    asked = {"snapshot": str(make_snapshot(cast.campaign).uuid), "epochs": "1"}

    answer = cast.client(cast.lead).post(
        TRAIN, {**asked, "loss": "plackett_luce", "reliability": "on"}
    )

    assert answer.status_code == 422
    assert "Whole orders know neither the reliability of people" in words(answer)
    assert not RewardModel.objects.exists()


def test_a_model_that_stopped_by_the_validation_side_is_measured_on_the_other(cast: Cast):
    run = make_run(
        columns={"finished_at": timezone.now() - timedelta(hours=1), "config": {"patience": 3}}
    )
    model = make_reward_model(cast.campaign, track=cast.track, run=run)

    cast.client(cast.lead).post(page_of(model, "measure"))

    assert Evaluation.objects.get(reward_model=model).run.config["sides"] == ["test"]


@pytest.mark.usefixtures("base_model")
def test_a_head_is_asked_for_without_the_settings_of_fine_tuning(cast: Cast):
    snapshot = make_snapshot(cast.campaign)
    base = {"snapshot": str(snapshot.uuid), "method": "head", "epochs": "2", "layers": "4"}

    with_base = cast.client(cast.lead).post(TRAIN, base)

    run = RewardModel.objects.get().run
    assert (with_base.status_code, run.module) == (302, "train_head")
    assert not {"epochs", "layers"} & run.config.keys()
