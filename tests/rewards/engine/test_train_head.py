"""A head on frozen states learns rankings, says how sure it is, and is scored like any model."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from transformers import AutoModelForSequenceClassification

from annotate.export.batches import Row
from annotate.export.policy import Policy
from rewards.engine import evaluate_reward
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.head_rows import read_rows
from rewards.engine.models import load_tokenizer
from rewards.engine.scorer import Scorer, as_reward_function
from rewards.engine.states import Reader
from rewards.engine.train_head import main
from tests.rewards.engine.conftest import (
    Run,
    asks,
    freeze_pairs,
    freeze_ranked,
    pair_row,
    ranked_row,
    says,
)

TEXTS = ("eeee eeee", "aeae aeae", "aaaa aaaa")


@pytest.fixture
def config(base: Path, tmp_path: Path, letters: list[Row]) -> dict[str, object]:
    return {
        "snapshot": freeze_ranked(tmp_path / "frozen", train=letters),
        "base": base,
        "out": tmp_path / "model",
        "heads": 3,
    }


def test_it_learns_which_answer_people_prefer_and_says_how_sure_it_is(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    result = run(main, config)

    scorer = Scorer(tmp_path / "model")
    found = scorer.uncertain([asks("question 99")] * 3, [says(text) for text in TEXTS])
    scores = [score for score, _ in found]
    assert scores == sorted(scores, reverse=True)
    assert all(spread is not None and spread > 0 for _, spread in found)
    assert {key: result[key] for key in ("groups", "pairs", "ties", "held_out_accuracy")} == {
        "groups": 30,
        "pairs": 90,
        "ties": 0,
        "held_out_accuracy": 1.0,
    }


def test_the_folder_needs_no_other_and_is_no_classifier(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    result = run(main, config)
    folder = tmp_path / "model"

    manifest = json.loads((folder / "manifest.json").read_text())
    frozen = json.loads((tmp_path / "frozen" / "manifest.json").read_text())
    assert (manifest["kind"], manifest["base"]) == ("reward", str(base))
    assert manifest["snapshot"] == frozen["digest"]
    assert manifest["metrics"] == result
    assert (manifest["head"]["layers"], manifest["head"]["poolings"]) == ([1], ["evidence"])
    assert json.loads((folder / "base" / "config.json").read_text())["num_hidden_layers"] == 1
    assert {path.suffix for path in folder.rglob("*") if path.stat().st_size > 20_000} <= {
        ".safetensors",
        "",
    }
    with pytest.raises((OSError, ValueError)):
        AutoModelForSequenceClassification.from_pretrained(folder)


def test_scores_are_the_same_with_a_cache_and_the_states_are_read_once(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(main, {**config, "cache": tmp_path / "states"})
    prompts, answers = [asks("question 7")] * 3, [says(text) for text in TEXTS]
    plain = Scorer(tmp_path / "model").score(prompts, answers)
    monkeypatch.setattr(Reader, "_pooled", None)  # would fail if it were called

    cached = Scorer(tmp_path / "model", cache=tmp_path / "states").score(prompts, answers)

    assert cached == pytest.approx(plain, abs=1e-2)  # bfloat16, in another batch


def test_training_again_after_a_kill_ends_at_the_same_heads(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = {"cache": tmp_path / "states"}
    undisturbed = run(main, {**config, **cache, "out": tmp_path / "undisturbed"}, name="one")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rewards.engine.train_head.save_head", die)
    with pytest.raises(KeyboardInterrupt):
        run(main, {**config, **cache})
    monkeypatch.undo()

    resumed = run(main, {**config, **cache})

    ours, theirs = (
        load_file(tmp_path / name / "head.safetensors") for name in ("model", "undisturbed")
    )
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
    assert resumed["held_out_loss"] == undisturbed["held_out_loss"]


def test_length_is_fitted_and_dropped_from_the_score(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Where the longer answer always wins, the length takes the credit: with it dropped two
    answers are closer than without a covariate."""
    rows = [
        ranked_row(number, ["ab" * (20 + number), "ab" * (5 + number % 7)], [[0], [1]])
        for number in range(24)
    ]
    snapshot = freeze_ranked(tmp_path / "long", train=rows)
    gaps = {}
    for name, covariates in (("with", ["log_characters"]), ("without", [])):
        out = tmp_path / name
        run(main, {**config, "snapshot": snapshot, "out": out, "covariates": covariates}, name=name)
        longer, shorter = Scorer(out).score(
            [asks("question 3")] * 2, [says("ab" * 30), says("ab" * 8)]
        )
        gaps[name] = longer - shorter
    manifest = json.loads((tmp_path / "with" / "manifest.json").read_text())

    assert manifest["metrics"]["covariates"]["log_characters"] > 0
    assert abs(gaps["with"]) < gaps["without"]


