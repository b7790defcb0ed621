"""Files of answers are scored by the engine, and a kill costs the last lines only."""

import json
from pathlib import Path

import pytest

from rewards.engine import score
from rewards.engine.errors import BadInput
from rewards.engine.score import main
from tests.rewards.engine.conftest import Run, asks, says
from tests.rewards.tiny import plant_judge


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    texts = tmp_path / "texts.jsonl"
    rows = [
        {"prompt": asks("q"), "answers": [says("zz"), says("az")], "tools": []},
        {"prompt": asks("another"), "answers": [says("aaaa")]},
    ]
    texts.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {
        "model": plant_judge(tmp_path / "judge", base, letter="z"),
        "texts": texts,
        "out": tmp_path / "scores.jsonl",
    }


def scores(config: dict[str, object]) -> list[dict[str, float | None]]:
    return [json.loads(line) for line in Path(str(config["out"])).read_text().splitlines()]


def test_every_answer_gets_a_line_in_its_order(run: Run, config: dict[str, object]) -> None:
    assert run(main, config) == {"answers": 3}

    found = scores(config)
    assert [each["spread"] for each in found] == [None] * 3
    values = [each["score"] for each in found]
    assert values == sorted(values, key=lambda value: -(value or 0))
    assert len(set(values)) == 3


def test_a_killed_run_goes_on_behind_the_last_whole_line(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(score, "AT_ONCE", 1)
    run(main, config, name="undisturbed")
    whole = scores(config)
    out = Path(str(config["out"]))
    lines = out.read_text().splitlines(keepends=True)
    out.write_text(lines[0] + lines[1][:7])

    run(main, config, name="again")

    assert scores(config) == whole


def test_a_broken_line_is_named(run: Run, config: dict[str, object]) -> None:
    Path(str(config["texts"])).write_text('{"prompt": []}\n')

    with pytest.raises(BadInput, match="line 1"):
        run(main, config)
