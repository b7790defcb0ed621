"""Post one signed body to a webhook: to a judged address, following nothing, within a deadline."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass

from commons.notices.addresses import AddressRefused, Target, address_of, target_of

PATIENCE = 5.0  # seconds for each look at the network
DEADLINE = 15.0  # seconds in all: a server that answers a letter at a time is hung up on
READ = 2048  # bytes of an answer that are looked at
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What came of one try. ``status`` is HTTP's; None where nothing was answered."""

    went_well: bool
    says: str
    status: int | None = None
    took_ms: int = 0

    @property
    def is_gone(self) -> bool:
        """The receiver says that nobody listens there any more (Standard Webhooks)."""
        return self.status == GONE


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
    """Send it once and say what came of it; refused and unreachable are outcomes too."""
    began = time.monotonic()
    try:
        target = target_of(url)
        status, said = _answer(target, address_of(target), body, headers)
    except AddressRefused as refused:
        return Outcome(False, str(refused), took_ms=_since(began))
    except (OSError, http.client.HTTPException) as broken:
        why = str(broken) or type(broken).__name__
        return Outcome(False, f"no answer: {_printable(why)}"[:500], took_ms=_since(began))
    return Outcome(200 <= status < 300, _words(status, said), status, _since(began))


def _answer(
    target: Target, address: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    with closing(_Pinned(target, address)) as connection:
        watch = threading.Timer(DEADLINE, connection.hang_up)
        watch.daemon = True
        watch.start()
        try:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            # An answer that ends with the connection has taken the socket over; it closes it.
            with connection.getresponse() as answer:
                return answer.status, answer.read(READ)
        finally:
            watch.cancel()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was judged, under the name that the URL has.

    With TLS the certificate is checked against that name. http.client follows no redirect.
    """

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=PATIENCE)
        self.target, self.address = target, address
        self.line: socket.socket | None = None  # kept for hanging up, whoever reads from it now

    def connect(self) -> None:
        self.sock = self.line = socket.create_connection(
            (self.address, self.target.port), timeout=PATIENCE
        )
        if self.target.scheme == "https":
            wrapped = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            self.sock = self.line = wrapped  # from here on, so that a slow handshake ends as well
            wrapped.do_handshake()

    def hang_up(self) -> None:
        """Let whoever waits for the other side find the line dead."""
        if self.line is not None:
            # Below TLS: its own shutdown takes the cipher away from the thread that reads.
            with suppress(OSError):  # it has just ended by itself
                socket.socket.shutdown(self.line, socket.SHUT_RDWR)


def _words(status: int, said: bytes) -> str:
    if 300 <= status < 400:
        return f"{status}: a redirect, which is not followed; give the address it leads to"
    return f"{status} {_printable(said.decode('utf-8', errors='replace'))}".strip()[:500]


def _printable(said: str) -> str:
    """As it can be shown, and kept: PostgreSQL takes no NUL, and errors quote what was answered."""
    return "".join(c if c.isprintable() else " " for c in said)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
