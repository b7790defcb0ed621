"""Requests that are sent again until they are answered, and what was seen of them."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

from bench.queue.wire import FAILURES, Answer, Wire

GIVES_UP_AFTER = 10.0  # seconds from the first try of a request
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5  # seconds between tries
UNAVAILABLE = 503
TAKE, SUBMIT, NEXT = "take", "submit", "next"


@dataclass
class Seen:
    """What happened. A sample is (when it was answered, seconds since its first try)."""

    samples: dict[str, list[tuple[float, float]]] = field(
        default_factory=lambda: {TAKE: [], SUBMIT: [], NEXT: []}
    )
    acknowledged: list[tuple[str, str, str, list[str]]] = field(default_factory=list)
    errors: list[tuple[str, int, str]] = field(default_factory=list)
    retries: int = 0
    ran_dry: int = 0  # annotators for whom nothing was left


class NoAnswer(Exception):
    """It was tried for as long as anybody waits."""


async def answer_to(wire: Wire, path: str, content: bytes, seen: Seen) -> Answer:
    """Try until the server answers: the same words each time, so the same key."""
    first, pause = monotonic(), FIRST_PAUSE
    while True:
        try:
            answer = await wire.post(path, content)
            if answer.status != UNAVAILABLE:
                return answer
            why = answer.content.decode(errors="replace")
        except FAILURES as broken:
            why = repr(broken)
        if monotonic() - first > GIVES_UP_AFTER:
            raise NoAnswer(why)
        seen.retries += 1
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
