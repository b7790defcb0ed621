"""The pictures of a row: in the row, or beside it and nowhere else."""

import errno
import json
import struct
import zipfile
from pathlib import Path

import pytest

from annotate.importing import reading
from annotate.importing.pictures import Allowance, in_folder
from annotate.importing.reading import read_records
from annotate.importing.records import ImportedPrompt, Record, Refusal
from annotate.pictures import MOST, MOST_BYTES, Picture, picture_in
from commons import zip_lists
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


def zip_of(path: Path, files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as zipped:
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


def test_the_largest_picture_fits_into_its_row(tmp_path: Path) -> None:
    """As base64 it has seven million characters."""
    large = drawn() + bytes(MOST_BYTES - len(drawn()))  # what stands behind a picture is let go

    [found, too_large] = records_of(
        written(tmp_path, row({"data": sent(large)}), row({"data": sent(large + b"a")}))
    )

    assert isinstance(found, ImportedPrompt)
    assert [each.picture for each in found.pictures] == [picture_in(drawn())]
    assert isinstance(too_large, Refusal)
    assert too_large.reason.startswith("images[0].data has more than 5 MB")


def allowed(path: Path, left: int) -> list[str]:
    """What became of each row: "kept", or why not."""
    found = read_records(path, beside=in_folder(path.parent), allowance=Allowance(left))
    return ["kept" if isinstance(each, ImportedPrompt) else refused(each) for each in found]


def refused(record: Record) -> str:
    assert isinstance(record, Refusal)
    return record.reason.removeprefix("images[0].file ")


def watched(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is drawn from now on."""
    drew: list[bytes] = []

    def draw(data: bytes) -> Picture:
        drew.append(data)
        return picture_in(data)

    monkeypatch.setattr("annotate.importing.pictures.picture_in", draw)
    return drew


TOO_MUCH = "is more than is drawn of one file or request; split that."


def test_what_is_drawn_of_one_file_is_bounded_before_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three files of 48 pixels each; there is room for the bytes and pixels of two."""
    names = [f"{shade}.png" for shade in range(3)]
    for shade, name in enumerate(names):
        (tmp_path / name).write_bytes(drawn(shade=shade))
    path = written(tmp_path, *(row({"file": name}) for name in (*names, "0.png")))
    room = sum((tmp_path / name).stat().st_size + 48 for name in names[:2]) + 40
    drew = watched(monkeypatch)

    assert allowed(path, room) == ["kept", "kept", TOO_MUCH, TOO_MUCH]
    assert drew == [(tmp_path / name).read_bytes() for name in names[:2]]


def test_once_nothing_more_is_allowed_no_file_is_even_read(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(1000))
    path = written(tmp_path, *(row({"file": name}) for name in ("large.png", "nothing.png")))

    assert allowed(path, 999) == [TOO_MUCH, TOO_MUCH]


def test_many_questions_about_one_picture_draw_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(drawn())
    path = written(tmp_path, *(row({"file": "a.png"}, prompt=f"What? {n}") for n in range(5)))
    drew = watched(monkeypatch)

    assert allowed(path, 10_000) == ["kept"] * 5
    assert drew == [drawn()]


def test_a_zip_file_of_blank_lines_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BLANK", 10)
    rows = row() + "\n" * 1000 + row()
    path = zip_of(tmp_path / "set.zip", {"rows.jsonl": rows.encode()})

    [first, second] = records_of(path)

    assert isinstance(first, ImportedPrompt)
    assert isinstance(second, Refusal)
    assert second.reason.startswith("nearly all lines are blank")


def test_blank_lines_between_rows_are_nothing_odd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BLANK", 10)
    path = written(tmp_path, *(f"{row()}\n" for _ in range(50)))

    assert len(records_of(path)) == 50


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_FILES"])
def test_a_zip_file_that_lists_too_many_files_is_refused_before_they_are_made(
    bound: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 20 names of 104 characters, 3000 bytes."""
    path = zip_of(tmp_path / "set.zip", {f"{n:0100}.png": b"" for n in range(20)})
    made: list[object] = []
    monkeypatch.setattr(zip_lists, bound, {"MOST_BYTES": 2999, "MOST_FILES": 19}[bound])
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *given: made.append(given))

    said = refusal_of(path)

    assert (said, made) == ("the zip file lists too many files; make several of it.", [])


def test_what_is_unpacked_in_vain_counts_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five kilobytes become five megabytes for each row that names them, and are broken then."""
    rows = "\n".join(row({"file": "a.png"}, prompt=f"What? {n}") for n in range(5))
    path = zip_of(tmp_path / "set.zip", {"rows.jsonl": rows.encode(), "a.png": bytes(MOST_BYTES)})
    with zipfile.ZipFile(path) as good:
        crc = struct.pack("<I", good.getinfo("a.png").CRC)
    path.write_bytes(path.read_bytes().replace(crc, b"odd!"))
    reads: list[int] = []
    read = zipfile.ZipExtFile.read

    def told(file: zipfile.ZipExtFile, size: int = -1) -> bytes:
        reads.append(size)
        return read(file, size)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", told)

    said = allowed(path, 2 * MOST_BYTES + 10)

    assert ["cannot be unpacked" in each for each in said] == [True, True, False, False, False]
    assert said[2:] == [TOO_MUCH] * 3
    assert reads.count(MOST_BYTES + 1) == 3


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_rows_that_may_unpack_to_anything_are_refused(tmp_path: Path, packed: int) -> None:
    path = zip_of(tmp_path / "set.zip", {"rows.jsonl": row().encode()}, packed)
    path.write_bytes(path.read_bytes().replace(b"\x5d\x00", b"\xff\xff"))  # and are broken as well

    assert "use Deflate" in refusal_of(path)


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_picture_that_may_unpack_to_anything_stops_no_other_row(
    tmp_path: Path, packed: int
) -> None:
    rows = "\n".join([row(), row({"file": "a.png"}), row()])
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("rows.jsonl", rows)
        zipped.writestr("a.png", bytes(MOST_BYTES * 8), packed)

    found = records_of(path)

    assert [type(each) for each in found] == [ImportedPrompt, Refusal, ImportedPrompt]
    assert isinstance(found[1], Refusal)
    assert (found[1].line, "use Deflate" in found[1].reason) == (2, True)


def moved(path: Path, *, by: int) -> Path:
    """The same zip file, whose list of files is said to lie elsewhere: so all files do."""
    data = path.read_bytes()
    at = data.rindex(b"PK\x05\x06") + 16
    (offset,) = struct.unpack_from("<I", data, at)
    path.write_bytes(data[:at] + struct.pack("<I", offset + by) + data[at + 4 :])
    return path


def test_rows_that_lie_before_the_file_are_refused(tmp_path: Path) -> None:
    path = moved(zip_of(tmp_path / "set.zip", {"rows.jsonl": row().encode()}), by=10)

    assert "cannot be read to its end" in refusal_of(path)


def test_a_picture_that_lies_before_the_file_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("a.png", drawn())
        zipped.writestr("rows.jsonl", "\n".join([row(), row({"file": "a.png"}), row()]))
        zipped.infolist()[0].header_offset = 2**31 - 1

    found = records_of(path)

    assert [type(each) for each in found] == [ImportedPrompt, Refusal, ImportedPrompt]
    assert isinstance(found[1], Refusal)
    assert "cannot be unpacked" in found[1].reason


def test_a_disk_that_fails_is_not_the_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zip_of(tmp_path / "set.zip", {"rows.jsonl": row().encode()})

    def fail(*given: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(zipfile.ZipExtFile, "readline", fail)

    with pytest.raises(OSError, match="Input/output error"):
        records_of(path)
