"""A child process is listened to, stopped when told, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from commons.sentences import Sentence, as_json, said_by, sentence
from rewards.runner import EngineCrashed, EngineRefused, EngineStopped, Progress, run_engine

REAL_POPEN = subprocess.Popen
LEASH = """
import json, os, sys, threading
def follow():
    while os.read(0, 1024):
        pass
    os._exit(75)
threading.Thread(target=follow, daemon=True).start()
folder = sys.argv[1]
def say(step, **metrics):
    print(json.dumps({"step": step, "of": 2, "says": "working", "metrics": metrics}), flush=True)
"""


class Listener(list[Progress]):
    """Keeps what it hears, and lets the child go on."""

    def __call__(self, said: Progress) -> bool:
        self.append(said)
        return True


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Let a script of the test stand for the engine's module; gives the run's folder."""

    def stand_in(body: str) -> Path:
        script = tmp_path / "engine.py"
        script.write_text(LEASH + textwrap.dedent(body))

        def popen(command: list[str], **how: object) -> object:
            return REAL_POPEN([sys.executable, str(script), *command[3:]], **how)  # type: ignore[call-overload]  # the runner's own arguments

        monkeypatch.setattr("rewards.runner.subprocess.Popen", popen)
        monkeypatch.setattr("rewards.runner.BEAT", 0.05)
        return tmp_path / "run"

    return stand_in


def test_progress_is_heard_and_the_result_comes_back(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        say(1, loss=0.5)
        print("a library says hello", flush=True)
        say(2, loss=0.25)
        config = json.load(open(folder + "/config.json"))
        json.dump({"seen": config["knob"]}, open(folder + "/result.json", "w"))
        """
    )
    heard = Listener()

    result = run_engine("train", folder, {"knob": 7}, heard)

    measured = [said for said in heard if said.metrics]
    assert result == {"seen": 7}
    assert measured == [
        Progress(1, 2, "working", {"loss": 0.5}),
        Progress(2, 2, "working", {"loss": 0.25}),
    ]


def test_a_silent_child_is_heard_to_live(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        import time
        time.sleep(0.5)
        json.dump({}, open(folder + "/result.json", "w"))
        """
    )
    beats = Listener()

    run_engine("train", folder, {}, beats)

    assert len(beats) >= 3
    assert all(beat == Progress() for beat in beats)


def test_a_refusal_comes_back_in_its_own_words(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        print("noise", "refused: the base is missing; fetch it.", "x", sep="\\n", file=sys.stderr)
        sys.exit(2)
        """
    )

    with pytest.raises(EngineRefused, match=r"^the base is missing; fetch it\.$"):
        run_engine("train", folder, {}, lambda said: True)


def test_a_refusal_is_the_sentence_that_the_child_has_left(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        sys.path.insert(0, os.getcwd())
        from rewards.engine.errors import Diverged
        from rewards.engine.process import start
        def main(folder):
            raise Diverged(7)
        start(main)
        """
    )

    with pytest.raises(EngineRefused, match="^the loss is not a number at step 7; lower") as raised:
        run_engine("train", folder, {}, lambda said: True)

    said = said_by(raised.value)
    assert isinstance(said, Sentence)
    assert said.given == {"step": "7"}


def test_a_refusal_of_another_run_is_not_this_one_s(engine: Callable[[str], Path]) -> None:
    folder = engine("print('refused: now', file=sys.stderr); sys.exit(2)")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "refusal.json").write_text(json.dumps(as_json(sentence("then"))))

    with pytest.raises(EngineRefused, match="^now$") as raised:
        run_engine("train", folder, {}, lambda said: True)

    assert not isinstance(said_by(raised.value), Sentence)


def test_a_child_that_ends_well_without_a_result_has_crashed(
    engine: Callable[[str], Path],
) -> None:
    folder = engine("sys.exit(0)")

    with pytest.raises(EngineCrashed, match="ended with code 0"):
        run_engine("train", folder, {}, lambda said: True)


def test_a_crash_quotes_the_log(engine: Callable[[str], Path]) -> None:
    folder = engine('raise MemoryError("no room")')

    with pytest.raises(EngineCrashed, match="ended with code 1(?s:.*)MemoryError: no room"):
        run_engine("train", folder, {}, lambda said: True)


def test_a_child_leads_a_process_group_of_its_own(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        json.dump({"leads": os.getpgid(0) == os.getpid()}, open(folder + "/result.json", "w"))
        """
    )

    assert run_engine("train", folder, {}, lambda said: True) == {"leads": True}


@pytest.mark.parametrize("given", [{}, {"GENERATOR_KEY_GPU": "secret"}])
def test_a_child_has_the_keys_that_it_is_given_and_no_others(
    engine: Callable[[str], Path], given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours have them all, since the settings read them there."""
    monkeypatch.setenv("GENERATOR_KEY_GPU", "ours")
    monkeypatch.setenv("GENERATOR_KEY_LOCAL", "ours")
    folder = engine(
        """
        keys = {name: said for name, said in os.environ.items() if name.startswith("GENERATOR_KEY")}
        json.dump({"keys": keys, "path": os.environ["PATH"]}, open(folder + "/result.json", "w"))
        """
    )

    told = run_engine("train", folder, {}, lambda said: True, given)

    assert told == {"keys": given, "path": os.environ["PATH"]}


def test_a_run_that_is_called_off_ends_its_child(engine: Callable[[str], Path]) -> None:
    folder = engine(
        """
        import time
        open(folder + "/pid", "w").write(str(os.getpid()))
        say(1)
        time.sleep(60)
        """
    )

    with pytest.raises(EngineStopped):
        run_engine("train", folder, {}, lambda said: said.step == 0)

    assert not _lives(int((folder / "pid").read_text()))


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(LEASH + "import time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n")
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys\n"
            f"child = subprocess.Popen([sys.executable, {str(child)!r}, '.'],"
            " stdin=subprocess.PIPE)\n"
            "child.wait()",
        ],
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert int(parent.stdout.readline()) > 0  # the child runs

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    with parent.stdout as said:
        assert said.read() == b""  # end of file: the child, who held the other end, is gone


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
