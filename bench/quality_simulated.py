"""Rankings, votes and flags of which it is known how they came about, for ``bench.quality``."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.stats.agreement.rankings import Rankings, answer_pairs
from annotate.stats.quality.doubled import Doubled
from annotate.stats.reliability.dawid_skene import Labels
from annotate.stats.reliability.votes import FIRST, SECOND, Votes
from annotate.stats.stopping import first_better
from commons.stats.logistic import logistic
from commons.stats.vote_ratings import Contests

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ANSWERS, MANY, OVERLAP = 4, 9, 3
SKILLS, LANGUAGES, WEEKS = 8, 4, 26
COINS, CAREFUL, SPREAD = 0.3, 0.95, 1.5
PAIRS, MOST = 40_000, 6  # pairs that are asked about one vote after the other


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    votes: Votes
    scores: Floats  # (prompts, answers), the truth
    eta: Floats  # (raters,), the truth


def rankings(rng: np.random.Generator, n: int, raters: int) -> Rankings:
    """Two raters for each prompt; a fifth of the rankings tie answers in twos."""
    prompts = n // 2
    prompt = np.repeat(np.arange(prompts), 2)
    rater = rng.integers(0, raters, size=prompts)
    both = np.column_stack([rater, (rater + rng.integers(1, raters, size=prompts)) % raters])
    worth = rng.normal(scale=SPREAD, size=(prompts, ANSWERS))
    seen = worth[prompt] + rng.gumbel(size=(len(prompt), ANSWERS))
    tiers = np.argsort(np.argsort(-seen, axis=1), axis=1)
    tiers = np.where(rng.random((len(prompt), 1)) < 0.2, tiers // 2, tiers)
    return Rankings(prompt, prompt, both.ravel(), tiers.astype(np.int8), np.ones(len(prompt)))


def doubled(given: Rankings) -> Doubled:
    """In eight skills and four languages by turns, over half a year."""
    prompt, (n, answers) = given.prompts, given.tiers.shape
    weeks = prompt * WEEKS // (int(prompt.max()) + 1)
    return Doubled(
        given, prompt * 7919 % SKILLS, prompt // 3 % LANGUAGES, weeks, np.full(n, answers)
    )


def votes(
    rng: np.random.Generator, n: int, raters: int, *, like: Simulated | None = None
) -> Simulated:
    """About n votes: OVERLAP rankings of a prompt, each of which is six votes; with ``like`` on its
    prompts, by its raters, with as many rankings for each as it takes."""
    one, other = answer_pairs(ANSWERS)
    prompts = len(like.scores) if like else max(2, round(n / OVERLAP / len(one)))
    each = round(n / prompts / len(one))
    truth = like or _truth(rng, prompts, ANSWERS, raters)
    rater = np.repeat(rng.integers(0, raters, size=prompts * each), len(one))
    prompt = np.repeat(np.arange(prompts), each * len(one))
    pairs = np.tile(one, prompts * each), np.tile(other, prompts * each)
    return _voted(rng, truth, prompt, *pairs, rater)


def single_votes(
    rng: np.random.Generator, n: int, raters: int, *, like: Simulated | None = None
) -> Simulated:
    """About n votes, each by one rater on two of MANY answers, drawn by chance; two a pair."""
    each = MANY * (MANY - 1)
    prompts = len(like.scores) if like else max(2, round(n / each))
    n = round(n / prompts) * prompts
    truth = like or _truth(rng, prompts, MANY, raters)
    one = rng.integers(0, MANY, size=n)
    other = (one + rng.integers(1, MANY, size=n)) % MANY
    pairs = np.minimum(one, other), np.maximum(one, other)
    return _voted(rng, truth, np.arange(n) % prompts, *pairs, rng.integers(0, raters, size=n))


def _truth(rng: np.random.Generator, prompts: int, answers: int, raters: int) -> Simulated:
    eta = np.where(np.arange(raters) < COINS * raters, 0.5, CAREFUL)
    one = np.zeros(1, dtype=np.int64)
    none_yet = Votes(one, one, one + 1, one, one)
    return Simulated(none_yet, rng.normal(scale=SPREAD, size=(prompts, answers)), eta)


def _voted(
    rng: np.random.Generator, truth: Simulated, prompt: Ints, first: Ints, second: Ints, rater: Ints
) -> Simulated:
    apart = truth.scores[prompt, first] - truth.scores[prompt, second]
    chance = _taken(apart, truth.eta[rater])
    said = np.where(rng.random(len(prompt)) < chance, FIRST, SECOND)
    return Simulated(Votes(prompt, first, second, rater, said), truth.scores, truth.eta)


def majority(given: Simulated) -> Floats:
    """How many others each answer beats by the majority of the pair's votes; half for a draw."""
    votes, (prompts, k) = given.votes, given.scores.shape
    pair = (votes.prompts * k + votes.first) * k + votes.second
    balance = np.bincount(pair, np.where(votes.said == FIRST, 1, -1), prompts * k * k)
    won = np.sign(balance.reshape(prompts, k, k))
    return np.asarray((won.sum(axis=2) - won.sum(axis=1)) / 2, dtype=np.float64)


