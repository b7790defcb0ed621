"""Candidates that a server writes: many at once, resumed where a kill or a fault stopped them."""

import json
from collections import Counter
from pathlib import Path

import pytest

from rewards.engine.generate import main
from rewards.engine.servers import ServerAway
from tests.rewards.engine.conftest import Run, asks
from tests.rewards.engine.standin import Answer, Body, StandIn, serving, whole

SECRET = "sk-not-in-any-file"


def config_for(folder: Path, stand_in: StandIn, prompts: int = 6) -> dict[str, object]:
    voice = {
        "model": "large",
        "source": "server:gpu/large",
        "temperature": 0.7,
        "role": "server",
        "server": "gpu",
        "url": stand_in.url,
    }
    rows = [
        {"id": str(number), "messages": asks(f"Question {number}?"), "voices": [voice, voice]}
        for number in range(prompts)
    ]
    file = folder / "prompts.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {"prompts": file, "out": folder / "out.jsonl", "concurrency": 3, "tries": 1}


def rows_of(config: dict[str, object]) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(str(config["out"])).read_text().splitlines()]


def two_answers(number: int, body: Body) -> Answer:
    asked = body["messages"][-1]["content"]
    return whole(f"Yes, to {asked}", f"No, not to {asked}")


def test_each_prompt_is_one_request_and_no_key_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENERATOR_KEY_GPU", SECRET)
    with serving(StandIn(two_answers)) as stand_in:
        config = config_for(tmp_path, stand_in)
        result = run(main, config)

    rows = rows_of(config)
    sampling = rows[0]["sampling"]
    assert isinstance(sampling, dict)
    assert (len(stand_in.asked), result["answers"], result["dropped"]) == (6, 12, 0)
    assert Counter(row["prompt"] for row in rows) == {str(number): 2 for number in range(6)}
    assert (sampling["model"], sampling["server"], sampling["finish"]) == ("large", "gpu", "stop")
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert SECRET.encode() not in written


def test_a_fault_stops_it_in_words_and_a_further_start_asks_for_the_rest(
    run: Run, tmp_path: Path
) -> None:
    """The server falls at the fourth request: what was answered stays, and is not asked again."""

    def reply(number: int, body: Body) -> Answer:
        return Answer(503) if 4 <= number < 7 else two_answers(number, body)

    with serving(StandIn(reply)) as stand_in:
        config = {**config_for(tmp_path, stand_in), "concurrency": 1}
        with pytest.raises(ServerAway, match="start it or mend its address"):
            run(main, config)
        kept = rows_of(config)
        with (tmp_path / "out.jsonl").open("ab") as file:
            file.write(b'{"prompt": "3", "slo')  # and a kill tore a line
        stand_in.reply = two_answers
        result = run(main, config)

    asked = Counter(body["messages"][-1]["content"] for body in stand_in.asked)
    assert len(kept) == 6
    assert rows_of(config)[:6] == kept
    assert result["answers"] == 12
    assert [asked[f"Question {number}?"] for number in range(3)] == [1, 1, 1]


def test_what_a_server_repeats_or_names_is_asked_for_again(run: Run, tmp_path: Path) -> None:
    def reply(number: int, body: Body) -> Answer:
        if number == 1:
            return whole("Yes.", "I am ChatGPT, a model.")
        return whole("yes!") if number == 2 else whole("Perhaps.")

    with serving(StandIn(reply)) as stand_in:
        config = config_for(tmp_path, stand_in, prompts=1)
        result = run(main, config)

    assert [body.get("n") for body in stand_in.asked] == [2, None, None]
    assert result["redrawn_for"] == {"maker": 1, "alike": 1}
    assert [row["messages"] for row in rows_of(config)] == [
        [{"role": "assistant", "content": "Yes."}],
        [{"role": "assistant", "content": "Perhaps."}],
    ]
