"""A baseline that reads words and no sentences: ridge Bradley-Terry on hashed uni- and bigrams.

Each answer is log(1 + count) of its words and neighbouring words, hashed into 2^15 places
(Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning"); its score is linear
in them. A hundred steps go towards the weights for which the sum over pairs of
-log sigmoid(score_better - score_worse) + ridge / 2 |weights|² is least.

It learns from the train side that the reward model learned from. A reward model that is no better
has learned which words people like.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from commons.stats.pairs import pairs_of
from rewards.stats.calibration import chance_of
from rewards.stats.seen import Floats, Ints, Pairs, Seen

PLACES = 1 << 15
RIDGES = (3.0, 30.0, 300.0)  # tried on a fifth of the prompts that are held back from the fit
STEPS = 100
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|\w+|[^\w\s]")


@dataclass(frozen=True)
class Words:
    """Texts as a sparse matrix: entry i says that text ``rows[i]`` has ``values[i]`` at a place."""

    count: int
    rows: Ints
    places: Ints
    values: Floats

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Words":
        counted = [Counter(_places(text)) for text in texts]
        sizes = [len(places) for places in counted]
        return cls(
            count=len(texts),
            rows=np.repeat(np.arange(len(texts)), sizes),
            places=np.array([at for places in counted for at in places], dtype=np.int64),
            values=np.log1p([n for places in counted for n in places.values()]),
        )

    def scores(self, weights: Floats) -> Floats:
        """(texts,)"""
        return _sums(self.rows, self.values * weights[self.places], self.count)

    def pulled(self, on_texts: Floats) -> Floats:
        """What a pull on each text's score is on each weight: (PLACES,)"""
        return _sums(self.places, self.values * on_texts[self.rows], PLACES)


@dataclass(frozen=True)
class Lesson:
    """Texts and the pairs among them, with the prompt of each pair."""

    texts: Sequence[str]
    better: Ints
    worse: Ints
    prompts: Ints

    @classmethod
    def of(cls, rankings: Sequence[Seen]) -> "Lesson":
        texts: list[str] = []
        better, worse, prompts = [], [], []
        for seen in rankings:
            for pair in pairs_of(seen.tiers):
                better.append(len(texts) + pair.better)
                worse.append(len(texts) + pair.worse)
                prompts.append(seen.prompt_id)
            texts += [answer.text for answer in seen.answers]
        numbers = np.unique(prompts, return_inverse=True)[1].astype(np.int64)
        return cls(texts, np.array(better, np.int64), np.array(worse, np.int64), numbers)


def gaps_of(trained: Sequence[Seen], pairs: Pairs, seed: int = 0) -> Floats | None:
    """How far the baseline puts each better answer ahead, having learned from ``trained``."""
    weights = fit(Lesson.of(trained), seed)
    if weights is None or not len(pairs):
        return None
    better = Words.of([row.better.text for row in pairs.rows]).scores(weights)
    return better - Words.of([row.worse.text for row in pairs.rows]).scores(weights)


def fit(lesson: Lesson, seed: int = 0) -> Floats | None:
    """The weights; None where there is no pair to learn from, or only of one prompt."""
    names = np.unique(lesson.prompts)
    if len(names) < 2:
        return None
    words = Words.of(lesson.texts)
    order = np.random.default_rng(seed).permutation(names)
    held = np.isin(lesson.prompts, order[: max(1, len(order) // 5)])

    def loss(ridge: float) -> float:
        weights = _fitted(words, lesson.better[~held], lesson.worse[~held], ridge)
        scores = words.scores(weights)
        gaps = scores[lesson.better[held]] - scores[lesson.worse[held]]
        return float(np.logaddexp(0, -gaps).mean())

    return _fitted(words, lesson.better, lesson.worse, min(RIDGES, key=loss))


def _fitted(words: Words, better: Ints, worse: Ints, ridge: float) -> Floats:
    """Nesterov's accelerated gradient, started anew where it no longer goes downhill.

    O'Donoghue and Candès (2015), "Adaptive Restart for Accelerated Gradient Schemes". The step is
    one over a bound on the curvature: a quarter of the greatest squared length of a difference,
    by power iteration.
    """
    weights = ahead = np.zeros(PLACES)
    step, speed = 1 / (_curvature(words, better, worse) + ridge), 1.0
    for _ in range(STEPS):
        slope = _slope(words, better, worse, ahead) + ridge * ahead
        there = ahead - step * slope
        if slope @ (there - weights) > 0:
            speed = 1.0
        faster = (1 + np.sqrt(1 + 4 * speed**2)) / 2
        ahead = there + (speed - 1) / faster * (there - weights)
        weights, speed = there, faster
    return weights


def _slope(words: Words, better: Ints, worse: Ints, weights: Floats) -> Floats:
    scores = words.scores(weights)
    return words.pulled(_pull(words, better, worse, -chance_of(scores[worse] - scores[better])))


def _pull(words: Words, better: Ints, worse: Ints, on_pairs: Floats) -> Floats:
    return _sums(better, on_pairs, words.count) - _sums(worse, on_pairs, words.count)


def _sums(places: Ints, values: Floats, count: int) -> Floats:
    """The sum of the values at each of ``count`` places."""
    return np.asarray(np.bincount(places, values, minlength=count), dtype=np.float64)


def _curvature(words: Words, better: Ints, worse: Ints) -> float:
    """The largest eigenvalue of D'D / 4, D the pairs' differences, with a tenth on top."""
    along = np.random.default_rng(0).normal(size=PLACES)
    largest = 0.0
    for _ in range(20):
        along /= np.linalg.norm(along) or 1.0
        scores = words.scores(along)
        along = words.pulled(_pull(words, better, worse, scores[better] - scores[worse]))
        largest = float(np.linalg.norm(along))
    return 1.1 * largest / 4


def _places(text: str) -> list[int]:
    words = [word.encode() for word in WORD.findall(text.lower())]
    pairs = [one + b" " + other for one, other in pairwise(words)]
    return [zlib.crc32(word) % PLACES for word in words + pairs]