def wins(given: Simulated) -> Floats:
    """How many votes each answer won, which uses more of what was said than the majority does."""
    votes, shape = given.votes, given.scores.shape
    better = np.where(votes.said == FIRST, votes.first, votes.second)
    counts = np.bincount(votes.prompts * shape[1] + better, minlength=given.scores.size)
    return counts.reshape(shape).astype(np.float64)


def alike_within(found: Floats, truth: Floats) -> float:
    """The mean of Spearman's ρ between what was found and the truth, over prompts; ties share."""
    one, other = _ranks(found), _ranks(truth)
    with np.errstate(invalid="ignore"):
        rho = (one * other).sum(axis=1) / np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return round(float(np.nan_to_num(rho).mean()), 4)  # who ties everything knows nothing: 0


def flags(rng: np.random.Generator, n: int, raters: int) -> Labels:
    unit = np.arange(n) // OVERLAP
    true = rng.random(n // OVERLAP + 1) < 0.3
    rater = rng.integers(0, raters, size=n)
    right = np.where(rater < COINS * raters, 0.5, 0.9)
    return Labels(unit, rater, (true[unit] ^ (rng.random(n) >= right)).astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Sequences:
    """Votes on pairs of answers, one after the other."""

    said: Ints  # (pairs, MOST)
    eta: Floats  # (pairs, MOST), as it was found
    is_first: NDArray[np.bool_]  # (pairs,), the truth

    @property
    def by_three(self) -> float:
        majority = (self.said[:, :3] == FIRST).sum(axis=1) > 1
        return float((majority == self.is_first).mean())

    def adaptive(self, sure: float) -> tuple[float, float]:
        """How often it is right to stop when so sure, and the votes asked as a share of three."""
        believed, asked = np.zeros(len(self.said)), np.full(len(self.said), MOST)
        for votes in range(MOST, 0, -1):
            chance = first_better(self.said[:, :votes], self.eta[:, :votes])
            stops = np.maximum(chance, 1 - chance) >= (sure if votes < MOST else 0)
            believed[stops], asked[stops] = chance[stops], votes
        right = (believed > 0.5) == self.is_first
        return float(right.mean()), float(asked.mean() / 3)


def sequences(rng: np.random.Generator, true: Floats, found: Floats) -> Sequences:
    apart = rng.normal(scale=SPREAD * np.sqrt(2), size=(PAIRS, 1))
    rater = rng.integers(0, len(true), size=(PAIRS, MOST))
    first = rng.random((PAIRS, MOST)) < _taken(apart, true[rater])
    return Sequences(np.where(first, FIRST, SECOND), found[rater], apart[:, 0] > 0)


def contests(rng: np.random.Generator, n: int, policies: int, *, styles: int = 0) -> Contests:
    """Six votes a prompt between policies, a tenth of them ties."""
    scores = rng.normal(scale=0.7, size=policies)
    first = rng.integers(0, policies, size=n)
    second = (first + rng.integers(1, policies, size=n)) % policies
    style = rng.normal(size=(n, styles))
    chance = logistic(scores[first] - scores[second] + style.sum(axis=1) / 4)
    won = (rng.random(n) < chance).astype(np.float64)
    won[rng.random(n) < 0.1] = 0.5
    return Contests(first, second, won, np.arange(n) // 6, style if styles else None)


def _taken(apart: Floats, eta: Floats) -> Floats:
    return 0.5 + (2 * eta - 1) * (logistic(apart) - 0.5)


def _ranks(values: Floats) -> Floats:
    """Mid-ranks of each row, about their mean."""
    below = (values[:, None, :] < values[:, :, None]).sum(axis=2)
    alike = (values[:, None, :] == values[:, :, None]).sum(axis=2)
    return np.asarray(below + alike / 2 - values.shape[1] / 2, dtype=np.float64)
