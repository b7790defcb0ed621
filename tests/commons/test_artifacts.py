import errno
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commons.artifacts import (
    ArtifactBeingWritten,
    ArtifactExists,
    atomic_file,
    atomic_folder,
    sha256_of,
)

DIES_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from commons.artifacts import atomic_file, atomic_folder

with {writer}(Path(sys.argv[1])) as out:
    {write}
    os.kill(os.getpid(), signal.SIGKILL)
"""


class Interrupted(Exception):
    pass


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def die_in_the_middle(target: Path, *, writer: str, write: str) -> None:
    script = DIES_IN_THE_MIDDLE.format(writer=writer, write=write)
    ended = subprocess.run([sys.executable, "-c", script, str(target)], check=False, cwd=Path.cwd())
    assert ended.returncode == -signal.SIGKILL


def test_a_file_appears_when_its_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "new" / "rows.jsonl"

    with atomic_file(target) as out:
        out.write(b"one\n")
        seen_meanwhile = target.exists()

    assert not seen_meanwhile
    assert tree(tmp_path) == {"new/rows.jsonl": b"one\n"}


def test_a_folder_appears_when_its_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "model"

    with atomic_folder(target) as aside:
        (aside / "deep").mkdir()
        (aside / "deep" / "weights").write_bytes(b"w")
        seen_meanwhile = target.exists()

    assert not seen_meanwhile
    assert tree(tmp_path) == {"model/deep/weights": b"w"}


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write_half_a_file() -> None:
        with atomic_file(tmp_path / "rows") as out:
            out.write(b"half")
            raise Interrupted

    def write_half_a_folder() -> None:
        with atomic_folder(tmp_path / "model") as aside:
            (aside / "weights").write_bytes(b"half")
            raise Interrupted

    with pytest.raises(Interrupted):
        write_half_a_file()
    with pytest.raises(Interrupted):
        write_half_a_folder()

    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(b"old")
    (tmp_path / "model").mkdir()

    with (
        pytest.raises(ArtifactExists, match="rows is already there"),
        atomic_file(tmp_path / "rows"),
    ):
        pytest.fail("the block must not run")
    with pytest.raises(ArtifactExists), atomic_folder(tmp_path / "model"):
        pytest.fail("the block must not run")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "rows"]
    assert (tmp_path / "rows").read_bytes() == b"old"


def test_a_target_made_behind_the_writers_back_is_kept(tmp_path: Path) -> None:
    def be_late() -> None:
        with atomic_file(tmp_path / "rows") as out:
            out.write(b"late")
            (tmp_path / "rows").write_bytes(b"first")

    with pytest.raises(ArtifactExists):
        be_late()

    assert tree(tmp_path) == {"rows": b"first"}


@pytest.mark.parametrize("writer", [atomic_file, atomic_folder])
def test_two_writers_of_one_target_do_not_meet(tmp_path: Path, writer: type) -> None:
    target = tmp_path / "same"

    with (
        writer(target),
        pytest.raises(ArtifactBeingWritten, match="another process"),
        writer(target),
    ):
        pytest.fail("the inner block must not run")

    assert [path.name for path in tmp_path.iterdir()] == ["same"]


def test_a_writer_that_came_just_before_the_rename_leaves_the_published_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has opened the file aside, but when it gets the lock, that file is the published one."""
    true_lock, published = fcntl.flock, tmp_path / "published"

    def rename_before_the_lock(descriptor: int, operation: int) -> None:
        if not published.exists():
            (tmp_path / ".rows.partial").write_bytes(b"theirs")
            (tmp_path / ".rows.partial").rename(published)
        true_lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", rename_before_the_lock)

    with atomic_file(tmp_path / "rows") as out:
        out.write(b"mine")

    assert tree(tmp_path) == {"published": b"theirs", "rows": b"mine"}


def test_a_blocking_error_inside_the_block_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError), atomic_file(tmp_path / "rows"):
        raise BlockingIOError


def test_the_file_of_a_killed_writer_is_started_over(tmp_path: Path) -> None:
    target = tmp_path / "rows"
    die_in_the_middle(target, writer="atomic_file", write="out.write(b'half' * 9999); out.flush()")
    left = [path.name for path in tmp_path.iterdir()]

    with atomic_file(target) as out:
        out.write(b"whole")

    assert left == [".rows.partial"]
    assert tree(tmp_path) == {"rows": b"whole"}


def test_the_folder_of_a_killed_writer_is_started_over(tmp_path: Path) -> None:
    target = tmp_path / "model"
    die_in_the_middle(
        target,
        writer="atomic_folder",
        write="(out / 'deep').mkdir(); (out / 'deep' / 'old').touch(); (out / 'b').symlink_to(out)",
    )
    left = [path.name for path in tmp_path.iterdir()]

    with atomic_folder(target) as aside:
        (aside / "weights").write_bytes(b"whole")

    assert left == [".model.partial"]
    assert tree(tmp_path) == {"model/weights": b"whole"}


def test_sha256_of_is_the_digest_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")

    assert sha256_of(path) == hashlib.sha256(b"abc").hexdigest()


def test_a_full_disk_leaves_nothing_half_made(tmp_path, monkeypatch):
    """The data is refused at the very end, when it is to reach the disk."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for make in (lambda: write_file(tmp_path / "file"), lambda: write_folder(tmp_path / "folder")):
        with pytest.raises(OSError, match="No space left"):
            make()

    assert list(tmp_path.iterdir()) == []


def write_file(target) -> None:
    with atomic_file(target) as out:
        out.write(b"x")


def write_folder(target) -> None:
    with atomic_folder(target) as aside:
        (aside / "file").write_bytes(b"x")
