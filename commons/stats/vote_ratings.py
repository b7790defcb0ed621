"""Ratings from single votes: Bradley-Terry with what style does taken out, errors that know which
votes share a prompt, and ranks that say where they are not sure.

    P(i beats j) = σ(score_i - score_j + x · β)

with x the difference of the two answers' style (say, of the logarithm of their length). Style
control: Li, Angelopoulos and Chiang (2024), "Does Style Matter? Disentangling Style and Substance
in Chatbot Arena". Errors: the sandwich by clusters (Liang and Zeger 1986, "Longitudinal Data
Analysis Using Generalized Linear Models"), which also stays right where a tie is half a win.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from commons.stats.bradley_terry import bradley_terry
from commons.stats.errors import InconsistentData, NotConverged, NotEnoughData
from commons.stats.logistic import logistic
from commons.stats.resampling import POISSON, TABLE, percentiles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROMPTS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Contests:
    """n votes between items 0 .. items - 1; ``won`` is 1 if the first won, 0 the second, 1/2 a tie.

    ``style`` (n, k) is the first answer's less the second's; scale its columns so that 1 is a
    difference worth speaking of. ``weights`` may be a rater's reliability.
    """

    first: Ints  # (n,)
    second: Ints  # (n,)
    won: Floats  # (n,)
    prompts: Ints  # (n,)
    style: Floats | None = None  # (n, k)
    weights: Floats | None = None  # (n,)

    def __post_init__(self) -> None:
        columns = (self.second, self.won, self.prompts, self.style, self.weights)
        if any(each is not None and len(each) != len(self.first) for each in columns):
            raise InconsistentData("all columns of contests must be equally long.")
        if not len(self.first):
            raise NotEnoughData("there are no contests.")
        if (self.first == self.second).any() or min(self.first.min(), self.second.min()) < 0:
            raise InconsistentData("a contest is between two different items, numbered from 0.")
        if not ((self.won >= 0) & (self.won <= 1)).all():
            raise InconsistentData("won is 1, 1/2 or 0.")

    @property
    def items(self) -> int:
        return int(max(self.first.max(), self.second.max())) + 1

    @property
    def heavy(self) -> Floats:
        return np.ones(len(self.first)) if self.weights is None else self.weights

    @property
    def styles(self) -> Floats:
        return np.zeros((len(self.first), 0)) if self.style is None else self.style


@dataclass(frozen=True, slots=True, eq=False)
class VoteRatings:
    """Scores on the logit scale with mean 0, then what one unit of each style is worth.

    ``covariance`` (items + k, items + k) is the sandwich by prompt. The variance of the difference
    of two scores is c[i, i] + c[j, j] - 2 c[i, j].
    """

    scores: Floats  # (items,)
    style: Floats  # (k,)
    covariance: Floats
    level: float
    prompts: int

    @property
    def errors(self) -> Floats:
        """Of the scores against the mean of all, then of the style.

        What should be 0 comes out a rounding below it on some processors.
        """
        return np.sqrt(np.maximum(np.diag(self.covariance), 0))

    @property
    def limits(self) -> Floats:
        """The interval of each score against the mean of all, then of the style: (items + k, 2)."""
        reach = NormalDist().inv_cdf(0.5 + self.level / 2) * self.errors
        values = np.append(self.scores, self.style)
        return np.column_stack([values - reach, values + reach])


def rate_votes(contests: Contests, *, level: float = 0.95) -> VoteRatings:
    """Maximum likelihood by Newton's method from the ratings without style, and the sandwich.

    Raises ``Disconnected`` where wins do not tie all items together, and ``NotConverged`` where a
    style decides every vote.
    """
    items, k = contests.items, contests.styles.shape[1]
    prompts, prompt = np.unique(contests.prompts, return_inverse=True)
    if len(prompts) < 2:
        raise NotEnoughData("votes on one prompt have no interval; ratings need two prompts.")
    found = np.append(bradley_terry(_wins(contests, contests.heavy)).scores, np.zeros(k))
    found, bread = _newton(contests, contests.heavy, found)
    slopes = contests.heavy * (contests.won - _chance(contests, found))
    meat = _meat(contests, slopes, prompt, len(prompts))
    covariance = bread @ meat @ bread * (len(prompts) / (len(prompts) - 1))
    return VoteRatings(found[:items], found[items:], covariance, level, len(prompts))


def resampled_ratings(contests: Contests, *, rng: np.random.Generator, rounds: int = 200) -> Floats:
    """Ratings of votes whose prompts weigh Poisson(1), (rounds, items + k): a bootstrap by prompt.

    Raises ``NotConverged`` where a round leaves an item without a win or a loss: too few votes.
    """
    prompts, prompt = np.unique(contests.prompts, return_inverse=True)
    start = rate_votes(contests)
    here = np.append(start.scores, start.style)
    found = np.empty((rounds, len(here)))
    for at in range(rounds):
        drawn = POISSON[rng.integers(0, TABLE, size=len(prompts), dtype=np.uint16)]
        found[at], _ = _newton(contests, contests.heavy * drawn[prompt], here)
    return found


def resampled_limits(
    contests: Contests, *, rng: np.random.Generator, rounds: int = 200, level: float = 0.95
) -> Floats:
    """The percentile interval of each score and style, (items + k, 2): what the votes themselves
    vary by, without the sandwich's supposition that errors are normal. Raises as
    ``resampled_ratings`` does."""
    drawn = resampled_ratings(contests, rng=rng, rounds=rounds)
    return np.array([percentiles(column, level) for column in drawn.T])


def _wins(contests: Contests, weights: Floats) -> Floats:
    items = contests.items
    there = contests.first * items + contests.second
    back = contests.second * items + contests.first
    wins = np.bincount(there, weights * contests.won, items**2)
    wins += np.bincount(back, weights * (1 - contests.won), items**2)
    return np.asarray(wins.reshape(items, items), dtype=np.float64)


def _chance(contests: Contests, found: Floats) -> Floats:
    apart = found[contests.first] - found[contests.second]
    apart = apart + contests.styles @ found[contests.items :]
    return logistic(apart)


def _newton(contests: Contests, weights: Floats, here: Floats) -> tuple[Floats, Floats]:
    """The maximum and the inverse of the information there, scores held at a mean of 0."""
    items = contests.items
    for _ in range(50):
        chance = _chance(contests, here)
        slope = _sums(contests, weights * (contests.won - chance))
        bread = _inverse(_information(contests, weights * chance * (1 - chance)), items)
        step = bread @ slope
        if np.abs(step).max() < 1e-8:
            return here, bread
        if np.abs(here).max() > 30:
            break
        here = here + np.clip(step, -2, 2)
        here[:items] -= here[:items].mean()
    raise NotConverged("no maximum was found; a style decides too many votes, leave it out.")


def _sums(contests: Contests, values: Floats) -> Floats:
    """Σ value · (e_first - e_second, style), (items + k,)."""
    items = contests.items
    scores = np.bincount(contests.first, values, items)
    scores -= np.bincount(contests.second, values, items)
    return np.append(scores, values @ contests.styles)


def _information(contests: Contests, weights: Floats) -> Floats:
    items, style = contests.items, contests.styles
    k = style.shape[1]
    pairs = np.bincount(contests.first * items + contests.second, weights, items**2)
    pairs = pairs.reshape(items, items)
    pairs = pairs + pairs.T
    matrix = np.zeros((items + k, items + k))
    matrix[:items, :items] = np.diag(pairs.sum(axis=1)) - pairs
    for at in range(k):
        heavy = weights * style[:, at]
        cross = np.bincount(contests.first, heavy, items)
        cross -= np.bincount(contests.second, heavy, items)
        matrix[:items, items + at] = matrix[items + at, :items] = cross
    matrix[items:, items:] = (style * weights[:, None]).T @ style
    return matrix


def _inverse(information: Floats, items: int) -> Floats:
    """Its inverse where the scores' sum is held at 0 (see ``commons.stats.bradley_terry``)."""
    shift = np.zeros_like(information)
    shift[:items, :items] = 1 / items
    try:
        return np.asarray(np.linalg.inv(information + shift) - shift, dtype=np.float64)
    except np.linalg.LinAlgError:
        raise NotConverged("the likelihood is flat here; leave out a style.") from None


def _meat(contests: Contests, slopes: Floats, prompt: Ints, prompts: int) -> Floats:
    """Σ over prompts of the outer product of the prompt's slopes."""
    items, style = contests.items, contests.styles
    width = items + style.shape[1]
    order = np.argsort(prompt, kind="stable")
    ends = np.searchsorted(prompt[order], np.arange(0, prompts + PROMPTS_AT_ONCE, PROMPTS_AT_ONCE))
    meat = np.zeros((width, width))
    for at, (start, end) in enumerate(pairwise(ends)):
        votes = order[start:end]
        row = (prompt[votes] - at * PROMPTS_AT_ONCE) * width
        size = PROMPTS_AT_ONCE * width
        table = np.bincount(row + contests.first[votes], slopes[votes], size)
        table -= np.bincount(row + contests.second[votes], slopes[votes], size)
        for k in range(style.shape[1]):
            table += np.bincount(row + items + k, slopes[votes] * style[votes, k], size)
        wide = table.reshape(PROMPTS_AT_ONCE, width)
        meat += wide.T @ wide
    return meat
