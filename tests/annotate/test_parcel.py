"""A parcel is whole or it is refused, and says nothing of when it was made."""

from pathlib import Path

import pytest

from annotate.parcel import BrokenParcel, Manifest, verified_parcel, written_parcel
from commons import zip_lists
from commons.artifacts import ArtifactExists

LINES = [b'{"text":"one"}\n', b'{"text":"two"}\n']


def written(target: Path, lines: list[bytes] = LINES) -> Path:
    with written_parcel(target) as writer:
        writer.add("notes", ["text"], iter(lines))
        writer.add("reviews", ["uuid"], iter([]))
        writer.finish(Manifest("c1", "Medicine", False, tuple(writer.entries)))
    return target


def read(path: Path) -> dict[str, list[bytes]]:
    with verified_parcel(path, lambda *_: None) as parcel:
        return {each.name: list(parcel.lines(each)) for each in parcel.manifest.tables}


@pytest.mark.parametrize("name", ["there", "there.laurel.zip"])
def test_it_holds_what_was_written(tmp_path, name):
    path = written(tmp_path / name)

    assert read(path) == {"notes": LINES, "reviews": []}
    assert path.stat().st_mode & 0o077 == 0  # people wrote it: nobody else reads it


def test_equal_rows_give_equal_bytes(tmp_path):
    one, again = (written(tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))

    assert one == again


def test_it_replaces_nothing(tmp_path):
    path = written(tmp_path / "there.zip")

    with pytest.raises(ArtifactExists):
        written(path)


def test_a_row_that_was_changed_is_seen(tmp_path):
    path = written(tmp_path / "there")
    (path / "notes.jsonl").write_bytes(b'{"text":"one"}\n{"text":"too"}\n')

    with pytest.raises(BrokenParcel, match="notes was changed after it was written"):
        read(path)


def test_a_table_more_is_seen(tmp_path):
    path = written(tmp_path / "there")
    (path / "more.jsonl").write_bytes(b"")

    with pytest.raises(BrokenParcel, match="its tables are not those that its manifest names"):
        read(path)


def test_one_that_was_never_finished_is_refused(tmp_path):
    path = written(tmp_path / "there")
    (path / "manifest.json").unlink()

    with pytest.raises(BrokenParcel, match="its manifest, which is written last, is missing"):
        read(path)


@pytest.mark.parametrize("cut", [10, 200])
def test_a_file_that_was_cut_off_is_refused(tmp_path, cut):
    path = written(tmp_path / "there.zip")
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(BrokenParcel, match="fetch the file again"):
        read(path)


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        (b'"format": 1', b'"format": 2', "it is of format 2, and this code reads 1"),
        (b'"tables"', b'"tablets"', "its manifest lacks what a manifest has"),
        (b"{", b"", "its manifest lacks what a manifest has"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(tmp_path, was, now, why):
    path = written(tmp_path / "there")
    manifest = path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(was, now, 1))

    with pytest.raises(BrokenParcel, match=why):
        read(path)


def test_a_list_of_files_that_is_too_long_is_refused_before_it_is_made(tmp_path, monkeypatch):
    """Two tables and the manifest, where two files are the most."""
    path = written(tmp_path / "there.zip")
    monkeypatch.setattr(zip_lists, "MOST_FILES", 2)

    with pytest.raises(BrokenParcel, match="it lists more files than a campaign has tables"):
        read(path)
