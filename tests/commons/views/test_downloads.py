"""A broken download goes on where it stopped; whoever holds the file already gets nothing."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

import pytest
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from commons.views import downloads
from commons.views.downloads import OutOfRange, Span, handed_out, range_of

LETTERS = b"abcdefghij"
SHA256 = hashlib.sha256(LETTERS).hexdigest()
ETAG = f'"{SHA256}"'


@dataclass
class Letters:
    name: str = "train-00000.jsonl"
    bytes: int = 10
    sha256: str = SHA256
    content_type: str = "application/jsonl"

    def opened(self) -> BytesIO:
        return BytesIO(LETTERS)


def asked(method: str = "GET", heard: list[int] | None = None, **headers: str):
    request = RequestFactory().generic(method, "/", headers=headers)
    on_bytes = ([] if heard is None else heard).append
    return handed_out(request, Letters(), on_bytes=on_bytes)


def body_of(answer) -> bytes:
    return answer.getvalue()


def test_the_whole_file_says_its_name_its_size_and_its_hash():
    answer = asked()

    assert (answer.status_code, body_of(answer)) == (200, LETTERS)
    assert dict(answer.headers) == {
        "Content-Type": "application/jsonl",
        "Content-Length": "10",
        "Content-Disposition": 'attachment; filename="train-00000.jsonl"',
        "ETag": ETAG,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }


@pytest.mark.parametrize(
    ("said", "sent", "where"),
    [
        ("bytes=0-3", b"abcd", "bytes 0-3/10"),
        ("bytes=4-", b"efghij", "bytes 4-9/10"),
        ("bytes=8-99", b"ij", "bytes 8-9/10"),
        ("bytes=-3", b"hij", "bytes 7-9/10"),
        ("bytes=-99", LETTERS, "bytes 0-9/10"),
        ("Bytes=9-9", b"j", "bytes 9-9/10"),
    ],
)
def test_a_range_is_served_alone(said, sent, where):
    answer = asked(Range=said)

    assert (answer.status_code, body_of(answer)) == (206, sent)
    assert (answer["Content-Range"], answer["Content-Length"]) == (where, str(len(sent)))


@pytest.mark.parametrize("said", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_what_the_file_has_no_bytes_for_is_416_with_its_size(said):
    answer = asked(Range=said)

    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize(
    "said", ["bytes=0-1,4-5", "bytes=5-2", "bytes=-", "lines=0-3", "bytes=a-b"]
)
def test_several_ranges_and_odd_ones_are_the_whole_file(said):
    answer = asked(Range=said)

    assert (answer.status_code, body_of(answer)) == (200, LETTERS)


@pytest.mark.parametrize(("held", "status"), [(ETAG, 206), ('"another"', 200), (f"W/{ETAG}", 200)])
def test_a_piece_is_served_to_the_holder_of_this_very_file_only(held, status):
    answer = asked(Range="bytes=4-", **{"If-Range": held})

    assert (answer.status_code, body_of(answer)) == (status, LETTERS[4 if status == 206 else 0 :])


def test_whoever_has_the_file_gets_no_byte_of_it():
    heard = []

    answer = asked(heard=heard, **{"If-None-Match": ETAG})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", ETAG)
    assert heard == []


def test_head_says_all_of_it_and_sends_nothing():
    heard = []

    answer = asked("HEAD", heard, Range="bytes=0-3")

    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, "10", b"")
    assert heard == []


def test_the_first_byte_is_heard_before_any_is_sent():
    heard = []

    for said in ("bytes=0-3", "bytes=4-"):
        body_of(asked(heard=heard, Range=said))

    assert heard == [0, 4]


def test_a_file_is_read_a_block_at_a_time_and_closed(monkeypatch):
    monkeypatch.setattr(downloads, "BLOCK", 4)

    answer = asked()

    assert isinstance(answer, StreamingHttpResponse)
    assert list(answer) == [b"abcd", b"efgh", b"ij"]


def test_an_empty_file_has_no_ranges():
    with pytest.raises(OutOfRange):
        range_of("bytes=-5", 0)

    assert range_of("", 0) is None
    assert Span(0, -1).bytes == 0
