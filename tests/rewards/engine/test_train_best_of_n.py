"""A policy learns its own best answers, of this iteration and of those before."""

import json
from pathlib import Path
from typing import cast

import pytest
from safetensors.torch import load_file

from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.improving.prompts import Asked
from rewards.engine.improving.samples import Sample, Sampled
from rewards.engine.jsonl import JsonRow, whole_rows
from rewards.engine.prompts import Prompt
from rewards.engine.train_best_of_n import best_rows, main
from tests.rewards.engine.conftest import Run, asks, write_prompts
from tests.rewards.engine.improving.conftest import config as config
from tests.rewards.engine.killing import run_killed_at


def test_the_reward_rises(run: Run, config: dict[str, object], tmp_path: Path) -> None:
    result = run(main, {**config, "learning_rate": 1e-2})

    assert float(str(result["reward_gain"])) > 0.2
    assert (result["answers"], result["from_earlier"]) == (12, 0)
    assert (tmp_path / "model" / "model.safetensors").exists()


def test_a_better_answer_of_an_earlier_iteration_is_learned_in_place_of_a_worse_one(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Earlier, somebody said nothing but e to every prompt; no draw of ours will beat that.

    What score they had then says nothing: the reward model of now scores them anew.
    """
    run(main, {**config, "max_steps": 1, "out": tmp_path / "first"}, name="first")
    earlier = tmp_path / "earlier.jsonl"
    rows = whole_rows(tmp_path / "runs" / "first" / "samples.jsonl")
    earlier.write_text("".join(json.dumps(said_e(row)) + "\n" for row in rows))

    result = run(main, {**config, "earlier": [str(earlier)]}, name="second")

    assert (result["answers"], result["from_earlier"]) == (12, 12)


def test_prompts_of_earlier_weeks_are_learned_from_though_nobody_asks_them_now(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Sixteen then, of which four were watched; sixteen others now, four of them watched. Two of
    the old ones may not be used any more."""
    run(main, {**config, "max_steps": 1, "out": tmp_path / "first"}, name="first")
    kept = tmp_path / "runs" / "first" / "samples.jsonl"
    old = [str(row["prompt"]) for row in whole_rows(kept)]
    usable = tmp_path / "usable.txt"
    usable.write_text("".join(f"{prompt}\n" for prompt in old[2:]))
    newer = {f"n{number}": f"another question {number}" for number in range(16)}
    prompts = write_prompts(tmp_path / "newer.jsonl", newer)
    told = {**config, "prompts": prompts, "earlier": [str(kept)]}

    result = run(main, {**told, "usable": usable}, name="second")

    assert len(old) == 12
    assert (result["answers"], result["from_earlier"]) == (12 + 10, 10)


def said_e(row: JsonRow) -> JsonRow:
    first = cast(list[JsonRow], row["answers"])[0]
    said = {"text": "e" * 16, "ids": first["ids"], "finished": True, "score": -99.0}
    return {**row, "answers": [said]}


def test_of_every_iteration_the_best_answer_to_each_prompt() -> None:
    """a: the earlier one is better; b: it is worse; c: only an earlier one is fit; d: it is not
    asked any more."""

    def said(prompt: str, score: float, text: str = "yes") -> Sampled:
        return Sampled(prompt, asks(prompt), [Sample(text, [round(score)], False, score)])

    learned = [Asked(Prompt(name, asks(name)), [9, 9]) for name in "abcd"]
    own = [said("a", 1), said("b", 3), said("c", 9, text="")]
    before = [said("a", 2), said("b", 2), said("c", 1), said("d", 8), said("d", 5)]

    rows, from_before = best_rows(learned, own, before, end=7, most_longer=1.0)

    assert [row["input_ids"] for row in rows] == [
        [9, 9, 2],
        [9, 9, 3],
        [9, 9, 1],
        [9, 9, 8],
    ]
    assert [row["labels"] for row in rows] == [[-100, -100, n] for n in (2, 3, 1, 8)]
    assert from_before == 3


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(
    run: Run, config: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(main, {**config, "out": tmp_path / "whole"}, name="whole")
    run_killed_at(3, run, main, config, monkeypatch)

    run(main, config)

    one, other = (load_file(tmp_path / at / "model.safetensors") for at in ("whole", "model"))
    assert all(one[name].equal(other[name]) for name in one)


def test_samples_that_are_gone_are_missed_by_name(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="gone.jsonl is not there; leave it out of 'earlier'"):
        run(main, {**config, "earlier": [str(tmp_path / "gone.jsonl")]})
    with pytest.raises(BadInput, match="gone.txt is not there; leave 'usable' out"):
        run(main, {**config, "usable": str(tmp_path / "gone.txt")})


def test_a_wrong_config_is_refused_by_name(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'answers_per_step' must be a multiple"):
        run(main, {**config, "answers_per_step": 3})
    with pytest.raises(BadConfig, match="'max_longer' must be 0 or more"):
        run(main, {**config, "max_longer": -1.0})
