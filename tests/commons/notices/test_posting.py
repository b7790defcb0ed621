"""One post has an end, however slowly the other side answers."""

import http.client
import socket
import ssl
import time
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from commons.notices import posting
from commons.notices.posting import Outcome, post
from tests.commons.notices.receiving import certified, dripping

HEAD = b"HTTP/1.1 200 OK\r\n"
CLOSES = HEAD + b"connection: close\r\n\r\n"  # an answer that ends with its connection
LONG = b"a" * 60  # six seconds of letters


@pytest.fixture(autouse=True)
def _impatient(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    monkeypatch.setattr(posting, "DEADLINE", 0.4)


def timed(url: str) -> tuple[Outcome, float]:
    began = time.monotonic()
    return post(url, b"{}", {}), time.monotonic() - began


def test_a_server_that_answers_a_letter_at_a_time_is_hung_up_on() -> None:
    """Left alone, it would come to a good end."""
    with dripping() as url:
        outcome, _ = timed(url)

    assert not outcome.went_well


@pytest.mark.parametrize("head", [CLOSES, HEAD + b"content-length: 60\r\n\r\n"])
def test_so_is_one_that_has_answered_and_goes_on_about_it(head: bytes) -> None:
    """The answer counts; what it says is cut."""
    with dripping(head, LONG) as url:
        outcome, took = timed(url)

    assert (outcome.went_well, outcome.status) == (True, 200)
    assert 0.3 < took < 3


@pytest.mark.parametrize("head", [CLOSES, HEAD + b"content-length: 60\r\n\r\n"])
def test_so_is_one_behind_tls(head: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, trusted = certified(tmp_path)
    ours = ssl.create_default_context(cafile=trusted)
    monkeypatch.setattr(ssl, "create_default_context", lambda: ours)

    with dripping(head, LONG, theirs) as url:
        outcome, took = timed(url)

    assert (outcome.went_well, outcome.status) == (True, 200)
    assert 0.3 < took < 3


def test_what_is_no_answer_at_all_is_said_so_that_it_can_be_kept() -> None:
    """The error quotes it: a NUL in it would end the sender that writes it down, every time."""
    with dripping(b"\x00\x1bHello?\r\n", b"") as url:
        outcome, _ = timed(url)

    assert not outcome.went_well
    assert "Hello?" in outcome.says
    assert outcome.says.isprintable()


def test_nothing_stays_open_after_a_post(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that ends with its connection has taken the socket over: it is closed with it,
    and not when nobody happens to hold it any more."""
    held: list[object] = []
    lines: list[socket.socket | None] = []
    answered = posting._Pinned.getresponse

    def kept(self: posting._Pinned) -> http.client.HTTPResponse:
        lines.append(self.sock)
        answer = answered(self)
        held.append(answer)
        return answer

    monkeypatch.setattr(posting._Pinned, "getresponse", kept)

    with dripping(CLOSES, b"a") as url:
        post(url, b"{}", {})

    assert [line.fileno() for line in lines if line] == [-1]
