"""What a picture file holds beside its pixels: nothing, if it is one that we drew. PURE.

A file of our own has only the parts that say how its pixels are packed. Any other part (EXIF, XMP,
ICC, a text, a thumbnail, what stands behind the end) may hold a place or a name.
"""

import re
import struct
from collections.abc import Iterator

_PNG = frozenset((b"IHDR", b"IDAT", b"IEND"))
_WEBP = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))

_JFIF, _JFIF_LENGTH = 0xE0, 16  # a longer one has a thumbnail
# Tables, frames, scans; the second bytes of their markers.
_JPEG = frozenset((0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD))
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan, FF stands before 00 or a restart


def is_of_pixels_alone(data: bytes, kind: str) -> bool:
    """Whether nothing stands in this PNG, JPEG or WebP file beside or behind its pixels."""
    try:
        return all(_LAYOUTS[kind](data))
    except (IndexError, struct.error):  # a part that says that it is longer than the file
        return False


def _of_png(data: bytes) -> Iterator[bool]:
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        yield name in _PNG
        at += 12 + length
    yield at == len(data)


def _of_webp(data: bytes) -> Iterator[bool]:
    (length,) = struct.unpack_from("<I", data, 4)
    yield length + 8 == len(data)
    at = 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name in _WEBP
        at += 8 + length + length % 2
    yield at == len(data)


def _of_jpeg(data: bytes) -> Iterator[bool]:
    at = 2
    while (mark := data[at + 1]) != _END:
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield data[at] == 0xFF
        yield mark in _JPEG or (mark == _JFIF and length == _JFIF_LENGTH)
        at += 2 + length
        if mark == _SCAN:
            found = _MARKER.search(data, at)
            yield found is not None
            at = found.start() if found else len(data)
    yield at + 2 == len(data)


_LAYOUTS = {"PNG": _of_png, "JPEG": _of_jpeg, "WEBP": _of_webp}
