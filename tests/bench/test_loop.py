"""Weeks of the loop on tiny models: what is held out stays so, and a second start does nothing."""

import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bench import loop
from bench.loop_data import cut, parts_of, write_prompts
from tests.bench.letters import write_letters
from tests.rewards.tiny import make_tiny_base

# TRL 1.16 asks transformers 5.23 by the old name
pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")

LINES, HELD_OUT = 60, 12
Play = Callable[[], dict[str, Any]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "data.jsonl", LINES)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stations that were begun; engines run in this process, on layers that there are."""
    begun: list[str] = []

    def run_here(
        module: str, folder: Path, config: Mapping[str, object], _heard: object
    ) -> dict[str, Any]:
        told = folder / "result.json"
        if not told.exists():
            begun.append(f"{folder.parent.name} {folder.name}")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "config.json").write_text(json.dumps(config))
            importlib.import_module(f"rewards.engine.{module}").main(folder)
        result: dict[str, Any] = json.loads(told.read_text())
        return result

    monkeypatch.setattr(loop, "run_engine", run_here)
    monkeypatch.setattr(loop, "LAYERS", {"reward": [1], "stopping": [2], "judge": [1, 2]})
    return begun


@pytest.fixture
def two_weeks(
    data: Path,
    begun: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Play:
    """Plays them, or finds them, and gives the last line."""
    base = make_tiny_base(tmp_path / "base")
    numbers = {
        "--iterations": 2,
        "--held-out": HELD_OUT,
        "--samples": 2,
        "--train-prompts": 20,
        "--max-new-tokens": 8,
    }
    knobs = {"max_steps": 2, "samples": 4, "watch_prompts": 4, "watch_every": 2}
    asked = ["loop", "--data", str(data), "--base", str(base), "--knobs", json.dumps(knobs)]
    folder = ["--folder", str(tmp_path / "loop")]
    listed = [str(part) for pair in numbers.items() for part in pair]
    monkeypatch.setattr("sys.argv", [*asked, *folder, *listed])

    def play() -> dict[str, Any]:
        loop.main()
        line: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return line

    return play


def test_two_weeks_are_told_and_a_second_start_finds_them(
    two_weeks: Play, begun: list[str]
) -> None:
    first = two_weeks()

    stations = ("reward", "stopping", "judge", "improving", "comparing")
    assert begun == [f"week{week} {each}" for week in (1, 2) for each in stations]
    assert first["prompts"]["held_out"] == HELD_OUT
    for week in first["iterations"]:
        for rate in ("win_rate", "win_rate_at_equal_length"):
            assert week[rate]["low"] <= week[rate]["value"] <= week[rate]["high"]
        assert sorted(week["minutes"]) == sorted(stations)

    begun.clear()
    again = two_weeks()
    assert begun == []
    assert _without_times(again) == _without_times(first)


def test_the_second_week_begins_from_the_first_ones_policy_on_prompts_of_its_own(
    two_weeks: Play, tmp_path: Path
) -> None:
    two_weeks()

    weeks = [tmp_path / "loop" / f"week{number}" for number in (1, 2)]
    improving, compared = (
        [json.loads((week / name / "config.json").read_text()) for week in weeks]
        for name in ("improving", "comparing")
    )
    assert [each["base"] for each in improving] == [str(tmp_path / "base"), improving[0]["out"]]
    assert [each["against"] for each in compared] == [str(tmp_path / "base")] * 2
    asked = [questions(Path(each["prompts"])) for each in improving]
    assert asked[0].isdisjoint(asked[1])
    assert questions(Path(compared[0]["prompts"])).isdisjoint(asked[0] | asked[1])


def test_no_prompt_teaches_two_models_and_none_that_is_held_out_teaches_any(
    data: Path, tmp_path: Path
) -> None:
    sets = cut(data, tmp_path / "loop", held_out=HELD_OUT, seed=0)

    parts = [{line.prompt for line in part} for part in parts_of(sets.train).values()]
    held_out = questions(write_prompts(tmp_path / "held.jsonl", sets.held_out, "h"))
    assert sum(map(len, [*parts, held_out])) == len(set.union(*parts, held_out)) == LINES
    assert all(parts)


def questions(path: Path) -> set[str]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["messages"][0]["content"] for row in rows}


def _without_times(line: dict[str, Any]) -> dict[str, Any]:
    weeks = [
        {name: value for name, value in week.items() if name != "minutes"}
        for week in line["iterations"]
    ]
    kept = {name: value for name, value in line.items() if name not in ("minutes", "load")}
    return {**kept, "iterations": weeks}
