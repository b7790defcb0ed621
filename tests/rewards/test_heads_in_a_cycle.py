"""A whole cycle whose three reward models are heads on frozen states, by the real engine.

A model of a few thousand parameters; the policy is improved by DPO, as a track on a machine
without a GPU begins with.
"""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from rewards.enums import Outcome, PolicyMethod, Purpose, Stage
from rewards.models import Cycle, CycleStep, RewardModel
from rewards.nursery import shared_starts
from rewards.services.cycle import advance_cycle, open_cycle
from rewards.services.folders import model_folder, run_folder
from rewards.services.track import create_track
from tests.factories import make_campaign
from tests.rewards.tiny import make_tiny_base
from tests.test_story import foreign_rows

HEAD = {"method": "head", "heads": 2, "folds": 2}
KNOBS: dict[str, dict[str, object]] = {
    "teaching": {"max_steps": 1},
    "rewarding": HEAD,
    "appointing": {**HEAD, "depths": [1.0]},
    "stopping": {**HEAD, "layers": [1]},
    "reinforcing": {
        "prompts": 12,
        "max_steps": 2,
        "max_new_tokens": 6,
        "samples": 6,
        "max_apart": 2.0,
        "watch_every": 1,
        "watch_prompts": 4,
    },
    "evaluating": {"prompts": 3, "max_new_tokens": 4, "samples": 1, "rounds": 200},
    "answering": {"max_new_tokens": 4, "answers": 5},
}


def gone_round(cycle: Cycle) -> Cycle:
    with shared_starts():
        while advance_cycle(cycle=cycle):
            pass
    cycle.refresh_from_db()
    return cycle


@pytest.mark.django_db(transaction=True)
def test_three_heads_teach_stop_and_judge_a_policy(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path / "artifacts"
    settings.BASE_MODEL = str(make_tiny_base(tmp_path / "base"))
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in foreign_rows()))
    campaign = make_campaign(name="Sums")
    call_command("import_prompts", str(file), campaign="Sums", stdout=io.StringIO())
    track = create_track(
        name="Sums", campaigns=[campaign.uuid], by=None, method=PolicyMethod.DPO, knobs=KNOBS
    )

    cycle = gone_round(open_cycle(track=track))

    assert (cycle.stage, cycle.reasons if cycle.stage == Stage.FAILED else []) == (Stage.DONE, [])
    assert cycle.outcome in (Outcome.HELD, Outcome.PROMOTED)
    heads = {model.purpose: model for model in RewardModel.objects.select_related("run")}
    layers = {purpose: layers_of(model) for purpose, model in heads.items()}
    assert layers == {Purpose.REWARD: [1], Purpose.STOPPING: [1], Purpose.JUDGE: [2]}
    assert result_of(Stage.REPORTING)["pairs"]
    assert result_of(Stage.REINFORCING)["looks"]
    assert result_of(Stage.EVALUATING)["prompts"] == 3
    step = CycleStep.objects.select_related("run").get(stage=Stage.EVALUATING)
    assert step.run is not None
    assert step.run.config["judge"] == str(model_folder(heads[Purpose.JUDGE].run))
    assert list((settings.ARTIFACTS / "states").glob("*/*.safetensors"))
    assert not list(run_folder(heads[Purpose.REWARD].run).glob("states"))


def layers_of(model: RewardModel) -> object:
    manifest = json.loads((model_folder(model.run) / "manifest.json").read_text())
    return manifest["head"]["layers"]


def result_of(stage: Stage) -> dict[str, object]:
    run = CycleStep.objects.select_related("run").get(stage=stage).run
    assert run is not None
    return run.result
