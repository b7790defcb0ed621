"""What ``accelerate launch`` starts in tests: scripts, one after the other, in each process.

python -m tests.rewards.engine.launched MODULE RUN_DIR [MODULE RUN_DIR …]

Loading torch takes longer than any tiny run, so one launch does them all.
"""

import hashlib
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import distributed, nn

from rewards.engine.improving.outcome import Improvement

# with --cpu accelerate would start one process alone; these find no GPU and are on the CPU
LAUNCH = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
ALONE = ["--num_machines", "1", "--mixed_precision", "no", "--main_process_port", "0"]
NO_GPU = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Work:
    module: str
    folder: Path
    config: Mapping[str, object]


@dataclass(frozen=True)
class Done:
    """A run's result, and of every line that was said its step and its numbers."""

    result: dict[str, Any]
    lines: list[dict[str, Any]]

    @property
    def steps(self) -> list[int]:
        """Those whose loss was told."""
        return [line["step"] for line in self.lines if "loss" in line["metrics"]]


def launch_two(works: Sequence[Work]) -> list[Done]:
    """Two processes on this machine do these works, one work after the other."""
    for work in works:
        work.folder.mkdir(parents=True)
        (work.folder / "config.json").write_text(json.dumps(work.config, default=str))
    told = [word for work in works for word in (work.module, str(work.folder))]
    done = subprocess.run(
        [*LAUNCH, *ALONE, "-m", "tests.rewards.engine.launched", *told],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **NO_GPU},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, list[dict[str, Any]]] = {}
    for line in filter(lambda line: line.startswith("{"), done.stdout.splitlines()):
        read = json.loads(line)
        if "begins" in read:
            said[read["begins"]] = []
        else:
            said[next(reversed(said))].append(read)
    return [_done(work, said) for work in works]


def _done(work: Work, said: Mapping[str, list[dict[str, Any]]]) -> Done:
    assert len(list(work.folder.glob("process-*"))) == 2  # and not one, twice
    return Done(json.loads((work.folder / "result.json").read_text()), said[str(work.folder)])


def digest_of(model: nn.Module) -> str:
    """The same for the same weights."""
    weights = sorted(model.state_dict().items())
    return hashlib.sha256(
        b"".join(name.encode() + weight.numpy().tobytes() for name, weight in weights)
    ).hexdigest()


def _tell_what_each_ends_with() -> None:
    """Write a file for each process, before one of them keeps the policy."""
    keep = Improvement.keep

    def tell_and_keep(
        self: Improvement, metrics: Mapping[str, object], snapshot: str | None = None
    ) -> Mapping[str, object]:
        (self.folder / f"ended-{distributed.get_rank()}").write_text(digest_of(self.model))
        return keep(self, metrics, snapshot)

    Improvement.keep = tell_and_keep  # type: ignore[method-assign]


def _carry_out(module: str, folder: Path) -> None:
    if os.environ["RANK"] == "0":
        sys.stdout.write(json.dumps({"begins": str(folder)}) + "\n")
        sys.stdout.flush()
    importlib.import_module(module).main(folder)
    (folder / f"process-{distributed.get_rank()}").touch()


if __name__ == "__main__":
    _tell_what_each_ends_with()
    told = sys.argv[1:]
    for module, folder in zip(told[::2], told[1::2], strict=True):
        _carry_out(module, Path(folder))
