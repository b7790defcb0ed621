"""A picture that comes with a prompt: looked at, drawn anew, and nothing of its file kept. PURE.

    bytes -> what they are, by their beginning -> the parts that say what its pixels are
          -> how large, before they are unpacked -> pixels -> a file of our own

Whatever stood in the file beside its pixels (places, names, thumbnails, a second format behind the
first one) is gone: what is kept is written by us from the pixels alone. Equal bytes become equal
bytes, as the library that writes them is pinned.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from annotate.picture_layout import is_of_pixels_alone
from annotate.picture_parts import Parts, parts_of
from commons.sentences import sentence as _

MOST_BYTES = 5 * 1024 * 1024  # of a file that comes, and of what is written in its place
MOST_PIXELS = 25_000_000  # unpacked: 100 MB, and once more while one is drawn anew
MOST_SCANS = 100  # of a JPEG file; a usual one has ten
LONGEST_SIDE = 10_000  # pixels
# Of one that was drawn by this code: an earlier version wrote whatever became of the pixels.
_MOST_BYTES_OF_OURS = 4 * MOST_PIXELS + 1024 * 1024
MOST = 8  # pictures of one prompt
LONGEST_ALT = 1000  # characters

# How each kind of file begins, and what is written in its place.
_BEGINS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "WEBP": b"RIFF"}
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
# Of what was packed with loss already, the best quality that fits.
_WITH_LOSS: tuple[dict[str, int], ...] = ({"quality": 95}, {"quality": 85}, {"quality": 75})
_PACKED: dict[str, tuple[dict[str, int], ...]] = {
    "PNG": ({},),
    "JPEG": _WITH_LOSS,
    "WEBP": _WITH_LOSS,
}
_DEEP = 256  # a picture of 16 bits has that many shades for each of ours
_UPRIGHT = {  # by EXIF's count
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MODES = {"1": "L", "L": "L", "LA": "RGBA", "P": "RGBA", "RGB": "RGB", "RGBA": "RGBA"}


class OddPicture(ValueError):
    """A file is no picture that can be kept; the message goes on after its name."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file of our own, with its size in pixels."""

    data: bytes
    type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def pixels_in(data: bytes) -> int:
    """How many a file says that it has; none is unpacked. ``OddPicture`` as ``picture_in``."""
    with _opened(data, MOST_BYTES) as (_, _, found):
        return found.width * found.height


def picture_in(data: bytes) -> Picture:
    """The picture that a file is; ``OddPicture`` if it is none, or more than one."""
    kind, pixels = _looked_at(data, most=MOST_BYTES)
    return Picture(_written(pixels, kind), _TYPES[kind], *pixels.size)


def picture_of_ours(data: bytes) -> Picture:
    """One that was drawn here or elsewhere by this code: looked at again, and kept as it is."""
    kind, pixels = _looked_at(data, most=_MOST_BYTES_OF_OURS)
    if not is_of_pixels_alone(data, kind):
        raise OddPicture(_("holds more than its pixels; it was not drawn by this program."))
    return Picture(data, _TYPES[kind], *pixels.size)


def _looked_at(data: bytes, *, most: int) -> tuple[str, Image.Image]:
    with _opened(data, most) as (kind, orientation, found):
        if getattr(found, "n_frames", 1) > 1:
            raise OddPicture(_("moves; send one still picture of it."))
        found.load()
        return kind, _pixels_of(found, kind, orientation)


@contextmanager
def _opened(data: bytes, most: int) -> Iterator[tuple[str, int, Image.Image]]:
    """Its kind, which way is up, and its pixels.

    Nothing is unpacked yet; what goes wrong while that is done is said as well.
    """
    if len(data) > most:
        raise OddPicture(_("has more than %(most)s MB; make it smaller.", most=most // 1024**2))
    kind = _kind_of(data)
    parts = _parts(data, kind)
    try:
        with Image.open(io.BytesIO(parts.data), formats=[kind]) as found:
            _refuse_what_is_too_large(found)
            yield kind, parts.orientation, found
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, ValueError) as broken:
        if isinstance(broken, OddPicture):
            raise
        raise OddPicture(_("cannot be read to its end; save it anew.")) from broken
    except Image.DecompressionBombError as bomb:
        raise OddPicture(_TOO_LARGE) from bomb


def _parts(data: bytes, kind: str) -> Parts:
    parts = parts_of(data, kind)
    if parts.scans > MOST_SCANS:
        raise OddPicture(_("is packed in more than %(most)s scans; save it anew.", most=MOST_SCANS))
    return parts


_TOO_LARGE = _(
    "has more than %(millions)s million pixels, or a side of more than %(side)s; make it smaller.",
    millions=MOST_PIXELS // 1_000_000,
    side=f"{LONGEST_SIDE:,}",
)


def _kind_of(data: bytes) -> str:
    """By what it is, whatever its name says."""
    for kind, begins in _BEGINS.items():
        if data.startswith(begins) and (kind != "WEBP" or data[8:12] == b"WEBP"):
            return kind
    raise OddPicture(_("is no PNG, JPEG or WebP file, whatever its name says; save it as one."))


def _refuse_what_is_too_large(found: Image.Image) -> None:
    """By what its head says: nothing is unpacked yet."""
    width, height = found.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise OddPicture(_TOO_LARGE)


def _pixels_of(found: Image.Image, kind: str, orientation: int) -> Image.Image:
    """Upright, in one of three modes, and with nothing that its file said beside."""
    mode = "RGB" if kind == "JPEG" and found.mode != "L" else _MODES.get(found.mode, "RGB")
    turn = _UPRIGHT.get(orientation)
    upright = found if turn is None else found.transpose(turn)
    if upright.mode.startswith("I"):  # 16 bits: cut off at white, if they were only converted
        mode, upright = "L", upright.point(lambda shade: shade * (1 / _DEEP))
    pixels = upright.convert(mode)  # a copy, if it has this mode
    pixels.info = {}
    return pixels


def _written(pixels: Image.Image, kind: str) -> bytes:
    for options in _PACKED[kind]:
        out = io.BytesIO()
        pixels.save(out, kind, **options)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise OddPicture(
        _(
            "has more than %(most)s MB once it is drawn anew; make it smaller.",
            most=MOST_BYTES // 1024**2,
        )
    )
