"""Only what says what the pixels are is given to the library that unpacks them."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageOps, PngImagePlugin

from annotate.picture_parts import parts_of
from annotate.pictures import MOST_SCANS, OddPicture, picture_in, picture_of_ours, pixels_in
from tests.annotate.drawing import drawn

KINDS = ["PNG", "JPEG", "WEBP"]


def exif_of(*tags: bytes, behind: bytes = b"") -> bytes:
    """A directory of tags, and what they point to."""
    return b"MM\0*" + struct.pack(">IH", 8, len(tags)) + b"".join(tags) + bytes(4) + behind


def tag(number: int, type: int, count: int, said: bytes) -> bytes:
    return struct.pack(">HHI", number, type, count) + said.ljust(4, b"\0")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(10))
def test_a_picture_is_upright_as_its_file_says(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    came = drawn(kind, exif=exif)

    found = opened(picture_in(came).data)

    upright = ImageOps.exif_transpose(opened(came))
    assert parts_of(came, kind).orientation == (orientation or 1)
    assert found.size == upright.size
    if kind == "PNG":  # the others lose something
        assert found.tobytes() == upright.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_upright_as_its_xmp_says(kind: str) -> None:
    xmp = b'<x tiff:Orientation="6"/>'
    said: dict[str, Any] = {"xmp": xmp}
    if kind == "PNG":
        said = {"pnginfo": PngImagePlugin.PngInfo()}
        said["pnginfo"].add_itxt("XML:com.adobe.xmp", xmp.decode())

    assert opened(picture_in(drawn(kind, **said)).data).size == (6, 8)


@pytest.mark.parametrize("kind", KINDS)
def test_a_directory_of_tags_is_not_unpacked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of thousands of tags may stand for all bytes of the file, and is copied for itself."""
    many = [tag(number, 7, 3000, struct.pack(">I", 8)) for number in range(0x0113, 0x0213)]
    upside_down = tag(0x0112, 3, 1, b"\0\3")
    came = drawn(kind, exif=b"Exif\0\0" + exif_of(upside_down, *many))

    def unpacked(*given: object) -> None:
        raise AssertionError("a directory of tags was unpacked")

    monkeypatch.setattr("PIL.TiffImagePlugin.ImageFileDirectory_v2.load", unpacked)

    assert parts_of(came, kind).orientation == 3
    assert picture_in(came).width == 8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "exif",
    [
        exif_of(tag(0x0112, 2, 1, b"\0\0\0\6")),
        exif_of(tag(0x0112, 3, 1, b"\0\6"))[:15],
        b"MM\0*\xff\xff\xff\xff",
        b"II",
        b"",
    ],
)
def test_odd_tags_leave_a_picture_as_it_is(kind: str, exif: bytes) -> None:
    came = drawn(kind, exif=b"Exif\0\0" + exif)

    assert opened(picture_in(came).data).size == (8, 6)


@pytest.mark.parametrize("kind", [b"zTXt", b"iCCP", b"iTXt"])
def test_packed_texts_and_profiles_are_not_unpacked(
    kind: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty kilobytes of them take a second each time that somebody looks."""
    flags = b"\1\0\0\0" if kind == b"iTXt" else b"\0"
    said = b"a\0" + flags + zlib.compress(bytes(1 << 20))
    part = struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))
    came = drawn()[:33] + 60 * part + drawn()[33:]

    def unpacked(packed: bytes) -> bytes:
        raise AssertionError("a text was unpacked")

    monkeypatch.setattr(PngImagePlugin, "_safe_zlib_decompress", unpacked)

    assert pixels_in(came) == 48
    assert picture_in(came) == picture_in(drawn())


def jpeg_of_scans(more: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (64, 64), 128).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + more * last + data[-2:]


def test_a_picture_of_very_many_scans_is_refused_before_it_is_unpacked() -> None:
    """Of 100 KB and 25 million pixels, each hundred of them take seconds; a file holds 100,000."""
    usual = parts_of(jpeg_of_scans(0), "JPEG").scans

    assert picture_in(jpeg_of_scans(MOST_SCANS - usual)).width == 64
    for look in (pixels_in, picture_in, picture_of_ours):
        with pytest.raises(OddPicture, match="more than 100 scans"):
            look(jpeg_of_scans(MOST_SCANS - usual + 1))


def test_what_stands_between_two_parts_hides_no_scan() -> None:
    data = jpeg_of_scans(MOST_SCANS).replace(b"\xff\xda", b"odd\xff\xff\xda")

    assert parts_of(data, "JPEG").scans > MOST_SCANS


def test_a_second_picture_behind_the_first_is_no_movement() -> None:
    """As telephones write them: what brightens the first one, or how far things are."""
    out = io.BytesIO()
    first, second = opened(drawn("JPEG")), Image.new("RGB", (4, 3))
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert getattr(opened(out.getvalue()), "n_frames", 1) == 2

    found = picture_in(out.getvalue())

    assert (found.type, found.width, found.height) == ("image/jpeg", 8, 6)


def test_what_lies_in_memory_at_once_is_two_of_the_largest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither is written out as bytes between."""

    def as_bytes(*given: object, **named: object) -> bytes:
        raise AssertionError("written out")

    monkeypatch.setattr(Image.Image, "tobytes", as_bytes)
    monkeypatch.setattr("PIL.Image.frombytes", as_bytes)

    assert picture_in(drawn()).width == 8


def test_a_see_through_colour_of_a_file_is_not_written_again() -> None:
    came = drawn("PNG", transparency=(0, 0, 0))

    assert "transparency" not in opened(picture_in(came).data).info
