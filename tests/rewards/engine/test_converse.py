"""Turns are answered while the process lives, fit to be shown, and can be read as they grow."""

import json
from pathlib import Path
from typing import Any

import pytest

from commons.sentences import Sentence, restored
from rewards.engine import converse
from rewards.engine.converse import Config, Speaker, main, read_turn
from rewards.engine.errors import BadInput
from tests.rewards.engine.conftest import Run, asks
from tests.rewards.engine.standin import StandIn, events, serves, serving


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


def ask_policy_elsewhere(folder: Path, stand_in: StandIn, base: Path) -> Path:
    """A turn of a model of ours and of the policy in service, 7, which a server writes."""
    file = ask_server(folder, stand_in, base)
    said_so = file.read_text().replace('"server:gpu/large"', '"policy:7"')
    file.write_text(said_so.replace('"large"', '"7"'))
    return file


def test_what_a_server_with_another_policy_does_not_write_another_voice_writes_in_its_own_name(
    base: Path, tmp_path: Path
) -> None:
    """Whatever the server has loaded would answer in the name of the policy in service."""
    reply = StandIn(lambda number, body: events("Yes."), models=lambda number: serves("6"))
    with serving(reply) as stand_in:
        speaker(tmp_path).answer([read_turn(ask_policy_elsewhere(tmp_path, stand_in, base))])

    found = said(tmp_path, "a")
    assert (stand_in.asked, stand_in.looks) == ([], 1)
    assert found["problem"] == ""
    assert [row["source"] for row in found["answers"]] == ["policy:0", "policy:0"]
    assert [row["sampling"]["model"] for row in found["answers"]] == [str(base)] * 2
    assert not any("server" in row["sampling"] for row in found["answers"])


def test_a_server_that_is_away_leaves_the_others_to_answer(base: Path, tmp_path: Path) -> None:
    with serving(StandIn()) as gone:
        pass
    speaker = Speaker(Config(tries=1), tmp_path)

    speaker.answer([read_turn(ask_server(tmp_path, gone, base))])

    found = said(tmp_path, "a")
    assert found["problem"] == ""
    assert [row["source"] for row in found["answers"]] == ["policy:0", "policy:0"]


def test_where_no_voice_is_left_the_turn_says_which_server_and_what_to_do(
    base: Path, tmp_path: Path
) -> None:
    """The policy's id and the address are for whoever mends it, not for whoever talks."""
    with serving(StandIn(models=lambda number: serves("6"))) as stand_in:
        file = ask_policy_elsewhere(tmp_path, stand_in, base)
        row = json.loads(file.read_text())
        row["voices"] = [row["voices"][1], {**row["voices"][1], "temperature": 1.0}]
        file.write_text(json.dumps(row))
        speaker(tmp_path).answer([read_turn(file)])

    found = said(tmp_path, "a")
    problem = restored(found["problem"])
    assert found["answers"] == []
    assert isinstance(problem, Sentence)
    assert problem.startswith("The models could not answer: 'gpu' is away, refuses, or does not")
    assert stand_in.url not in problem
