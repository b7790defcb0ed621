import hashlib
import json
from pathlib import Path

import orjson
import pyarrow
import pytest

from annotate.export.errors import BrokenSnapshot
from annotate.export.manifest import (
    Manifest,
    canonical,
    read_manifest,
    verify_snapshot,
)
from annotate.export.rows import sft_row
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import demonstration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = {"train": [sft_row(demonstration())]}
    write_snapshot(tmp_path / "s", kind="sft", rows=rows)
    return tmp_path / "s"


def change(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": [1, None], "a": "ä"}) == '{"a":"ä","b":[1,null]}'.encode()


def test_the_digest_is_that_of_all_other_keys(folder: Path) -> None:
    """Anyone can check it with a few lines of their own."""
    found = json.loads((folder / "manifest.json").read_text())

    stated = found.pop("digest")

    said = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert stated == hashlib.sha256(said.encode()).hexdigest()
    assert list(found) == [
        *("version", "made_with", "kind", "policy", "rows", "members", "shards"),
    ]


def test_what_is_written_is_read_again(folder: Path) -> None:
    written = read_manifest(folder)

    assert verify_snapshot(folder) == written
    assert Manifest(**{name: getattr(written, name) for name in written.__slots__}) == written
    assert written.rows == {"train": 1, "validation": 0, "test": 0}


def test_a_missing_shard_is_named(folder: Path) -> None:
    (folder / "parquet" / "train-00000.parquet").unlink()

    with pytest.raises(BrokenSnapshot, match=r"parquet/train-00000.parquet is missing"):
        verify_snapshot(folder)


@pytest.mark.parametrize("change_bytes", [lambda data: data + b"\n", lambda data: data[::-1]])
def test_a_changed_shard_is_named(folder: Path, change_bytes) -> None:
    path = folder / "jsonl" / "train-00000.jsonl"
    path.write_bytes(change_bytes(path.read_bytes()))

    with pytest.raises(BrokenSnapshot, match=r"jsonl/train-00000.jsonl in .* has changed"):
        verify_snapshot(folder)


def test_a_file_that_a_loader_would_read_and_nobody_wrote_is_named(folder: Path) -> None:
    (folder / "jsonl" / "train-00001.jsonl").write_text("{}")

    with pytest.raises(BrokenSnapshot, match=r"jsonl/train-00001.jsonl is not in"):
        verify_snapshot(folder)


def test_a_file_beside_the_rows_that_nobody_wrote_is_named(folder: Path) -> None:
    (folder / "lineage").mkdir()
    (folder / "lineage" / "train-00000.jsonl").write_text("{}")

    with pytest.raises(BrokenSnapshot, match=r"lineage/train-00000.jsonl is not in"):
        verify_snapshot(folder)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.unlink(), r"pictures/rows.svg is missing"),
        (lambda path: path.write_text("<svg/>"), r"pictures/rows.svg in .* has changed"),
        (lambda path: path.with_name("more.svg").write_text("x"), r"pictures/more.svg is not in"),
    ],
)
def test_the_pictures_of_the_card_are_looked_over_as_well(folder: Path, spoil, why: str) -> None:
    spoil(folder / "pictures" / "rows.svg")

    with pytest.raises(BrokenSnapshot, match=why):
        verify_snapshot(folder)


def test_a_manifest_says_with_what_its_bytes_were_made(folder: Path) -> None:
    assert read_manifest(folder).made_with == {
        "pyarrow": pyarrow.__version__,
        "orjson": orjson.__version__,
    }


def test_a_snapshot_of_the_first_version_is_read_and_its_digest_holds(tmp_path: Path) -> None:
    """It did not say with what it was made; its rows were written before it was read again."""
    content = {
        "version": 1,
        "kind": "sft",
        "policy": {"imported": True, "ties": "drop", "margins": False},
        "rows": {"train": 0, "validation": 0, "test": 0},
        "members": "m",
        "shards": [],
    }
    digest = hashlib.sha256(canonical(content)).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps({**content, "digest": digest}))

    found = verify_snapshot(tmp_path)

    assert (found.version, found.digest, found.made_with) == (1, digest, None)


def test_a_folder_without_a_manifest_is_no_snapshot(folder: Path) -> None:
    (folder / "manifest.json").unlink()

    with pytest.raises(BrokenSnapshot, match="has no manifest.json"):
        read_manifest(folder)


@pytest.mark.parametrize("version", [0, 4, "1", None])
def test_an_unknown_version_is_refused(folder: Path, version: object) -> None:
    change(folder, version=version)

    with pytest.raises(BrokenSnapshot, match="is of version"):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "ranked"}, "was changed"),
        ({"rows": {"train": 2}}, "was changed"),
        ({"digest": "0" * 64}, "was changed"),
        ({"shards": None}, "lacks what"),
        ({"shards": [{"path": "x"}]}, "lacks what"),
    ],
)
def test_a_changed_manifest_is_refused(folder: Path, fields: dict[str, object], why: str) -> None:
    change(folder, **fields)

    with pytest.raises(BrokenSnapshot, match=why):
        read_manifest(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)

    with pytest.raises(BrokenSnapshot):
        read_manifest(folder)


def test_a_shard_outside_of_the_folder_is_not_even_read(folder: Path) -> None:
    manifest = read_manifest(folder)
    shards = [{"path": "../../secret", "sha256": "", "rows": 1, "bytes": 1}]
    outside = {**manifest.as_json(), "shards": shards}
    del outside["digest"]
    outside["digest"] = hashlib.sha256(canonical(outside)).hexdigest()
    change(folder, **outside)

    with pytest.raises(BrokenSnapshot, match="lies outside"):
        verify_snapshot(folder)
