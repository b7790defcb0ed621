"""What comes as a picture is looked at by its content and drawn anew; nothing else of it stays."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from annotate import pictures
from annotate.picture_layout import is_of_pixels_alone
from annotate.pictures import LONGEST_SIDE, MOST_BYTES, OddPicture, picture_in, picture_of_ours
from tests.annotate.drawing import drawn

BOMB = 30_000  # pixels of a side


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "type_"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_a_picture_is_drawn_anew(kind: str, type_: str) -> None:
    found = picture_in(drawn(kind))

    assert (found.type, found.width, found.height) == (type_, 8, 6)
    assert opened(found.data).format == kind
    assert found == picture_in(drawn(kind))


def test_pixels_stay_as_they_are() -> None:
    before = opened(drawn("PNG"))

    assert opened(picture_in(drawn("PNG")).data).tobytes() == before.tobytes()


def test_what_a_camera_wrote_beside_is_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter
    exif[0x013B] = "Ada Quill"
    came = drawn("JPEG", exif=exif, comment=b"at home", icc_profile=b"x" * 200)
    assert b"Ada Quill" in came
    assert b"at home" in came

    found = picture_in(came)

    assert (found.width, found.height) == (6, 8)
    assert not opened(found.data).getexif()
    assert b"Ada Quill" not in found.data
    assert b"at home" not in found.data
    assert "icc_profile" not in opened(found.data).info


def test_words_within_a_png_are_gone() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Ada Quill")

    found = picture_in(drawn("PNG", pnginfo=words))

    assert b"Ada Quill" not in found.data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_of_two_files_in_one_the_second_is_gone(kind: str) -> None:
    """A picture with a page behind it, which a careless browser would run."""
    found = picture_in(drawn(kind) + b"<script>alert(1)</script>PK\x03\x04")

    assert b"<script>" not in found.data
    assert b"PK\x03\x04" not in found.data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"GIF89a" + bytes(20),
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"BM" + bytes(60),
        b"%PDF-1.7",
    ],
)
def test_what_is_of_another_kind_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(OddPicture, match="is no PNG, JPEG or WebP"):
        picture_in(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = drawn(kind)

    with pytest.raises(OddPicture, match="cannot be read to its end"):
        picture_in(whole[: len(whole) // 2])


def test_one_that_says_what_it_is_and_is_another_is_refused() -> None:
    with pytest.raises(OddPicture, match="cannot be read"):
        picture_in(b"\x89PNG\r\n\x1a\n" + drawn("JPEG"))


@pytest.mark.parametrize(("kind", "frames"), [("PNG", 2), ("WEBP", 3)])
def test_what_moves_is_refused(kind: str, frames: int) -> None:
    still = Image.new("RGB", (4, 4))
    others = [Image.new("RGB", (4, 4), (40 * n, 0, 0)) for n in range(1, frames)]
    out = io.BytesIO()
    still.save(out, kind, save_all=True, append_images=others)

    with pytest.raises(OddPicture, match="moves"):
        picture_in(out.getvalue())


def test_a_small_file_that_would_unpack_to_gigabytes_is_refused_by_its_head() -> None:
    with pytest.raises(OddPicture, match="million pixels"):
        picture_in(png_of(BOMB, BOMB))


def test_one_long_line_is_refused() -> None:
    with pytest.raises(OddPicture, match="a side of more than 10,000"):
        picture_in(png_of(LONGEST_SIDE + 1, 1))


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    with pytest.raises(OddPicture, match="more than 5 MB"):
        picture_in(bytes(MOST_BYTES + 1))


def test_sixteen_bits_become_eight_by_their_upper_half() -> None:
    """Cut off at 255 instead, all but the darkest shades would be white."""
    shades = (0, 255, 256, 511, 32_768, 65_535)
    came = io.BytesIO()
    deep = Image.frombytes("I;16", (6, 1), struct.pack("<6H", *shades))
    deep.save(came, "PNG")
    assert opened(came.getvalue()).mode == "I;16"

    found = opened(picture_in(came.getvalue()).data)

    assert (found.mode, list(found.tobytes())) == ("L", [0, 0, 1, 1, 128, 255])


def noise(kind: str, side: int = 64, **said: int) -> bytes:
    """Hard to pack."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.Random(7).randbytes(3 * side * side)).save(
        out, kind, **said
    )
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_what_grows_when_it_is_drawn_anew_is_packed_until_it_fits(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = noise(kind, quality=80)
    large = len(picture_in(came).data)
    assert large > len(came)

    monkeypatch.setattr(pictures, "MOST_BYTES", large - 1)
    found = picture_in(came)

    assert len(found.data) < large
    assert picture_of_ours(found.data) == found


def test_what_fits_in_no_way_once_it_is_drawn_anew_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    palette = Image.effect_noise((64, 64), 80).convert("P")
    came = io.BytesIO()
    palette.save(came, "PNG")

    monkeypatch.setattr(pictures, "MOST_BYTES", len(came.getvalue()))

    with pytest.raises(OddPicture, match="once it is drawn anew"):
        picture_in(came.getvalue())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_one_of_ours_is_kept_as_it_is_however_large_it_became(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = picture_in(noise(kind))

    monkeypatch.setattr(pictures, "MOST_BYTES", len(ours.data) - 1)

    assert picture_of_ours(ours.data) == ours


def test_one_of_ours_may_see_through() -> None:
    """WebP then has parts of its own for that."""
    out = io.BytesIO()
    Image.new("RGBA", (8, 6), (1, 2, 3, 90)).save(out, "WEBP")
    ours = picture_in(out.getvalue())

    assert picture_of_ours(ours.data) == ours


def with_places(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "Ada Quill"
    return drawn(kind, exif=exif)


@pytest.mark.parametrize(
    "data",
    [
        *(with_places(kind) for kind in ("PNG", "JPEG", "WEBP")),
        *(drawn(kind, icc_profile=b"x" * 200) for kind in ("PNG", "JPEG", "WEBP")),
        *(drawn(kind) + b"<script>" for kind in ("PNG", "JPEG", "WEBP")),
        drawn("JPEG", comment=b"at home"),
        drawn("PNG")[:-8],
        drawn("WEBP", xmp=b"<x/>"),
    ],
)
def test_what_holds_more_than_its_pixels_is_none_of_ours(data: bytes) -> None:
    with pytest.raises(OddPicture, match=r"holds more than its pixels|cannot be read"):
        picture_of_ours(data)


@pytest.mark.parametrize("progressive", [True, False])
def test_a_jpeg_of_ours_is_followed_to_its_end(progressive: bool) -> None:
    """Several scans, each with bytes that look like marks."""
    assert is_of_pixels_alone(noise("JPEG", progressive=progressive), "JPEG")


def png_of(width: int, height: int) -> bytes:
    """The head of a picture of this size, with next to nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    made = b"\x89PNG\r\n\x1a\n"
    for name, said in parts:
        made += struct.pack(">I", len(said)) + name + said
        made += struct.pack(">I", zlib.crc32(name + said))
    return made
