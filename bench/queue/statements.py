"""How many statements one take, one submission, one submission with ``next`` sends.

Counted in this process, by the product's own views behind its own middleware, before anything is
timed: a tap is not cheap.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.db import close_old_connections
from django.test import Client

from bench.queue.asking import NEXT, SUBMIT, TAKE
from bench.queue.client import TAKE_PATH
from bench.queue.processes import NotMeasured, say
from bench.queue.wiretap import Tap, tapped

WORK, TOKEN, HEALTH, TRANSACTION = "work", "token", "health_check", "transaction"
FORMS = {
    TRANSACTION: re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b.*", re.DOTALL),
    HEALTH: re.compile(r"\s*SELECT 1\s*"),
    TOKEN: re.compile(r".*\bcommons_apitoken\b.*", re.DOTALL),
}
SHOWN = 100  # letters of a statement that are shown
WARM = 20  # cycles before the count: each of the sixteen tallies of the day is made by then


@dataclass
class Sent:
    """What the requests of one sort sent."""

    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    last: list[str] = field(default_factory=list)

    def add(self, statements: list[str]) -> None:
        self.requests += 1
        self.kinds.update(kind_of(each) for each in statements)
        self.last = statements

    def per_request(self) -> dict[str, float]:
        return {kind: round(n / self.requests, 2) for kind, n in sorted(self.kinds.items())}

    def counted(self) -> float | None:
        """Statements a request, beside its transactions and the look-up of its token."""
        told = self.kinds[WORK] + self.kinds[HEALTH]
        return round(told / self.requests, 2) if self.requests else None


def kind_of(statement: str) -> str:
    return next((kind for kind, form in FORMS.items() if form.fullmatch(statement)), WORK)


class Counting:
    """One annotator, in this process."""

    def __init__(self, token: str, tap: Tap) -> None:
        self.sent = {TAKE: Sent(), SUBMIT: Sent(), NEXT: Sent()}
        self.acknowledged: list[tuple[str, str, str, list[str]]] = []
        self._client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
        self._tap = tap

    def take(self) -> dict[str, Any]:
        return self._post(TAKE, TAKE_PATH, {})

    def submit(self, held: dict[str, Any], *, brings_next: bool) -> dict[str, Any] | None:
        placed = [each["id"] for each in held["candidates"]]
        said = {
            "tiers": [[each] for each in placed],
            "strengths": [1 for _ in placed[1:]],
            "next": brings_next,
        }
        path = f"/api/v1/assignments/{held['id']}/submit"
        kept = self._post(NEXT if brings_next else SUBMIT, path, said)
        self.acknowledged.append((kept["id"], held["id"], kept["counts_as"], placed))
        return kept.get("next")

    def _post(self, act: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
        close_old_connections()  # as the server does it before a request: it checks the connection
        self._tap.since_last()
        said = {**said, "key": str(uuid4())}
        answer = self._client.post(path, json.dumps(said), content_type="application/json")
        self.sent[act].add(self._tap.since_last())
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise NotMeasured(f"{path}: {answer.status_code} {answer.content[:500]!r}")
        told: dict[str, Any] = json.loads(answer.content)
        return told


def count_statements(*, token: str, cycles: int) -> Counting:
    """Do so many cycles in either way; they are real work and are found in the database."""
    say(f"counting the statements of {2 * cycles} cycles")
    with tapped() as tap:
        counting = Counting(token, tap)
        for _ in range(min(WARM, cycles)):
            counting.submit(counting.take(), brings_next=False)
        counting.sent = {act: Sent() for act in counting.sent}
        for _ in range(cycles):
            counting.submit(counting.take(), brings_next=False)
        held: dict[str, Any] | None = counting.take()
        for number in range(cycles):
            if held is not None:
                held = counting.submit(held, brings_next=number < cycles - 1)
    for act, sent in counting.sent.items():
        for statement in sent.last:
            say(f"  {act}: {kind_of(statement)}: {' '.join(statement.split())[:SHOWN]}")
    return counting
