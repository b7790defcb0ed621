"""The parts of a picture file that say what its pixels are, and which way is up. PURE.

Whatever else stands in a file is not even given to the library that unpacks it. Of some kilobytes
of texts, profiles and directories of tags it makes gigabytes, or minutes of work.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

_PNG = frozenset((b"IHDR", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"IDAT", b"IEND"))
_WEBP = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"))
_BESIDE = 0x20 | 0x08 | 0x04  # bits of VP8X: a profile, EXIF and XMP are there

_JPEG = frozenset((*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xEE))  # EE: how colours are meant
_JFIF, _APP1, _SCAN, _END = 0xE0, 0xE1, 0xDA, 0xD9
_BARE = frozenset((0x00, 0x01, *range(0xD0, 0xD9)))  # marks without a length
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in a scan, FF stands before 00 or a restart

_EXIF = b"Exif\0\0"
_XMP = {"PNG": b"XML:com.adobe.xmp\0\0", "JPEG": b"http://ns.adobe.com/xap/1.0/\0", "WEBP": b""}
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION = 0x0112
_NUMBERS = {1: "B", 3: "H", 4: "I"}  # types of a tag
_IN_XMP = re.compile(rb'tiff:Orientation(?:="|>)([1-8])')

Part = tuple[object, bytes]  # its name or mark, and all of it


@dataclass(frozen=True, slots=True)
class Parts:
    """A file of the same pixels and nothing else."""

    data: bytes
    orientation: int = 1  # as EXIF counts it
    scans: int = 0  # of a JPEG file: the whole picture is walked through for each


def parts_of(data: bytes, kind: str) -> Parts:
    """What a PNG, JPEG or WebP file is unpacked by; of a broken one, up to where it breaks."""
    kept, exif, xmp, scans = [], b"", b"", 0
    for name, part in _PARTS[kind](data):
        if name in _KEPT[kind]:
            kept.append(part)
            scans += name == _SCAN
        elif name in (b"eXIf", b"EXIF") or (name == _APP1 and part.startswith(_EXIF, 4)):
            exif = exif or part[4 if kind == "JPEG" else 8 :]
        elif name in (b"iTXt", b"XMP ", _APP1) and part[_HEAD[kind] :].startswith(_XMP[kind]):
            xmp = xmp or part
    whole = _HEADS[kind](b"".join(kept))
    return Parts(whole, _orientation(exif) or _orientation_in_xmp(xmp) or 1, scans)


def _of_png(data: bytes) -> Iterator[Part]:
    at, name = 8, b""
    while name != b"IEND" and at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        yield name, data[at : at + 12 + length]
        at += 12 + length


def _of_webp(data: bytes) -> Iterator[Part]:
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        part = data[at : at + 8 + length + length % 2]
        if name == b"VP8X" and len(part) > 8:
            part = part[:8] + bytes([part[8] & ~_BESIDE]) + part[9:]
        yield name, part
        at += 8 + length + length % 2


def _of_jpeg(data: bytes) -> Iterator[Part]:
    at = 2
    while 0 <= (at := data.find(b"\xff", at)) < len(data) - 1:
        mark = data[at + 1]
        if mark == _END:
            yield _END, data[at : at + 2]
            return
        if mark == 0xFF or mark in _BARE:
            at += 1 if mark == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if mark == _SCAN:
            found = _MARKER.search(data, end)
            end = found.start() if found else len(data)
        yield mark, data[at:end]
        at = max(end, at + 2)


def _orientation(exif: bytes) -> int:
    """By the first directory of tags; 0 where it says nothing."""
    exif = exif.removeprefix(_EXIF)
    order = _ORDERS.get(exif[:4])
    if order is None:
        return 0
    try:
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (tags,) = struct.unpack_from(f"{order}H", exif, at)
        for place in range(at + 2, at + 2 + 12 * tags, 12):
            tag, type = struct.unpack_from(f"{order}HH", exif, place)
            if tag == _ORIENTATION and type in _NUMBERS:
                return int(struct.unpack_from(f"{order}{_NUMBERS[type]}", exif, place + 8)[0])
    except struct.error:  # it breaks off
        pass
    return 0


def _orientation_in_xmp(xmp: bytes) -> int:
    found = _IN_XMP.search(xmp)
    return int(found[1]) if found else 0


_PARTS = {"PNG": _of_png, "JPEG": _of_jpeg, "WEBP": _of_webp}
_KEPT: dict[str, frozenset[object]] = {
    "PNG": frozenset(_PNG),
    "JPEG": frozenset((*_JPEG, _JFIF, _END)),
    "WEBP": frozenset(_WEBP),
}
_HEAD = {"PNG": 8, "JPEG": 4, "WEBP": 8}  # bytes before what a part says
_HEADS = {
    "PNG": lambda parts: b"\x89PNG\r\n\x1a\n" + parts,
    "JPEG": lambda parts: b"\xff\xd8" + parts,
    "WEBP": lambda parts: b"RIFF" + struct.pack("<I", len(parts) + 4) + b"WEBP" + parts,
}
