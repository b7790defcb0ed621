import signal
import subprocess
import sys
from pathlib import Path

import pytest

from annotate.export.batches import batches_of
from annotate.export.columns import columns_of
from annotate.export.errors import EmptySnapshot
from annotate.export.manifest import Manifest, read_manifest, verify_snapshot
from annotate.export.policy import Policy
from annotate.export.publishing import publish
from annotate.export.rows import Row, preference_rows, sft_row
from annotate.export.shards import write_shards
from commons.artifacts import ArtifactExists
from commons.stores import FolderStore
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import demonstration, ranking

PLAIN = Policy()
KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from annotate.export import batches, shards
from annotate.export.columns import columns_of
from annotate.export.policy import Policy
from annotate.export.rows import sft_row
from commons.stores import FolderStore
from tests.annotate.export.judgements import demonstration

real = shards._write_block

def killed(block, outs):
    real(block, outs)
    os.kill(os.getpid(), signal.SIGKILL)

batches.ROWS_PER_BLOCK, shards._write_block = 2, killed
shards.write_shards(
    FolderStore(Path(sys.argv[1])).staged("s"), "train-00000",
    batches.batches_of(sft_row(demonstration(number)) for number in range(10)),
    columns_of("sft", Policy()), files=("parquet", "jsonl"),
)
"""


def rows(count: int) -> list[Row]:
    return [sft_row(demonstration(number)) for number in range(count)]


def freeze(
    target: Path, sides: dict[str, list[Row]], *, max_rows: int = 1000, policy: Policy = PLAIN
) -> Manifest:
    return write_snapshot(target, kind="sft", policy=policy, rows=sides, max_rows=max_rows)


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
        "s/pictures/rows.svg",
    ]
    assert manifest.rows == {"train": 3, "validation": 0, "test": 1}
    assert read_manifest(tmp_path / "s") == manifest


@pytest.mark.parametrize("files", [("parquet",), ("jsonl",)])
def test_rows_are_counted_once_whatever_the_files(tmp_path: Path, files: tuple[str, ...]) -> None:
    manifest = freeze(tmp_path / "s", {"train": rows(3)}, policy=Policy(files=files))

    assert manifest.rows == {"train": 3, "validation": 0, "test": 0}
    assert set(contents(tmp_path / "s")) == {
        *("README.md", "manifest.json", "pictures/rows.svg"),
        f"{files[0]}/train-00000.{files[0]}",
    }


def test_what_stands_beside_the_rows_is_in_the_manifest_and_is_no_row(tmp_path: Path) -> None:
    pairs = list(preference_rows([ranking([["a"], ["b"], ["c"]])], PLAIN))
    policy = Policy(form="openai", files=("jsonl",))

    manifest = write_snapshot(
        tmp_path / "s", kind="preference", policy=policy, rows={"train": pairs}
    )

    assert manifest.rows == {"train": 3, "validation": 0, "test": 0}
    assert [(shard.path, shard.rows) for shard in manifest.shards] == [
        ("jsonl/train-00000.jsonl", 3),
        ("lineage/train-00000.jsonl", 3),
        ("pictures/rows.svg", 0),
    ]
    assert verify_snapshot(tmp_path / "s") == manifest


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    first = freeze(tmp_path / "first", {"train": rows(3), "test": rows(2)})
    second = freeze(tmp_path / "second", {"test": rows(2), "train": rows(3)})

    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    assert first.digest == second.digest


def test_other_rows_give_another_digest(tmp_path: Path) -> None:
    digests = {
        freeze(tmp_path / str(count), {"train": rows(count)}).digest for count in range(1, 4)
    }

    assert len(digests) == 3


def test_nothing_appears_before_it_is_published(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    columns = columns_of("sft", PLAIN)

    shards = write_shards(
        store.staged("s"), "train-00000", batches_of(rows(2)), columns, files=PLAIN.files
    )
    before = store.has("s")
    said = PLAIN.as_json()
    publish(
        store.staged("s"),
        kind="sft",
        policy=PLAIN,
        said=said,
        members="m",
        shards={"train": shards},
    )

    assert (before, store.has("s")) == (False, True)


def test_another_dataset_in_its_place_is_refused(tmp_path: Path) -> None:
    first = freeze(tmp_path / "s", {"train": rows(2)})

    with pytest.raises(ArtifactExists):
        freeze(tmp_path / "s", {"train": rows(3)})

    assert verify_snapshot(tmp_path / "s") == first


def test_no_rows_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptySnapshot, match="none of these judgements gives a row"):
        freeze(tmp_path / "s", {"train": []})

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(folder)], check=False, cwd=Path.cwd()
    )
    left = [path.name for path in folder.iterdir()]
    halves = [path.suffix for path in folder.rglob("*") if path.is_file()]

    freeze(folder / "s", {"train": rows(3)})
    freeze(tmp_path / "fresh", {"train": rows(3)})

    assert killed.returncode == -signal.SIGKILL
    assert (left, halves) == ([".s.staged"], [".part", ".part"])
    assert [path.name for path in folder.iterdir()] == ["s"]
    assert contents(folder / "s") == contents(tmp_path / "fresh")
