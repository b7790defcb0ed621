"""How often each rater votes as the answers deserve: the consistency of crowd Bradley-Terry.

    P(rater k prefers i to j) = η_k σ(s_i - s_j) + (1 - η_k) σ(s_j - s_i)

Chen, Bennett, Collins-Thompson and Horvitz (2013), "Pairwise Ranking Aggregation in a Crowdsourced
Setting". A vote by coin has η = 1/2. Their alternation between scores and η, with the few votes
that an answer gets, fits the noise and calls everybody consistent. Here the scores are integrated
out: s ~ N(0, spread²), so the difference of a pair is N(0, 2 spread²), and η is found by EM on the
likelihood of each pair of answers for itself (a composite likelihood: Varin, Reid and Firth 2011,
"An Overview of Composite Likelihood Methods"). Its intervals are told in ``intervals``.

A tie says how near two answers are and nothing of who gave it: it takes no part. As half a vote to
each side it would be likeliest of raters who toss coins, so that many ties made coins of everybody.
"""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Floats
from annotate.stats.reliability.information import told_of
from annotate.stats.reliability.intervals import Profile
from annotate.stats.reliability.mixture import NODES, Mixture, posterior_of, tables_of
from annotate.stats.reliability.patterns import Patterns, patterns_of
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import SAYINGS, Cells
from commons.stats.errors import NotConverged
from commons.stats.logistic import logistic

SPREAD = 1.5  # of scores: a consistent vote then goes to the better answer 4 times of 5 or so


@dataclass(frozen=True, slots=True, eq=False)
class Consistencies:
    """η of each rater of ``cells.rater_codes``, with its interval at ``level``.

    η is relative to the spread of scores that is supposed: the same votes come from consistent
    raters of close answers and from careless raters of distant ones, and the few votes that a pair
    gets cannot tell these apart. The order of raters, and what a vote says about a pair, hardly
    depend on it. Where every η is near 1 the answers lie further apart; suppose a wider spread.
    """

    values: Floats  # (raters,)
    lows: Floats
    highs: Floats
    votes: Floats  # ties apart
    spread: float
    iterations: int
    level: float


def consistencies_of(
    cells: Cells,
    *,
    prior: Prior,
    spread: float = SPREAD,
    level: float = 0.95,
    tolerance: float = 1e-4,
    max_iterations: int = 600,
) -> Consistencies:
    """η by EM until no logit moves by ``tolerance``, with accelerated steps.

    Steps are those of SQUAREM (Varadhan and Roland 2008, "Simple and Globally Convergent Methods
    for Accelerating the Convergence of Any EM Algorithm", scheme S3); a leap that lands lower is
    taken back.
    """
    cells = cells.without_ties()
    votes, patterns = cells.votes_by_rater, patterns_of(cells)
    here = np.full(len(votes), np.log(4.0))
    for iteration in range(3, max_iterations + 1, 3):
        once, reached = _step(patterns, here, votes, prior, spread)
        twice, _ = _step(patterns, once, votes, prior, spread)
        if max(np.abs(once - here).max(), np.abs(twice - once).max()) < tolerance:
            return _result(cells, twice, votes, prior, spread, iteration - 1, level)
        landed, leapt = _step(patterns, _leap(here, once, twice), votes, prior, spread)
        here = landed if leapt >= reached else twice
    raise NotConverged(f"consistencies still move after {max_iterations} steps.")


def _leap(here: Floats, once: Floats, twice: Floats) -> Floats:
    """Along the two steps and their bend, a logit at most beyond them."""
    first, second = once - here, twice - 2 * once + here
    length = np.sqrt((first**2).sum() / max((second**2).sum(), 1e-300))
    length = max(1.0, min(length, 64.0))
    leap = here + 2 * length * first + length**2 * second
    return np.asarray(np.clip(leap, twice - 1, twice + 1), dtype=np.float64)


def _step(
    patterns: Patterns, here: Floats, votes: Floats, prior: Prior, spread: float
) -> tuple[Floats, float]:
    """One step of EM on the logits of η; and the logarithm of the posterior before it, but for a
    constant."""
    mixture = Mixture.of(here, spread)
    right = np.zeros((SAYINGS * len(votes), len(NODES)))
    reached = prior.log_density(here)
    for part in posterior_of(patterns.turns, mixture):
        seen = patterns.seen[part.cells]
        reached += float(seen @ part.log_likelihood)
        part.add_to(right, seen)
    shares = (right * tables_of(mixture).consistent).sum(axis=1)
    shares = shares.reshape(-1, SAYINGS).sum(axis=1)
    return np.log(shares + prior.right) - np.log(votes - shares + prior.wrong), reached


def _result(
    cells: Cells,
    here: Floats,
    votes: Floats,
    prior: Prior,
    spread: float,
    iterations: int,
    level: float,
) -> Consistencies:
    values = logistic(here)
    told = told_of(cells, Mixture.of(here, spread))
    lows, highs = Profile(told, values, prior).limits(level)
    within = np.clip(values, lows, highs)  # imagined votes draw nobody out of the interval
    return Consistencies(within, lows, highs, votes, spread, iterations, level)
