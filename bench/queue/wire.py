"""HTTP/1.1 over one kept connection, with as little between us and the socket as can be."""

import asyncio
from dataclasses import dataclass
from time import monotonic

LONGEST = 2**18  # bytes of an answer's head; asyncio's buffer holds four times as much
FAILURES = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: bytes


class Wire:
    """A connection that opens when it is needed; what breaks it raises one of ``FAILURES``."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self._address = host, port
        self._head = (
            f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
            "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: "
        )
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.waits_since: float | None = None  # of time.monotonic

    async def post(self, path: str, content: bytes) -> Answer:
        self.waits_since = monotonic()
        try:
            return await self._post(path, content)
        except FAILURES:
            self.close()
            raise
        finally:
            self.waits_since = None

    async def _post(self, path: str, content: bytes) -> Answer:
        if self._reader is not None and self._reader.at_eof():  # the server kept it long enough
            self.close()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                *self._address, limit=LONGEST
            )
        head = f"POST {path} HTTP/1.1\r\n{self._head}{len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        told = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        answer = Answer(int(told[9:12]), await self._reader.readexactly(length_in(told)))
        if b"\r\nconnection: close" in told:
            self.close()
        return answer

    def close(self) -> None:
        """Whoever waits for an answer on it is told that the connection broke."""
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None


def length_in(told: bytes) -> int:
    """The length that a head (in small letters) announces; without one nothing follows."""
    _, found, after = told.partition(b"\r\ncontent-length:")
    return int(after[: after.index(b"\r")]) if found else 0
