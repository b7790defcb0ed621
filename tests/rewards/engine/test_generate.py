"""Candidates are written for every prompt, fit to be shown, and resumed after a kill."""

import json
from collections import Counter
from pathlib import Path

import pytest

from rewards.engine import writers
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.generate import main
from rewards.engine.sampling import Drawn
from tests.rewards.engine.conftest import Run, asks, write_prompts

THREE = {"a": "short?", "b": "a question that is longer than the others?", "c": "why is that so?"}


@pytest.fixture
def config(base: Path, tmp_path: Path) -> dict[str, object]:
    return {
        "prompts": write_prompts(tmp_path / "prompts.jsonl", THREE),
        "model": base,
        "out": tmp_path / "out.jsonl",
        "answers": 3,
        "max_new_tokens": 12,
        "rows": 6,
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
    assert sorted(sampling) == [
        "finish",
        "finished",
        "max_new_tokens",
        "model",
        "seed",
        "temperature",
        "tokens",
        "top_p",
    ]
    warmth = 1.0 if first["slot"] == 1 else 0.7
    assert (sampling["temperature"], sampling["top_p"]) == (warmth, 0.95)
    assert result["prompts"] == 3
    assert result["answers"] == 9
    assert result["dropped"] == 0


def test_a_torn_line_is_dropped_and_only_what_is_missing_is_drawn(
    run: Run, config: dict[str, object]
) -> None:
    run(main, config, name="whole")
    out = Path(str(config["out"]))
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join(lines[:4]) + lines[4][:20])  # four are whole, the next is torn

    result = run(main, config, name="resumed")

    assert out.read_bytes().splitlines(keepends=True)[:4] == lines[:4]
    assert Counter(row["prompt"] for row in rows_of(config)) == {"a": 3, "b": 3, "c": 3}
    assert len({(row["prompt"], row["slot"]) for row in rows_of(config)}) == 9
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
    """Three slots of each prompt, at three temperatures, and always the same text at each: fine,
    nearly the same, and one that names its maker. One of each prompt is fit; the other two are
    drawn again three times, for three prompts 18 draws."""
    fine = "One two three four five six seven eight nine ten eleven twelve."
    texts = [fine, f"{fine} Thirteen.", "I am ChatGPT"]
    warmth = [0.1, 0.2, 0.3]
    monkeypatch.setattr(
        writers,
        "draw",
        lambda model, prompts, rows, **_: [
            Drawn([warmth.index(row.temperature)], True) for row in rows
        ],
    )
    monkeypatch.setattr(writers, "plain_text", lambda tokenizer, drawn: texts[drawn.ids[0]])

    result = run(main, {**config, "temperatures": warmth})
    again = run(main, {**config, "temperatures": warmth}, name="again")

    rows = rows_of(config)
    kept = [row for row in rows if "dropped" not in row]
    left_out = [row for row in rows if "dropped" in row]
    assert [row["messages"] for row in kept] == [[{"role": "assistant", "content": fine}]] * 3
    assert {row["dropped"] for row in left_out} == {"alike", "maker"}
    assert (result["answers"], result["dropped"], result["redrawn"]) == (3, 6, 18)
    assert result["dropped_for"] == {"maker": 3, "alike": 3}
    assert result["redrawn_for"] == {"maker": 12, "alike": 12}
    assert {**again, "tokens_per_s": None} == {**result, "tokens_per_s": None}


def test_a_prompt_names_who_answers_it(run: Run, config: dict[str, object], base: Path) -> None:
    """Each voice has its own settings; all are kept beside its answer, the role with them."""
    voices = [
        {"model": str(base), "source": "policy:1", "temperature": 0.5, "role": "promoted"},
        {"model": str(base), "source": "policy:0", "temperature": 0.9, "max_new_tokens": 3},
    ]
    row = {"id": "a", "messages": asks("short?"), "voices": voices}
    Path(str(config["prompts"])).write_text(json.dumps(row) + "\n")

    run(main, {**config, "model": None})

    found = {str(row["source"]): row["sampling"] for row in rows_of(config)}
    first, second = found["policy:1"], found["policy:0"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["temperature"], first["role"]) == (0.5, "promoted")
    assert (second["max_new_tokens"], second["tokens"] <= 3) == (3, True)


@pytest.mark.parametrize(
    ("voice", "refusal"),
    [
        ({"model": "x"}, "a voice needs 'model', 'source' and 'temperature'"),
        ({"model": "x", "source": "s", "temperature": 0}, "a 'temperature' above 0"),
        ({"model": "x", "source": "s", "temperature": "hot"}, "'temperature' of a voice"),
        ({"model": "x", "source": "s", "temperature": 1, "key": "k"}, "a voice has no 'key'"),
    ],
)
def test_an_odd_voice_is_refused_by_its_prompt(
    run: Run, config: dict[str, object], voice: dict[str, object], refusal: str
) -> None:
    row = {"id": "a", "messages": asks("short?"), "voices": [voice]}
    Path(str(config["prompts"])).write_text(json.dumps(row) + "\n")

    with pytest.raises(BadInput, match=f"prompt a: .*{refusal}"):
        run(main, config)


def test_long_answers_are_drawn_fewer_at_a_time(
    run: Run, config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for none beside another, and one is always drawn."""
    together: list[int] = []

    def note(model: object, prompts: object, rows: list[object], **_: object) -> list[Drawn]:
        together.append(len(rows))
        return [Drawn([], True)] * len(rows)

    monkeypatch.setattr(writers, "draw", note)

    run(main, {**config, "cache_tokens": 1})

    assert set(together) == {1}


def test_somebody_must_answer(run: Run, config: dict[str, object]) -> None:
    with pytest.raises(BadConfig, match="'model' is missing"):
        run(main, {**config, "model": None})


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
