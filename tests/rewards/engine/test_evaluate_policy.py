"""A planted better policy is found out, an equal one is not."""

import json
import shutil
from pathlib import Path
from typing import cast

import pytest

from rewards.engine.comparison import Answer
from rewards.engine.errors import BadConfig
from rewards.engine.evaluate_policy import main
from tests.rewards.engine.conftest import Run, asks, freeze_sft, sft_row, write_prompts
from tests.rewards.tiny import plant_judge, plant_policy


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    texts = {f"p{number}": f"question {number}" for number in range(40)}
    return {
        "prompts": write_prompts(tmp_path / "prompts.jsonl", texts),
        "policy": plant_policy(tmp_path / "fond", base, letter="e", by=0.6),
        "against": base,
        "judge": plant_judge(tmp_path / "judge", base, letter="e"),
        "max_new_tokens": 24,
        "temperature": 1.0,
        "rounds": 2000,
    }


def interval(result: dict[str, object]) -> dict[str, float]:
    found = result["win_rate"]
    assert isinstance(found, dict)
    return found


def test_a_better_policy_wins_beyond_doubt(run: Run, config: dict[str, object]) -> None:
    result = run(main, config)

    found = interval(result)
    samples = result["samples"]
    assert isinstance(samples, list)
    assert result["prompts"] == 40
    assert 0.5 < found["low"] < found["value"] <= found["high"]
    assert len(samples) == 20
    assert samples[0]["prompt"] == asks("question 0")
    assert sorted(samples[0]) == [
        "against",
        "against_score",
        "policy",
        "policy_score",
        "prompt",
        "prompt_id",
    ]


def test_it_is_compared_on_fresh_prompts_by_skill_and_with_the_base(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    """Ten fresh prompts about law, thirty old ones about nothing named; in service: the base."""
    file = Path(str(config["prompts"]))
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    for number, row in enumerate(rows):
        row |= {"fresh": number < 10, "skill": "law" if number < 10 else ""}
    file.write_text("\n".join(map(json.dumps, rows)))
    other = plant_policy(tmp_path / "other", base, letter="q")

    result = run(main, {**config, "against": other, "base": base}, name="three")
    alone = run(main, {**config, "base": base}, name="two")

    assert (result["prompts"], result["fresh"]) == (40, 10)
    skills = cast(dict[str, dict[str, float]], result["by_skill"])
    assert {name: found["prompts"] for name, found in skills.items()} == {"": 30, "law": 10}
    assert skills["law"]["value"] > 0.5
    assert cast(dict[str, object], result["against_base"])["prompts"] == 40
    assert interval(cast(dict[str, object], result["against_base"]))["low"] > 0.5
    assert alone["against_base"] is None  # that is the one in service


def test_an_equal_policy_does_not(run: Run, config: dict[str, object], tmp_path: Path) -> None:
    """A letter that the judge does not look at makes another policy, but no better one."""
    other = plant_policy(tmp_path / "other", Path(str(config["against"])), letter="q")

    found = interval(run(main, {**config, "policy": other}))

    assert found["low"] < 0.5 < found["high"]


def test_what_a_small_model_gains_by_is_counted_and_perplexity_is_read_from_demonstrations(
    run: Run, config: dict[str, object], base: Path, tmp_path: Path
) -> None:
    """A policy that writes sevens: no prompt holds one, for their numbers end at 6."""
    texts = {f"p{number}": f"question {number % 7}" for number in range(12)}
    asked = {
        **config,
        "prompts": write_prompts(tmp_path / "few.jsonl", texts),
        "policy": plant_policy(tmp_path / "sevens", base, letter="7", by=2.0),
        "snapshot": freeze_sft(tmp_path / "frozen", test=[sft_row(n, "eeee") for n in range(4)]),
    }

    result = run(main, asked)

    counted = cast(dict[str, dict[str, float]], result["unsupported"])
    perplexity = cast(dict[str, float], result["perplexity"])
    assert counted["figures"]["policy_count"] > counted["figures"]["against_count"]
    assert cast(dict[str, float], counted["figures"]["more"])["low"] > 0
    assert counted["links"]["policy_count"] == 0
    assert perplexity["demonstrations"] == 4
    assert perplexity["policy"] > perplexity["against"]  # what it gave to 7 it took from e
    assert run(main, config, name="without")["perplexity"] is None


def test_a_policy_against_itself_is_a_tie_throughout(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(str(config["against"]), copy)

    result = run(main, {**config, "policy": copy})

    assert interval(result) == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert result["length_ratio"] == 1.0


def test_a_year_of_looks_widens_the_interval(run: Run, config: dict[str, object]) -> None:
    once, weekly = (
        interval(run(main, {**config, "looks": looks}, name=f"looks{looks}")) for looks in (1, 52)
    )

    assert weekly["value"] == once["value"]
    assert weekly["low"] < once["low"]


def test_a_killed_run_keeps_the_batches_that_it_has_drawn(
    run: Run, config: dict[str, object], tmp_path: Path
) -> None:
    """Forty prompts are three batches of 16; the second is torn, so one is kept."""
    undisturbed = run(main, config, name="undisturbed")
    shutil.copytree(tmp_path / "runs" / "undisturbed", tmp_path / "runs" / "killed")
    (tmp_path / "runs" / "killed" / "result.json").unlink()
    kept = tmp_path / "runs" / "killed" / "policy.jsonl"
    lines = kept.read_bytes().splitlines(keepends=True)
    kept.write_bytes(b"".join(lines[:20]) + lines[20][:30])

    resumed = run(main, config, name="killed")

    assert resumed == undisturbed
    assert kept.read_bytes() == b"".join(lines)


def test_wins_ties_and_refusals() -> None:
    good, bad = Answer("a", True, 1.0), Answer("b", True, 0.0)

    assert (good.wins(bad), bad.wins(good)) == (1.0, 0.0)
    assert good.wins(Answer("b", True, 1.0)) == 0.5  # equal scores
    assert good.wins(Answer("a", True, 1.0000001)) == 0.5  # the same words
    assert Answer("I'm sorry, but I can't help with that.", True, 0.0).refuses
    assert Answer("I cannot provide that.", True, 0.0).refuses
    assert not Answer("You can't boil an egg without water.", True, 0.0).refuses


def test_an_answer_that_says_a_passage_again_and_again_loops() -> None:
    assert Answer("I am here. " * 20, True, 0.0).loops
    assert not Answer("Each of these words stands here once and says one thing.", True, 0.0).loops
    assert not Answer("No, no, no, no.", True, 0.0).loops


@pytest.mark.parametrize("nonsense", [{"temperature": 0}, {"samples": 0}, {"alpha": 1}])
def test_nonsense_is_refused(
    run: Run, config: dict[str, object], nonsense: dict[str, object]
) -> None:
    with pytest.raises(BadConfig, match="must be"):
        run(main, {**config, **nonsense})
