"""Candidates are written for every prompt, fit to be shown, and resumed after a kill."""

import json
from collections import Counter
from pathlib import Path

import pytest

from rewards.engine import generate
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.generate import main
from rewards.engine.sampling import Drawn
from tests.rewards.engine.conftest import Run, write_prompts

THREE = {"a": "short?", "b": "a question that is longer than the others?", "c": "why is that so?"}


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    return {
        "prompts": write_prompts(tmp_path / "prompts.jsonl", THREE),
        "model": base,
        "out": tmp_path / "out.jsonl",
        "answers": 3,
        "max_new_tokens": 12,
        "batch": 2,
        "source": "base",
    }


def rows_of(config: dict[str, object]) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(str(config["out"])).read_text().splitlines()]


def test_every_prompt_gets_its_answers_with_their_sampling(
    run: Run, config: dict[str, object]
) -> None:
    result = run(main, config)

    rows = rows_of(config)
    first = rows[0]
    sampling = first["sampling"]
    assert isinstance(sampling, dict)
    assert Counter(row["prompt"] for row in rows) == {"a": 3, "b": 3, "c": 3}
    assert first["prompt"] == "b"  # the longest is first
    assert first["source"] == "base"
    assert sorted(sampling) == ["finished", "model", "seed", "temperature", "tokens", "top_p"]
    assert (sampling["temperature"], sampling["top_p"]) == (0.7, 0.95)
    assert result["prompts"] == 3
    assert result["answers"] == 9
    assert result["dropped"] == 0


def test_a_torn_line_is_dropped_and_only_what_is_missing_is_drawn(
    run: Run, config: dict[str, object]
) -> None:
    run(main, config, name="whole")
    out = Path(str(config["out"]))
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:4]) + lines[4][:20])  # prompt b is whole, the next is torn

    result = run(main, config, name="resumed")

    assert out.read_bytes().splitlines(keepends=True)[:3] == lines[:3]
    assert Counter(row["prompt"] for row in rows_of(config)) == {"a": 3, "b": 3, "c": 3}
    assert result["answers"] == 9


def test_a_finished_file_is_left_as_it_is(run: Run, config: dict[str, object]) -> None:
    run(main, config, name="first")
    before = Path(str(config["out"])).read_bytes()

    result = run(main, config, name="second")

    assert Path(str(config["out"])).read_bytes() == before
    assert result["tokens_per_s"] is None


def test_unfit_answers_are_drawn_again_and_in_the_end_left_out(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three slots, and always the texts ``fine``, ``fine`` and one that names its maker: one of
    each prompt is fit; the other two are drawn again three times, for three prompts 18 draws."""
    texts = ["fine", "fine", "I am ChatGPT"]
    monkeypatch.setattr(
        generate,
        "draw",
        lambda model, prompts, rows, **_: [Drawn([n % 3], True) for n in range(len(rows))],
    )
    monkeypatch.setattr(generate, "plain_text", lambda tokenizer, drawn: texts[drawn.ids[0]])

    result = run(main, config)

    said = [row["messages"] for row in rows_of(config)]
    assert said == [[{"role": "assistant", "content": "fine"}]] * 3
    assert (result["answers"], result["dropped"], result["redrawn"]) == (3, 6, 18)


def test_what_cannot_be_drawn_is_refused(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'temperatures' must be"):
        run(main, {**config, "temperatures": [0]})
    with pytest.raises(BadConfig, match="must be at least 1"):
        run(main, {**config, "answers": 0})


def test_prompts_that_are_broken_twice_or_closed_are_refused(
    run: Run, config: dict[str, object]
) -> None:
    prompts = Path(str(config["prompts"]))
    line = prompts.read_text().splitlines()[0]

    for text, refusal in [
        (line + "\n{", "line 2: "),
        (line + "\n" + line, "line 2: prompt a is there twice"),
        (line.replace("user", "assistant"), "line 1: a prompt must leave the last turn open"),
        (line.replace("user", "poet"), "line 1: a message needs a role out of"),
        ("", "holds no prompts"),
    ]:
        prompts.write_text(text)
        with pytest.raises(BadInput, match=refusal):
            run(main, config)
