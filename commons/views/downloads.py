"""Large files, handed out so that a broken download goes on where it stopped (RFC 9110, 13 and 14).

One range at a time is served; what asks for several, or asks oddly, gets the whole file, as the
standard has it. ``ETag`` is the SHA-256 of the file, so pieces of two versions never meet.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

BLOCK = 256 * 1024  # bytes in memory at once
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Download(Protocol):
    """A file as it is offered."""

    @property
    def name(self) -> str: ...

    @property
    def bytes(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    def opened(self) -> BinaryIO:
        """The file, to be read from any place."""


@dataclass(frozen=True)
class Span:
    """Some bytes of a file, from ``first`` to ``last``, both included; an empty file has none."""

    first: int
    last: int

    @property
    def bytes(self) -> int:
        return self.last + 1 - self.first


class OutOfRange(Exception):
    """The file has no such bytes."""


def handed_out(
    request: HttpRequest, file: Download, *, on_bytes: Callable[[int], None]
) -> HttpResponseBase:
    """The file, or the range of it that was asked for, or that its reader has it already.

    ``on_bytes`` hears the first byte that will be sent, before any is; nothing where none will be.
    """
    etag = f'"{file.sha256}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            answer = _with_bytes(request, file, on_bytes)
        except OutOfRange:
            answer = HttpResponse(status=416)
            del answer["Content-Type"]  # there is nothing in it
            answer["Content-Range"] = f"bytes */{file.bytes}"
    answer["ETag"], answer["Accept-Ranges"] = etag, "bytes"
    answer["Cache-Control"] = "private, no-cache"  # who may have it is asked each time
    return answer


def range_of(said: str, size: int) -> Span | None:
    """The one range that a header asks for; None: the whole file. ``OutOfRange``."""
    asked = RANGE.fullmatch(said.strip().lower())
    if asked is None or not any(asked.groups()):
        return None
    first, last = asked.groups()
    if not first:  # so many bytes from the end
        if int(last) == 0 or size == 0:
            raise OutOfRange
        return Span(max(0, size - int(last)), size - 1)
    if last and int(last) < int(first):
        return None  # no range at all, which counts as not said
    if int(first) >= size:
        raise OutOfRange
    return Span(int(first), min(int(last), size - 1) if last else size - 1)


def _with_bytes(
    request: HttpRequest, file: Download, on_bytes: Callable[[int], None]
) -> HttpResponseBase:
    span = _span_of(request, file)
    part = Span(0, file.bytes - 1) if span is None else span
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=file.content_type)
    else:
        source = file.opened()
        on_bytes(part.first)
        answer = StreamingHttpResponse(Piece(source, part), content_type=file.content_type)
    answer["Content-Length"] = str(part.bytes)
    answer["Content-Disposition"] = content_disposition_header(True, file.name)
    if span is not None:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {span.first}-{span.last}/{file.bytes}"
    return answer


def _span_of(request: HttpRequest, file: Download) -> Span | None:
    """The range to be served. Whoever holds the beginning of another version gets the whole; of
    HEAD the standard knows no ranges."""
    held = request.headers.get("If-Range")
    if request.method != "GET" or held not in (None, f'"{file.sha256}"'):
        return None
    return range_of(request.headers.get("Range", ""), file.bytes)


class Piece:
    """The bytes of a span, a block at a time; it closes its file."""

    def __init__(self, source: BinaryIO, span: Span) -> None:
        self.source, self.left = source, span.bytes
        source.seek(span.first)

    def __iter__(self) -> Iterator[bytes]:
        with self.source:
            while self.left > 0 and (block := self.source.read(min(BLOCK, self.left))):
                self.left -= len(block)
                yield block

    def close(self) -> None:
        self.source.close()
