"""What a reward model can be asked to learn, and what it tells of it."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers.integrations import integration_utils

from annotate.export.batches import Row
from annotate.export.policy import Policy
from rewards.engine import lora, train_reward, training
from rewards.engine.config import read_config
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.reward_knobs import Config
from rewards.engine.scorer import Scorer
from rewards.engine.train_reward import Fitting, main
from rewards.engine.training import Watch
from tests.rewards.engine.conftest import (
    Run,
    asks,
    freeze_pairs,
    freeze_ranked,
    pair_row,
    ranked_row,
    says,
)
from tests.rewards.engine.killing import run_killed_at
from tests.rewards.engine.launched import Work, launch_two

TEXTS = ["eeee eeee", "aeae aeae", "aaaa aaaa"]
# peft asks transformers 5.23 by the old name
by_peft = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")


@pytest.fixture
def config(base: Path, tmp_path: Path, letters: list[Row]) -> dict[str, object]:
    """Thirty rankings to learn from, ten to validate on."""
    held_out = [ranked_row(number, TEXTS, [[0], [1], [2]]) for number in range(100, 110)]
    return {
        "snapshot": freeze_ranked(tmp_path / "frozen", train=letters, validation=held_out),
        "base": base,
        "out": tmp_path / "model",
        "learning_rate": 3e-3,
        "epochs": 2,
        "groups": 2,
    }


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def scores_of(folder: Path) -> list[float]:
    return Scorer(folder).score([asks("question 999")] * 3, [says(text) for text in TEXTS])


def numbers(result: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in result.items() if name != "seconds"}


def test_held_out_rankings_are_judged_on_the_way_and_at_the_end(
    run: Run, config: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    result = run(main, {**config, "evaluations": 3})

    judged = [line for line in told(capsys) if "validation_loss" in line["metrics"]]
    assert [(line["step"], line["of"]) for line in judged] == [(10, 30), (20, 30), (30, 30)]
    assert judged[-1]["metrics"] == {
        name: result[name]
        for name in (
            "validation_accuracy",
            "validation_accuracy_with_covariates",
            "validation_loss",
        )
    }
    assert result["validation_accuracy"] == 1.0
    assert (result["kept_step"], result["last_step"]) == (30, 30)


def test_without_a_better_loss_for_long_it_stops_and_keeps_the_best_weights(
    run: Run, config: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The held-out people want the opposite: whatever is learnt makes it worse."""
    letters = [ranked_row(number, TEXTS, [[0], [1], [2]]) for number in range(30)]
    contrary = [ranked_row(number, TEXTS, [[2], [1], [0]]) for number in range(100, 110)]
    frozen = freeze_ranked(tmp_path / "other", train=letters, validation=contrary)
    asked = {**config, "snapshot": frozen, "evaluations": 30, "patience": 4, "warm_up": 0.0}

    result = run(main, asked)

    losses = {
        line["step"]: line["metrics"]["validation_loss"]
        for line in told(capsys)
        if "validation_loss" in line["metrics"]
    }
    assert result["last_step"] == max(losses) < 30
    assert result["kept_step"] == min(losses, key=lambda step: losses[step])
    assert int(str(result["kept_step"])) == max(losses) - 4
    assert result["validation_loss"] == min(losses.values())
    above, _, below = scores_of(tmp_path / "model")
    assert abs(above - below) < 1  # thirty steps take them 5 apart


def test_patience_without_anything_held_out_is_refused(
    run: Run, config: dict[str, object], tmp_path: Path, letters: list[Row]
) -> None:
    alone = freeze_ranked(tmp_path / "alone", train=letters)

    with pytest.raises(BadInput, match="nothing to validate on"):
        run(main, {**config, "snapshot": alone, "patience": 1})
    with pytest.raises(BadConfig, match="'patience' counts evaluations"):
        run(main, {**config, "evaluations": 0, "patience": 1})


def all_at_once(config: dict[str, object]) -> dict[str, object]:
    return {
        **config,
        "ties": "davidson",
        "margins": [0.2, 0.4, 0.6],
        "centring": 0.01,
        "drop_covariates": True,
        "reliability": True,
        "evaluations": 6,
        "patience": 3,
    }


@pytest.fixture
def mixed(config: dict[str, object], tmp_path: Path) -> dict[str, object]:
    """Ties, strengths, markdown, three raters, and an edited answer."""
    texts = ["**eeee** eeee", "aeae aeae aeae", "aaaa aaaa"]
    rows = []
    for number in range(30):
        row = ranked_row(number, texts, [[0], [1, 2]] if number % 5 == 0 else [[0], [1], [2]])
        strengths = [1 + number % 3] * (len(row["tiers"]) - 1)
        rows.append({**row, "strengths": strengths, "rater": f"r-{number % 3}"})
    rows[1] |= {"ideal": says("eeee eeee eeee"), "ideal_id": "d1"}
    held_out = [ranked_row(number, texts, [[0], [1], [2]]) for number in range(100, 110)]
    frozen = freeze_ranked(tmp_path / "mixed", train=rows, validation=held_out)
    return all_at_once({**config, "snapshot": frozen})


