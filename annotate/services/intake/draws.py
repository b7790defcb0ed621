"""What chance decides about a task, drawn from what it is about: the same on every day."""

import hashlib
import random
from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

import numpy as np

from annotate.services.queue.places import place_in
from commons.stats.inclusion import drawn_by_chance, inclusion_chances

T = TypeVar("T")

AT_RANDOM = 0.2  # of what is offered, where some are wanted more than others


def gets_second_opinion(campaign: UUID, kind: str, digest: str, *, share: float) -> bool:
    """Whether a prompt's task of this kind is judged once more than the others."""
    return _fraction("second opinion", campaign, kind, digest) < share


def is_drawn_for_second(task: UUID, *, share: float) -> bool:
    """Whether a task is judged once more, drawn when somebody has judged it."""
    return _fraction("second opinion, later", task) < share


def is_held_out(campaign: UUID, digest: str, *, share: float) -> bool:
    """Whether a prompt is judged by held-out raters alone, whatever the kind of work."""
    return _fraction("held out", campaign, digest) < share


def is_drawn_for_review(task: UUID, *, share: float) -> bool:
    """Whether a reviewer looks at what is judged of a task, whoever judges it."""
    return _fraction("review", task) < share


class Offer(NamedTuple, Generic[T]):
    """What is to be ranked, and the chance that each of them had."""

    candidates: list[T]
    chances: list[float]


def offer(
    candidates: Sequence[T], weights: Sequence[float], digest: str, *, answers: int
) -> Offer[T]:
    """The candidates to be ranked: ``answers`` of them, by their weights and the prompt's own seed.

    A fifth of it is chance alone (``AT_RANDOM``), so that none is left out for ever.
    """
    if len(set(weights)) <= 1:
        drawn = random.Random(digest).sample(candidates, answers)
        return Offer(drawn, [answers / len(candidates)] * answers)
    chances = inclusion_chances(np.array(weights, dtype=np.float64), answers, at_random=AT_RANDOM)
    rng = np.random.default_rng(_seed(digest))
    places = drawn_by_chance(chances, rng=rng)
    return Offer([candidates[at] for at in places], [float(chances[at]) for at in places])


def place_of(number: int, digest: str) -> int:
    """A task's place: by its arrival, and within it as the prompt's digest shuffles."""
    return place_in(number, _seed(digest))


def _seed(digest: str) -> int:
    return int.from_bytes(hashlib.sha256(digest.encode()).digest()[:4], "big")


def _fraction(*said: object) -> float:
    """Uniform over [0, 1): the first 53 bits of SHA-256, of the words and nothing else."""
    head = hashlib.sha256(" ".join(map(str, said)).encode()).digest()[:8]
    return float(int.from_bytes(head, "big") >> 11) / 2**53