def test_its_report_card_says_what_it_would_reach_with_what_it_drops(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Longer always wins: whoever kept the length would be right on every held-out pair."""
    rows = [
        ranked_row(number, ["ab" * (20 + number), "ab" * (5 + number % 7)], [[0], [1]])
        for number in range(30)
    ]
    snapshot = freeze_ranked(tmp_path / "long", train=rows[:24], test=rows[24:])
    out = tmp_path / "out"
    run(main, {**config, "snapshot": snapshot, "out": out, "covariates": ["log_characters"]})

    card = run(evaluate_reward.main, {"snapshot": snapshot, "model": out}, name="card")

    assert card["with_covariates"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_the_careless_are_named_by_their_pseudonyms(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    orders = {"a": [[0], [1], [2]], "b": [[0], [1], [2]], "c": [[0], [1], [2]]}
    rows = [
        {**ranked_row(number, list(TEXTS), orders[who]), "rater": who}
        for number in range(12)
        for who in orders
    ]
    for number in range(12):  # d turns every other order round
        tiers = [[0], [1], [2]] if number % 2 else [[2], [1], [0]]
        rows.append({**ranked_row(number, list(TEXTS), tiers), "rater": "d"})

    run(main, {**config, "snapshot": freeze_ranked(tmp_path / "crowd", train=rows)})

    said = json.loads((tmp_path / "runs" / "run" / "reliability.json").read_text())
    assert set(said) == {"a", "b", "c", "d"}
    assert said["d"]["reliability"] < min(said[who]["reliability"] for who in "abc") - 0.1
    assert said["d"]["votes"] == pytest.approx(24)  # two independent votes in each ranking of three


def test_an_answer_that_many_judged_is_read_once(base: Path, tmp_path: Path) -> None:
    rows = [{**ranked_row(1, ["a", "b"], [[0], [1]]), "rater": who} for who in ("x", "y")]
    rows.append(ranked_row(2, ["a", "b"], [[0, 1]]))
    snapshot = open_snapshot(freeze_ranked(tmp_path / "frozen", train=rows), "ranked")

    found = read_rows(snapshot, load_tokenizer(base), share=(0, 1), limit=512)

    assert len(found.texts) == 4
    assert found.prompts.tolist() == [0, 0, 1, 1]
    assert found.pairs.target.tolist() == [1.0, 1.0, 0.5]
    assert found.pairs.weight.tolist() == pytest.approx([1 / 3] * 3)
    assert found.raters == ["x", "y", "someone"]


def test_pairs_of_a_preference_dataset_are_learned_with_their_soft_labels(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    """Nine of ten take the answer with more e's; of every fourth row it is half of them."""
    rows = [
        pair_row(number, *TEXTS[number % 2 :][:2], soft_label=0.5 if number % 4 == 3 else 0.9)
        for number in range(24)
    ]
    frozen = freeze_pairs(tmp_path / "pairs", Policy(ties="soft"), train=rows)

    result = run(main, {**config, "snapshot": frozen})

    found = read_rows(
        open_snapshot(frozen, "preference"), load_tokenizer(base), share=(0, 1), limit=512
    )
    assert found.pairs.target.tolist() == [0.9, 0.9, 0.9, 0.5] * 6
    assert (result["groups"], result["pairs"], result["ties"]) == (24, 18, 6)
    scores = Scorer(tmp_path / "model").score(
        [asks("question 99")] * 3, [says(text) for text in TEXTS]
    )
    assert scores == sorted(scores, reverse=True)


def test_a_tie_in_two_directions_counts_half_in_each(base: Path, tmp_path: Path) -> None:
    rows = [
        pair_row(1, "one", "other", weight=0.5),
        pair_row(1, "other", "one", weight=0.5),
        pair_row(2, "good", "bad", weight=1.0),
    ]
    frozen = freeze_pairs(tmp_path / "frozen", Policy(ties="both"), train=rows)

    found = read_rows(
        open_snapshot(frozen, "preference"), load_tokenizer(base), share=(0, 1), limit=512
    )

    assert found.pairs.weight.tolist() == pytest.approx([0.25, 0.25, 0.5])


def test_what_cannot_be_is_refused(run: Run, config: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="'covariates'"):
        run(main, {**config, "covariates": ["luck"]}, name="a")
    with pytest.raises(BadConfig, match="1 to 2"):
        run(main, {**config, "layers": [9]}, name="b")
    with pytest.raises(BadInput, match="no ranking to learn from"):
        run(main, {**config, "max_length": 8}, name="c")


def test_a_head_rewards_as_grpo_calls_it(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    run(main, config)

    reward = as_reward_function(tmp_path / "model")
    found = reward(
        prompts=[asks("question 1")] * 2, completions=[says(TEXTS[0]), says(TEXTS[2])], kind="x"
    )

    assert reward.__name__ == "reward"  # TRL names its column by it
    better, worse = found
    assert better is not None
    assert worse is not None
    assert better > worse
