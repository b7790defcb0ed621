"""What chance decides about a task, drawn from what it is about: the same on every day."""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from annotate.services.queue.places import place_in

T = TypeVar("T")


def gets_second_opinion(campaign: UUID, kind: str, digest: str, *, share: float) -> bool:
    """Whether a prompt's task of this kind is judged once more than the others."""
    return _fraction("second opinion", campaign, kind, digest) < share


def is_held_out(campaign: UUID, digest: str, *, share: float) -> bool:
    """Whether a prompt is judged by held-out raters alone, whatever the kind of work."""
    return _fraction("held out", campaign, digest) < share


def is_drawn_for_review(task: UUID, *, share: float) -> bool:
    """Whether a reviewer looks at what is judged of a task, whoever judges it."""
    return _fraction("review", task) < share


def offer(candidates: Sequence[T], digest: str, *, answers: int) -> list[T]:
    """The candidates to be ranked: ``answers`` of them, by the prompt's own seed."""
    return random.Random(digest).sample(candidates, answers)


def place_of(number: int, digest: str) -> int:
    """A task's place: by its arrival, and within it as the prompt's digest shuffles."""
    return place_in(number, int.from_bytes(hashlib.sha256(digest.encode()).digest()[:4], "big"))


def _fraction(*said: object) -> float:
    """Uniform over [0, 1): the first 53 bits of SHA-256, of the words and nothing else."""
    head = hashlib.sha256(" ".join(map(str, said)).encode()).digest()[:8]
    return float(int.from_bytes(head, "big") >> 11) / 2**53
