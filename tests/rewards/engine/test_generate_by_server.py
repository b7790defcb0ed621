"""Candidates that a server writes: many at once, resumed where a kill or a fault stopped them."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from rewards.engine.generate import main
from rewards.engine.servers import ServerAway, ServerRefused
from tests.rewards.engine.conftest import Run, asks
from tests.rewards.engine.standin import Answer, Body, StandIn, serves, serving, whole

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


@pytest.mark.parametrize("together", [1, 3])
def test_as_many_prompts_are_asked_at_a_time_as_it_is_told(
    run: Run, tmp_path: Path, together: int
) -> None:
    """Nothing is answered until so many are inside; one more beside them would be counted."""
    gate = threading.Barrier(together, timeout=30)
    lock, inside, most = threading.Lock(), 0, 0

    def reply(number: int, body: Body) -> Answer:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        gate.wait()
        with lock:
            inside -= 1
        return two_answers(number, body)

    with serving(StandIn(reply)) as stand_in:
        result = run(main, {**config_for(tmp_path, stand_in), "concurrency": together})

    assert (result["answers"], most) == (12, together)


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


def long_ones(*numbers: int) -> Callable[[int, Body], Answer]:
    """Refuses these questions as a server does whose model reads less."""

    def reply(number: int, body: Body) -> Answer:
        asked = body["messages"][-1]["content"]
        if any(asked == f"Question {each}?" for each in numbers):
            return Answer(400, b"maximum context length exceeded")
        return two_answers(number, body)

    return reply


def test_a_prompt_that_a_server_refuses_is_left_out_and_the_others_are_answered(
    run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first, before anything was answered, and one in the middle. A further start asks for
    neither again."""
    with serving(StandIn(long_ones(0, 3))) as stand_in:
        config = {**config_for(tmp_path, stand_in), "concurrency": 1}
        result = run(main, config)
        asked = len(stand_in.asked)
        (tmp_path / "runs" / "run" / "result.json").unlink()
        again = run(main, config)

    left_out = [row for row in rows_of(config) if "dropped" in row]
    assert (result["answers"], result["dropped"], result["redrawn"]) == (8, 4, 0)
    assert (result["dropped_for"], result["redrawn_for"]) == ({"refused": 4}, {})
    assert [(row["prompt"], row["dropped"]) for row in left_out] == [
        (prompt, "refused") for prompt in "0033"
    ]
    assert (again["dropped"], len(stand_in.asked)) == (4, asked)
    said = capfd.readouterr().err
    assert "prompt 3 is left out: the server 'gpu' at" in said
    assert "maximum context length exceeded" in said


def test_what_a_server_has_answered_in_an_earlier_start_counts(run: Run, tmp_path: Path) -> None:
    """It answered all others then: what it refuses now, alone, is refused for what it asks."""
    with serving(StandIn(long_ones(5))) as stand_in:
        config = {**config_for(tmp_path, stand_in), "concurrency": 1}
        run(main, config)
        kept = [row for row in rows_of(config) if row["prompt"] != "5"]
        Path(str(config["out"])).write_text("".join(json.dumps(row) + "\n" for row in kept))
        (tmp_path / "runs" / "run" / "result.json").unlink()
        result = run(main, config)

    assert (result["answers"], result["dropped_for"]) == (10, {"refused": 2})


def test_a_server_that_refuses_every_prompt_stops_the_run_and_nothing_is_left_out(
    run: Run, tmp_path: Path
) -> None:
    """Such as one that knows no top_p: once that is mended, all are asked again."""
    with serving(StandIn(lambda number, body: Answer(422, b"no top_p here"))) as stand_in:
        config = config_for(tmp_path, stand_in)
        with pytest.raises(ServerRefused, match=r"status 422.: no top_p here Name a model"):
            run(main, config)
        assert not Path(str(config["out"])).exists()
        stand_in.reply = two_answers
        result = run(main, config)

    assert (result["answers"], result["dropped"]) == (12, 0)


def as_the_policy(config: dict[str, object]) -> None:
    """The prompts of a run, to be answered by policy 7 that the server serves."""
    file = Path(str(config["prompts"]))
    said = file.read_text().replace('"server:gpu/large"', '"policy:7"')
    file.write_text(said.replace('"model": "large"', '"model": "7"'))


def test_nothing_is_asked_of_a_server_that_serves_another_policy(run: Run, tmp_path: Path) -> None:
    """It would answer as what it has loaded; nothing is written in the new policy's name."""
    with serving(StandIn(two_answers, models=lambda number: serves("6"))) as stand_in:
        config = {**config_for(tmp_path, stand_in), "served_within": 0}
        as_the_policy(config)
        with pytest.raises(ServerRefused, match=r"which is 7 there \(it serves: 6\)"):
            run(main, config)

    assert stand_in.asked == []
    assert not Path(str(config["out"])).exists() or rows_of(config) == []


def test_a_policy_that_a_server_serves_writes_in_its_own_name(run: Run, tmp_path: Path) -> None:
    with serving(StandIn(two_answers, models=lambda number: serves("6", "7"))) as stand_in:
        config = config_for(tmp_path, stand_in, prompts=1)
        as_the_policy(config)
        result = run(main, config)

    assert (result["answers"], stand_in.looks) == (2, 1)
    assert {body["model"] for body in stand_in.asked} == {"7"}
    assert {row["source"] for row in rows_of(config)} == {"policy:7"}


def test_our_own_models_write_while_a_server_does_not_serve_the_policy_yet(
    run: Run, base: Path, tmp_path: Path
) -> None:
    with serving(StandIn(two_answers, models=lambda number: serves("old"))) as stand_in:
        config = {**config_for(tmp_path, stand_in, prompts=1), "served_within": 0}
        file = Path(str(config["prompts"]))
        row = json.loads(file.read_text())
        elsewhere = {**row["voices"][0], "model": "new", "source": "policy:new"}
        ours = {
            "model": str(base),
            "source": "policy:old",
            "temperature": 0.7,
            "max_new_tokens": 8,
        }
        file.write_text(json.dumps({**row, "voices": [elsewhere, ours]}) + "\n")
        with pytest.raises(ServerRefused, match="does not serve the policy in service"):
            run(main, config)

    assert stand_in.asked == []
    assert [row["source"] for row in rows_of(config)] == ["policy:old"]