def test_what_is_fitted_beside_is_told_and_is_no_part_of_the_score(
    run: Run, mixed: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, mixed)

    folder = tmp_path / "model"
    manifest = json.loads((folder / "manifest.json").read_text())
    believed = json.loads((folder / "reliability.json").read_text())
    assert manifest["metrics"] == result
    assert isinstance(result["covariates"], dict)
    assert sorted(result["covariates"]) == ["log_characters", "markdown_density"]
    assert float(str(result["tie_nu"])) > 0
    assert (result["pairs"], result["ties"]) == (30 * 3 - 6 + 3, 6)  # and three by the edited one
    assert sorted(believed) == ["r-0", "r-1", "r-2"]
    assert all(0 < value < 1 for value in believed.values())
    assert sorted(load_file(folder / "model.safetensors"))[-1] == "score.weight"
    assert {name.split(".")[0] for name in load_file(folder / "model.safetensors")} == {
        "model",
        "score",
    }
    assert scores_of(folder)[0] > scores_of(folder)[2]


def test_a_killed_run_that_fits_more_goes_on_and_ends_at_the_same_numbers(
    run: Run, mixed: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = run(main, {**mixed, "out": tmp_path / "undisturbed"}, name="undisturbed")
    save = Watch.on_save

    def save_and_die(self: Watch, args: Any, state: Any, control: Any, **rest: object) -> None:
        save(self, args, state, control, **rest)
        if state.global_step == 13:
            raise KeyboardInterrupt

    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    monkeypatch.setattr(Watch, "on_save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(main, mixed)
    monkeypatch.undo()

    resumed = run(main, mixed)

    ours, theirs = (
        load_file(tmp_path / name / "model.safetensors") for name in ("model", "undisturbed")
    )
    assert numbers(resumed) == numbers(undisturbed)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    believed = [
        (tmp_path / name / "reliability.json").read_text() for name in ("model", "undisturbed")
    ]
    assert believed[0] == believed[1]


def test_whole_orders_are_learnt_at_once(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, {**config, "loss": "plackett_luce", "epochs": 3})

    scores = scores_of(tmp_path / "model")
    assert scores == sorted(scores, reverse=True)
    assert result["validation_accuracy"] == 1.0


def test_pairs_are_learnt_from_as_rankings_are(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    rows = [
        pair_row(number, TEXTS[0], TEXTS[2], margin=0.5, soft_label=1.0) for number in range(40)
    ]
    policy = Policy(ties="soft", margins={"1": 0.5})
    frozen = freeze_pairs(tmp_path / "pairs", policy, train=rows)

    result = run(main, {**config, "snapshot": frozen})

    above, _, below = scores_of(tmp_path / "model")
    assert (result["groups"], result["pairs"]) == (40, 40)
    assert above > below
    orders = {**config, "snapshot": frozen, "loss": "plackett_luce", "out": tmp_path / "orders"}
    with pytest.raises(BadConfig, match="plackett_luce needs whole orders"):
        run(main, orders, name="orders")


def test_a_careless_rater_is_found_in_one_epoch(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Three people say what is so; d throws a coin, which here turns every other order round."""
    rows = []
    for number in range(25):
        rows += [{**ranked_row(number, TEXTS, [[0], [1], [2]]), "rater": who} for who in "abc"]
        coin = [[0], [1], [2]] if number % 2 else [[2], [1], [0]]
        rows.append({**ranked_row(number, TEXTS, coin), "rater": "d"})
    frozen = freeze_ranked(tmp_path / "crowd", train=rows)

    run(main, {**config, "snapshot": frozen, "reliability": True, "epochs": 1})

    found = json.loads((tmp_path / "model" / "reliability.json").read_text())
    assert len(found) == 4
    assert found.pop("d") < 0.65
    assert min(found.values()) > 0.9


def test_raters_are_looked_at_in_the_first_epoch_alone(
    config: dict[str, object], tmp_path: Path
) -> None:
    """By the second their votes have been learnt from."""
    (tmp_path / "config.json").write_text(json.dumps({**config, "reliability": True}, default=str))
    trainer = Fitting(read_config(tmp_path / "config.json", Config), tmp_path).trainer

    listens = []
    for epoch in (0.0, 0.9, 1.0, 1.5):
        trainer.state.epoch = epoch
        listens.append(trainer._listens())

    assert listens == [True, True, False, False]


def test_nobodys_reliability_is_found_where_no_row_says_whose_it_is(
    run: Run, config: dict[str, object], tmp_path: Path, letters: list[Row]
) -> None:
    nameless = freeze_ranked(tmp_path / "nameless", train=[{**row, "rater": ""} for row in letters])

    with pytest.raises(BadInput, match="nobody's 'reliability' can be found"):
        run(main, {**config, "snapshot": nameless, "reliability": True})


@by_peft
@pytest.mark.parametrize("path", ["padded", "tree"])
def test_adapters_are_merged_into_a_plain_folder(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path, path: str
) -> None:
    """The output and all linear layers have moved, the embeddings have not."""
    asked = {**config, "method": "lora", "lora_rank": 4, "learning_rate": 1e-2, "path": path}

    run(main, asked)

    saved, begun = (load_file(at / "model.safetensors") for at in (tmp_path / "model", base))
    moved = {name for name in saved if name in begun and not torch.equal(saved[name], begun[name])}
    assert saved.keys() - begun.keys() == {"score.weight"}
    assert moved == {name for name in begun if "proj" in name}
    assert {value.dtype for value in saved.values()} == {torch.float32}
    scores = scores_of(tmp_path / "model")
    assert scores == sorted(scores, reverse=True)


@by_peft
def test_adapters_that_were_killed_go_on_and_end_with_the_same_weights(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**config, "method": "lora", "lora_rank": 4, "learning_rate": 2e-2, "max_steps": 12}
    undisturbed = run(main, {**asked, "out": tmp_path / "whole"}, name="whole")
    run_killed_at(7, run, main, asked, monkeypatch)

    resumed = run(main, asked)

    ours, theirs = (load_file(tmp_path / at / "model.safetensors") for at in ("model", "whole"))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert numbers(resumed) == numbers(undisturbed)


def test_adapters_without_peft_are_refused(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lora, "find_spec", lambda name: None)

    with pytest.raises(BadConfig, match="needs the package peft; install it, or choose full"):
        run(main, {**config, "method": "lora"})


def test_tensorboard_that_is_not_there_is_refused_before_anything_is_loaded(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None)

    with pytest.raises(BadConfig, match="'tensorboard' needs the package tensorboard; install it"):
        run(main, {**config, "tensorboard": True, "base": "/nowhere"})


def test_tensorboard_is_given_the_curves(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the package is there; it is stood in for by what keeps each point."""
    points: list[tuple[str, int]] = []

    class Writer:
        def __init__(self, log_dir: str) -> None:
            self.log_dir = log_dir

        def add_scalar(self, name: str, value: float, step: int) -> None:
            points.append((name, step))

        def add_text(self, *_: object) -> None: ...

        def flush(self) -> None: ...

        def close(self) -> None: ...

    board = SimpleNamespace(SummaryWriter=Writer)
    monkeypatch.setattr(training, "find_spec", lambda name: board)
    monkeypatch.setattr(integration_utils, "is_tensorboard_available", lambda: True)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", board)

    run(main, {**config, "max_steps": 2, "tensorboard": True})

    assert [step for name, step in points if name == "train/loss"] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"method": "half"}, "'method' must be one of full, lora, not 'half'"),
        ({"path": "fast"}, "'path' must be one of auto, tree, padded, not 'fast'"),
        ({"recompute": "no"}, "'recompute' must be one of auto, always, never, not 'no'"),
        ({"groups": 0}, "'groups' must be a multiple of the 1 process"),
        ({"margins": [1.0]}, "'margins' must be three numbers"),
        ({"loss": "plackett_luce", "ties": "drop"}, "choose bradley_terry"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_loaded(
    run: Run, config: dict[str, object], asked: dict[str, object], refusal: str
) -> None:
    with pytest.raises(BadConfig, match=refusal):
        run(main, {**config, **asked, "base": "/nowhere"})


def test_two_processes_fit_the_model_that_one_fits(
    run: Run, mixed: dict[str, object], tmp_path: Path
) -> None:
    """Four rankings a step, two for each process, in batches of unlike number; one of them speaks.

    Held-out rankings are shared too. Sums are made in another order: the last digits differ.
    """
    asked = {**mixed, "groups": 4, "max_steps": 6, "tokens_per_batch": 300, "path": "padded"}
    alone = run(main, asked, name="alone")
    together = {**asked, "out": tmp_path / "together"}

    [done] = launch_two([Work(train_reward.__name__, tmp_path / "runs" / "together", together)])

    result = done.result
    assert done.steps == [1, 2, 3, 4, 5, 6]
    assert result["loss"] == pytest.approx(alone["loss"], abs=2e-3)
    assert result["validation_loss"] == pytest.approx(alone["validation_loss"], abs=2e-3)
    assert result["covariates"] == pytest.approx(alone["covariates"], abs=2e-3)
    assert (tmp_path / "together" / "manifest.json").exists()
