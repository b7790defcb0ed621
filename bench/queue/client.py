"""The load: N annotators in one event loop, in a process of their own that knows no Django.

Its arguments are two files: the orders that it reads, and what it saw, written at the end.
"""

import asyncio
import random
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import orjson

from bench.queue.asking import NEXT, SUBMIT, TAKE, NoAnswer, Seen, answer_to
from bench.queue.wire import Answer, Wire

ANSWERS_WITHIN = 30.0  # seconds; a connection that is silent for longer has failed
BREATH = 0.5  # seconds after an error
NOTHING_TO_DO = 404
TAKE_PATH = "/api/v1/tasks/take"


@dataclass(frozen=True)
class Orders:
    """What the annotators are to do. Times are of ``time.monotonic``, which processes share."""

    port: int
    tokens: list[str]
    begins: float
    ends: float  # what is under way then is finished
    cycles: int | None  # of each annotator; None: as many as there is time for
    think: float
    next: bool
    keys: bool
    seed: int


class Annotator:
    """One person in a closed loop: take, think, hand in a strict order drawn by chance."""

    def __init__(self, number: int, orders: Orders, seen: Seen) -> None:
        self.wire = Wire("127.0.0.1", orders.port, orders.tokens[number])
        self._orders, self._seen = orders, seen
        self._chance = random.Random(f"{orders.seed} {number}")

    async def work(self) -> None:
        done, held = 0, None
        while monotonic() < self._orders.ends and done != self._orders.cycles:
            if held is None:
                answer = await self._ask(TAKE, TAKE_PATH, {})
                if answer is None:
                    continue
                if answer.status == NOTHING_TO_DO:
                    self._seen.ran_dry += 1
                    return
                held = orjson.loads(answer.content)
            if self._orders.think:
                await asyncio.sleep(self._orders.think)
            held = await self._submit(held)
            done += 1

    async def _submit(self, held: dict[str, Any]) -> dict[str, Any] | None:
        """Hand it in; returns the next assignment if the answer brought one."""
        placed = [each["id"] for each in held["candidates"]]
        self._chance.shuffle(placed)
        said = {
            "tiers": [[each] for each in placed],
            "strengths": [self._chance.randint(1, 3) for _ in placed[1:]],
        }
        if self._orders.next:
            said["next"] = True
        answer = await self._ask(SUBMIT, f"/api/v1/assignments/{held['id']}/submit", said)
        if answer is None:
            return None
        kept: dict[str, Any] = orjson.loads(answer.content)
        self._seen.acknowledged.append((kept["id"], held["id"], kept["counts_as"], placed))
        if kept.get("next"):
            self._seen.samples[NEXT].append(self._seen.samples[SUBMIT][-1])
        return kept.get("next")

    async def _ask(self, act: str, path: str, said: dict[str, Any]) -> Answer | None:
        """The answer; None where it is an error, which is kept."""
        if self._orders.keys:
            said["key"] = str(uuid4())  # by no seed: another load must not repeat these requests
        content, first = orjson.dumps(said), monotonic()
        try:
            answer = await answer_to(self.wire, path, content, self._seen)
        except NoAnswer as why:
            await self._failed(act, 0, str(why))
            return None
        if answer.status in (200, 201):
            now = monotonic()
            self._seen.samples[act].append((now, now - first))
        elif act != TAKE or not is_nothing_to_do(answer):
            await self._failed(act, answer.status, answer.content.decode(errors="replace"))
            return None
        return answer

    async def _failed(self, act: str, status: int, why: str) -> None:
        self._seen.errors.append((act, status, why[:500]))
        await asyncio.sleep(BREATH)


def is_nothing_to_do(answer: Answer) -> bool:
    return answer.status == NOTHING_TO_DO and b"nothing-to-do" in answer.content


async def give_up_silence(annotators: list[Annotator]) -> None:
    """Close connections on which nothing comes any more; cheaper than a clock for each request."""
    while True:
        await asyncio.sleep(1.0)
        for each in annotators:
            since = each.wire.waits_since
            if since is not None and monotonic() - since > ANSWERS_WITHIN:
                each.wire.close()


async def work(orders: Orders) -> Seen:
    seen = Seen()
    annotators = [Annotator(number, orders, seen) for number in range(len(orders.tokens))]
    await asyncio.sleep(max(orders.begins - monotonic(), 0))
    watch = asyncio.create_task(give_up_silence(annotators))
    try:
        await asyncio.gather(*(each.work() for each in annotators))
    finally:
        watch.cancel()
        for each in annotators:
            each.wire.close()
    return seen


def main() -> None:
    its_orders, its_report = (Path(name) for name in sys.argv[1:])
    seen = asyncio.run(work(Orders(**orjson.loads(its_orders.read_bytes()))))
    its_report.write_bytes(orjson.dumps(asdict(seen)))


if __name__ == "__main__":
    main()
