"""Turns are answered while the process lives, fit to be shown, and can be read as they grow."""

import json
from pathlib import Path
from typing import Any

import pytest

from rewards.engine import converse
from rewards.engine.converse import Config, Speaker, main, read_turn
from rewards.engine.errors import BadInput
from tests.rewards.engine.conftest import Run, asks
from tests.rewards.engine.standin import StandIn, events, serving


def ask(folder: Path, name: str, *models: Path, text: str = "why?") -> Path:
    (folder / "asked").mkdir(parents=True, exist_ok=True)
    (folder / "said").mkdir(exist_ok=True)
    voices = [
        {
            "model": str(model),
            "source": f"policy:{number}",
            "temperature": (7 + number) / 10,
            "max_new_tokens": 12,
        }
        for number, model in enumerate(models)
    ]
    file = folder / "asked" / f"{name}.json"
    file.write_text(json.dumps({"id": name, "messages": asks(text), "voices": voices}))
    return file


def said(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "said" / f"{name}.json").read_text())
    return found


def speaker(folder: Path) -> Speaker:
    return Speaker(Config(), folder)


def test_each_turn_that_waits_is_answered_by_its_voices(
    run: Run, base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "runs" / "run"
    ask(folder, "a", base, base)
    ask(folder, "b", base, base, base, text="a question that is longer?")

    result = run(main, {"patience": 0.4})

    assert result == {"answered": 2}
    assert [row["source"] for row in said(folder, "a")["answers"]] == ["policy:0", "policy:1"]
    assert len(said(folder, "b")["answers"]) == 3
    assert [row["sampling"]["temperature"] for row in said(folder, "a")["answers"]] == [0.7, 0.8]
    assert not list((folder / "asked").iterdir())


def test_what_is_written_so_far_can_be_read(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converse, "TELL", 0)
    turn = read_turn(ask(tmp_path, "a", base, base))
    grown: list[list[str]] = []
    keep = Speaker._keep

    def note(self: Speaker, turn: converse.Turn, *, is_over: bool = False) -> None:
        keep(self, turn, is_over=is_over)
        grown.append(json.loads((tmp_path / "said" / "a.json").read_text())["texts"])

    monkeypatch.setattr(Speaker, "_keep", note)

    speaker(tmp_path).answer([turn])

    lengths = [sum(map(len, texts)) for texts in grown]
    assert len(grown) > 3
    assert lengths == sorted(lengths)


def test_what_gives_a_model_away_is_neither_shown_nor_kept(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converse, "TELL", 0)
    monkeypatch.setattr(converse, "plain_text", lambda tokenizer, drawn: "I am SmolLM.")
    turn = read_turn(ask(tmp_path, "a", base, base))

    speaker(tmp_path).answer([turn])

    assert said(tmp_path, "a") == {"texts": ["", ""], "problem": converse.UNFIT, "answers": []}


def test_a_turn_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{}")

    with pytest.raises(BadInput, match="a.json"):
        read_turn(file)


def ask_server(folder: Path, stand_in: StandIn, base: Path) -> Path:
    """A turn that a server answers beside a model of ours."""
    file = ask(folder, "a", base)
    row = json.loads(file.read_text())
    voice = {"server": "gpu", "url": stand_in.url, "model": "large", "temperature": 0.7}
    row["voices"].append({**voice, "source": "server:gpu/large"})
    file.write_text(json.dumps(row))
    return file


def test_a_server_answers_beside_a_model_and_is_read_as_it_grows(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converse, "TELL", 0)
    grown: list[str] = []
    keep = Speaker._keep

    def note(self: Speaker, turn: converse.Turn, *, is_over: bool = False) -> None:
        keep(self, turn, is_over=is_over)
        grown.append(turn.parts[1].so_far)

    monkeypatch.setattr(Speaker, "_keep", note)
    reply = lambda number, body: events("Because", " it", " is so.")  # noqa: E731 -- one line
    with serving(StandIn(reply)) as stand_in:
        speaker(tmp_path).answer([read_turn(ask_server(tmp_path, stand_in, base))])

    answers = {row["source"]: row for row in said(tmp_path, "a")["answers"]}
    theirs = answers["server:gpu/large"]
    assert theirs["messages"] == [{"role": "assistant", "content": "Because it is so."}]
    assert (theirs["sampling"]["server"], theirs["sampling"]["finish"]) == ("gpu", "stop")
    assert "policy:0" in answers
    assert "Because it is so." in grown


def test_a_server_that_is_away_leaves_the_others_their_say(base: Path, tmp_path: Path) -> None:
    with serving(StandIn()) as gone:
        pass
    speaker = Speaker(Config(tries=1), tmp_path)

    speaker.answer([read_turn(ask_server(tmp_path, gone, base))])

    found = said(tmp_path, "a")
    assert found["problem"] == converse.UNFIT
    assert [row["source"] for row in found["answers"]] == ["policy:0"]
