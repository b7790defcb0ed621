"""The pictures of a row: in the row, or beside it and nowhere else."""

import json
import zipfile
from pathlib import Path

import pytest

from annotate.importing.pictures import in_folder
from annotate.importing.reading import read_records
from annotate.importing.records import ImportedPrompt, Record, Refusal
from annotate.pictures import MOST, MOST_BYTES
from tests.annotate.drawing import drawn, sent


def records_of(path: Path, *, beside: bool = False) -> list[Record]:
    return list(read_records(path, beside=in_folder(path.parent)) if beside else read_records(path))


def row(*images: object, prompt: str = "What is this?") -> str:
    return json.dumps({"prompt": prompt, "images": list(images)})


def written(folder: Path, *rows: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(rows))
    return path


def refusal_of(path: Path, *, beside: bool = False) -> str:
    [found] = records_of(path, beside=beside)
    assert isinstance(found, Refusal)
    return found.reason


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return path


def test_bytes_in_the_row_with_or_without_what_a_browser_writes_before_them(tmp_path: Path) -> None:
    said = sent(drawn())
    images = [
        {"data": said, "alt": " A lung "},
        {"data": "data:image/png;base64," + sent(drawn(shade=9))},
    ]

    [found] = records_of(written(tmp_path, row(*images)))

    assert isinstance(found, ImportedPrompt)
    assert [(each.picture.width, each.alt) for each in found.pictures] == [(8, "A lung"), (8, "")]


def test_files_beside_the_rows(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "lung.txt").write_bytes(drawn("JPEG"))  # it is what it is

    [found] = records_of(written(tmp_path, row({"file": "scans/lung.txt"})), beside=True)

    assert isinstance(found, ImportedPrompt)
    assert [each.picture.type for each in found.pictures] == ["image/jpeg"]


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/passwd", "link.png", "nothing.png", "scans"]
)
def test_no_file_is_read_but_what_lies_beside(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "rows"
    (folder / "scans").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(drawn())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")

    said = refusal_of(written(folder, row({"file": name})), beside=True)

    assert said.startswith("images[0].file ")
    assert "leads out of the folder" in said or "names no file" in said


def test_a_file_that_comes_alone_has_nothing_beside_it(tmp_path: Path) -> None:
    """Where pages put uploads, those of others lie beside."""
    (tmp_path / "lung.png").write_bytes(drawn())

    said = refusal_of(written(tmp_path, row({"file": "lung.png"})))

    assert "send a zip file of both" in said


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ({"data": "%%%"}, "images[0].data is no base64"),
        ({"data": sent(b"<svg/>")}, "images[0].data is no PNG, JPEG or WebP"),
        ({"data": sent(drawn()[:45])}, "images[0].data cannot be read to its end"),
        ({}, 'images[0] needs either "file" or "data"'),
        ({"data": "a", "file": "b"}, 'images[0] needs either "file" or "data"'),
        ({"data": 7}, "images[0].data must be text"),
        ({"url": "https://a.example/b.png"}, "images[0] has no field named 'url'"),
        ("lung.png", "images[0] must be an object"),
        ({"data": sent(drawn()), "alt": "a" * 1001}, "images[0].alt has 1001 characters"),
        ({"data": sent(drawn()), "alt": ["a"]}, "images[0].alt must be text"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_field(tmp_path: Path, image: object, says: str) -> None:
    found = records_of(written(tmp_path, row(), row(image), row()))

    assert [type(each) for each in found] == [ImportedPrompt, Refusal, ImportedPrompt]
    assert isinstance(found[1], Refusal)
    assert (found[1].line, found[1].reason.startswith(says)) == (2, True), found[1].reason


def test_too_many_and_one_twice_are_refused(tmp_path: Path) -> None:
    many = [{"data": sent(drawn(shade=shade))} for shade in range(MOST + 1)]

    found = records_of(written(tmp_path, row(*many), row(many[0], many[0])))

    assert [each.reason for each in found if isinstance(each, Refusal)] == [
        "images has 9 pictures; leave at most 8.",
        "images has the same picture twice; leave one of them out.",
    ]


def test_a_zip_file_of_rows_and_pictures(tmp_path: Path) -> None:
    files = {
        "set/rows.jsonl": row({"file": "a/lung.png", "alt": "A lung"}).encode(),
        "set/a/lung.png": drawn(),
        "__MACOSX/set/._rows.jsonl": b"\x00",
        "outside.png": drawn(shade=3),
    }

    [found] = records_of(zip_of(tmp_path / "set.zip", files))

    assert isinstance(found, ImportedPrompt)
    assert [each.alt for each in found.pictures] == ["A lung"]


@pytest.mark.parametrize("name", ["../outside.png", "/outside.png", "nothing.png"])
def test_of_a_zip_file_only_what_lies_beside_its_rows_is_read(tmp_path: Path, name: str) -> None:
    files = {"set/rows.jsonl": row({"file": name}).encode(), "outside.png": drawn()}

    assert refusal_of(zip_of(tmp_path / "set.zip", files)).startswith("images[0].file ")


def test_a_file_that_unpacks_to_too_much_is_read_to_the_limit_and_refused(tmp_path: Path) -> None:
    """A thousandth of its size while it is packed."""
    files = {"rows.jsonl": row({"file": "a.png"}).encode(), "a.png": bytes(MOST_BYTES * 8)}
    path = zip_of(tmp_path / "set.zip", files)

    assert path.stat().st_size < MOST_BYTES / 50
    assert "has more than 5 MB" in refusal_of(path)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a.png": b"a"}, "holds 0 files of rows"),
        ({"a.jsonl": b"{}", "b.jsonl": b"{}"}, "holds 2 files of rows"),
    ],
)
def test_a_zip_file_without_one_file_of_rows_is_refused(
    tmp_path: Path, files: dict[str, bytes], says: str
) -> None:
    assert says in refusal_of(zip_of(tmp_path / "set.zip", files))


def test_half_a_zip_file_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "set.zip", {"rows.jsonl": row().encode()})
    path.write_bytes(path.read_bytes()[:-20])

    assert "cannot be read to its end" in refusal_of(path)
