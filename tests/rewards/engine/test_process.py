"""How a script starts, reports, refuses and ends."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from commons.sentences import as_json, sentence
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput
from rewards.engine.process import carry_out, start
from rewards.engine.progress import report
from rewards.runner import parsed

SCRIPT = """
import sys, time
from pathlib import Path
from rewards.engine.process import start

def main(folder: Path) -> None:
    print("here", flush=True)
    time.sleep(60)

start(main)
"""


@dataclass(frozen=True)
class Config(Knobs):
    number: int


def doubled(config: Config, folder: Path) -> dict[str, object]:
    return {"twice": 2 * config.number}


def test_a_run_leaves_its_result(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"number": 4}')

    carry_out(tmp_path, Config, doubled)

    assert json.loads((tmp_path / "result.json").read_text()) == {"twice": 8}


def test_a_finished_run_is_not_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "result.json").write_text('{"twice": 8}')

    carry_out(tmp_path, Config, doubled)

    assert (tmp_path / "result.json").read_text() == '{"twice": 8}'
    assert json.loads(capsys.readouterr().out)["says"] == "already done"


def test_progress_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    report(3, 40, "training", {"loss": 0.61})
    report(4, 40, "training")

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"step": 3, "of": 40, "says": "training", "metrics": {"loss": 0.61}},
        {"step": 4, "of": 40, "says": "training", "metrics": {}},
    ]


def test_a_sentence_of_progress_goes_along_as_what_it_was_made_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(0, 1, sentence("%(count)s rankings are read", count=3))

    line = capsys.readouterr().out
    assert json.loads(line)["says"] == "3 rankings are read"
    progress = parsed(line.encode())
    assert progress is not None
    assert progress.says == "3 rankings are read"
    assert as_json(progress.says) == {
        "sentence": "%(count)s rankings are read",
        "given": {"count": "3"},
    }


def test_a_refusal_is_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(folder: Path) -> None:
        raise BadInput(sentence("the base is missing; fetch it."))

    monkeypatch.setattr(sys, "argv", ["script", str(tmp_path)])

    with pytest.raises(SystemExit) as ended:
        start(main)

    assert ended.value.code == 2
    assert capsys.readouterr().err == "refused: the base is missing; fetch it.\n"


def test_a_dropped_leash_ends_the_process_at_once(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), "--leashed"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == b"here\n"  # it is at work

        child.stdin.close()

        assert child.wait(timeout=20) == 75
