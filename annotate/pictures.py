"""A picture that comes with a prompt: looked at, drawn anew, and nothing of its file kept. PURE.

    bytes -> what they are, by their beginning -> how large, before they are unpacked -> pixels
          -> a file of our own

Whatever stood in the file beside its pixels (places, names, thumbnails, a second format behind the
first one) is gone: what is kept is written by us from the pixels alone. Equal bytes become equal
bytes, as the library that writes them is pinned.
"""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 5 * 1024 * 1024  # of a file that comes
MOST_PIXELS = 25_000_000  # unpacked: 100 MB at most, while one is looked at
LONGEST_SIDE = 10_000  # pixels
MOST = 8  # pictures of one prompt
LONGEST_ALT = 1000  # characters

# How each kind of file begins, and what is written in its place.
_BEGINS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "WEBP": b"RIFF"}
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_QUALITY = 95  # of what was packed with loss already
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


def picture_in(data: bytes) -> Picture:
    """The picture that a file is; ``OddPicture`` if it is none, or more than one."""
    kind, pixels = _looked_at(data)
    return Picture(_written(pixels, kind), _TYPES[kind], *pixels.size)


def picture_of_ours(data: bytes) -> Picture:
    """One that was drawn here or elsewhere by this code: looked at again, and kept as it is."""
    kind, pixels = _looked_at(data)
    return Picture(data, _TYPES[kind], *pixels.size)


def _looked_at(data: bytes) -> tuple[str, Image.Image]:
    if len(data) > MOST_BYTES:
        raise OddPicture(f"has more than {MOST_BYTES // 1024**2} MB; make it smaller.")
    kind = _kind_of(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as found:
            _refuse_what_is_too_large(found)
            if getattr(found, "n_frames", 1) > 1:
                raise OddPicture("moves; send one still picture of it.")
            found.load()
            return kind, _pixels_of(found, kind)
    except (UnidentifiedImageError, OSError, SyntaxError, EOFError, ValueError) as broken:
        if isinstance(broken, OddPicture):
            raise
        raise OddPicture("cannot be read to its end; save it anew.") from broken
    except Image.DecompressionBombError as bomb:
        raise OddPicture(_TOO_LARGE) from bomb


_TOO_LARGE = (
    f"has more than {MOST_PIXELS // 1_000_000} million pixels, or a side of more than "
    f"{LONGEST_SIDE:,}; make it smaller."
)


def _kind_of(data: bytes) -> str:
    """By what it is, whatever its name says."""
    for kind, begins in _BEGINS.items():
        if data.startswith(begins) and (kind != "WEBP" or data[8:12] == b"WEBP"):
            return kind
    raise OddPicture("is no PNG, JPEG or WebP file, whatever its name says; save it as one.")


def _refuse_what_is_too_large(found: Image.Image) -> None:
    """By what its head says: nothing is unpacked yet."""
    width, height = found.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise OddPicture(_TOO_LARGE)


def _pixels_of(found: Image.Image, kind: str) -> Image.Image:
    """Upright, in one of three modes, and with nothing that its file said beside."""
    mode = "RGB" if kind == "JPEG" and found.mode != "L" else _MODES.get(found.mode, "RGB")
    upright = ImageOps.exif_transpose(found).convert(mode)
    return Image.frombytes(mode, upright.size, upright.tobytes())


def _written(pixels: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "PNG":
        pixels.save(out, "PNG")
    else:
        pixels.save(out, kind, quality=_QUALITY)
    return out.getvalue()
