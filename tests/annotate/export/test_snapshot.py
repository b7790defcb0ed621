import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from annotate.export.errors import BrokenSnapshot, EmptySnapshot
from annotate.export.manifest import Manifest, read_manifest
from annotate.export.rows import Row, sft_row
from annotate.export.snapshot import write_snapshot
from tests.annotate.export.judgements import demonstration

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from tests.annotate.export.test_snapshot import freeze, rows
from annotate.export import shards

shards.ROWS_PER_BLOCK = 2
freeze(Path(sys.argv[1]), {"train": rows(10)},
       on_progress=lambda done: done < 6 or os.kill(os.getpid(), signal.SIGKILL))
"""


class Cancelled(Exception):
    pass


def rows(count: int) -> list[Row]:
    return [sft_row(demonstration(number)) for number in range(count)]


def freeze(target: Path, sides: dict[str, Iterable[Row]], **more) -> Manifest:
    return write_snapshot(
        target, kind="sft", policy={"imported": True}, rows=sides, members_digest="m", **more
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_snapshot_holds_the_documented_files(tmp_path: Path) -> None:
    manifest = freeze(tmp_path / "s", {"train": rows(3), "test": rows(1)}, max_rows=2)

    assert sorted(contents(tmp_path)) == [
        "s/README.md",
        "s/jsonl/README.md",
        "s/jsonl/test-00000.jsonl",
        "s/jsonl/train-00000.jsonl",
        "s/jsonl/train-00001.jsonl",
        "s/manifest.json",
        "s/parquet/test-00000.parquet",
        "s/parquet/train-00000.parquet",
        "s/parquet/train-00001.parquet",
    ]
    assert manifest.rows == {"train": 3, "validation": 0, "test": 1}
    assert read_manifest(tmp_path / "s") == manifest


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    first = freeze(tmp_path / "first", {"train": rows(3), "test": rows(2)})
    second = freeze(tmp_path / "second", {"test": iter(rows(2)), "train": iter(rows(3))})

    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert first.digest == second.digest


def test_other_rows_give_another_digest(tmp_path: Path) -> None:
    digests = {
        freeze(tmp_path / str(count), {"train": rows(count)}).digest for count in range(1, 4)
    }

    assert len(digests) == 3


def test_progress_counts_the_rows_of_all_sides(tmp_path: Path) -> None:
    heard: list[int] = []

    freeze(tmp_path / "s", {"train": rows(3), "validation": rows(2)}, on_progress=heard.append)

    assert heard == [3, 5]


def test_what_progress_raises_leaves_nothing_behind(tmp_path: Path) -> None:
    def cancel(done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        freeze(tmp_path / "s", {"train": rows(3)}, on_progress=cancel)

    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_that_is_there_is_verified_and_not_written_again(tmp_path: Path) -> None:
    first = freeze(tmp_path / "s", {"train": rows(2)})

    untouched = iter(rows(2))

    assert freeze(tmp_path / "s", {"train": untouched}) == first
    assert list(untouched) == rows(2)


def test_another_dataset_in_its_place_is_refused(tmp_path: Path) -> None:
    freeze(tmp_path / "s", {"train": rows(2)})

    with pytest.raises(BrokenSnapshot, match="holds another dataset"):
        write_snapshot(tmp_path / "s", kind="sft", policy={}, rows={}, members_digest="others")


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptySnapshot, match="none of these judgements gives a row"):
        freeze(tmp_path / "s", {"train": []})

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "s"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(target)], check=False, cwd=Path.cwd()
    )
    left = [path.name for path in tmp_path.iterdir()]

    freeze(target, {"train": rows(3)})
    freeze(tmp_path / "fresh", {"train": rows(3)})

    assert killed.returncode == -signal.SIGKILL
    assert left == [".s.partial"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "s"]
    assert contents(target) == contents(tmp_path / "fresh")
