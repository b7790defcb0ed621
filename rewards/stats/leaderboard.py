"""Which model people prefer: ratings out of the orders in which they put its answers.

    orders -> contests of two answers -> Bradley-Terry with and without style -> ranks with ties

Every two answers of different models in one order are a contest, equals half a win each. The
errors know which contests share a prompt (``commons.stats.vote_ratings``), so that an order of four
is not six independent votes. Where models were drawn to meet with unequal chances, a vote weighs
1 / chance; wins are counted as they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from commons.stats.errors import NotConverged, NotEnoughData
from commons.stats.ranks import ranks_of
from commons.stats.vote_ratings import Contests, VoteRatings, rate_votes, resampled_limits
from rewards.stats.texts import log_characters, markdown_density

Floats = NDArray[np.float64]

STYLES = ("length", "markdown")
ROUNDS = 200  # of resampling, where it is asked for
SEED = 8  # the same votes give the same intervals


@dataclass(frozen=True)
class Answer:
    """One answer, as far as a contest asks: its model, and its style (see ``STYLES``)."""

    model: str
    style: tuple[float, float]

    @classmethod
    def of(cls, model: str, text: str) -> "Answer":
        return cls(model, (log_characters(text), markdown_density(text)))


@dataclass(frozen=True)
class Ordered:
    """Answers to one prompt, best first, equals together."""

    prompt: int
    tiers: Sequence[Sequence[Answer]]
    weight: float = 1.0  # 1 / the chance with which its models were drawn to meet


@dataclass(frozen=True)
class Vote:
    """One contest; ``won`` is 1 if the first won, 1/2 for a tie."""

    prompt: int
    first: Answer
    second: Answer
    won: float
    weight: float = 1.0


@dataclass(frozen=True)
class Rated:
    """A model's rating: log odds to win against the mean of all, with its interval and places."""

    model: str
    votes: int
    value: float
    low: float
    high: float
    best: int
    worst: int
    unstyled: float  # the rating where style is not taken out
    resampled: tuple[float, float] | None = None  # the bootstrap's interval, where it was asked for


@dataclass(frozen=True)
class Leaderboard:
    """``rated`` by rating, the highest first; ``wins[i, j]``: of i against j, ties as halves.

    ``style`` says what one standard deviation of each style is worth in log odds; empty where it
    was not taken out, because it decides too many votes, or never differs.
    """

    rated: list[Rated]
    wins: Mapping[tuple[str, str], float]
    votes: int
    prompts: int
    style: Mapping[str, float]


def votes_of(orders: Iterable[Ordered]) -> list[Vote]:
    """Every contest of two different models."""
    found = []
    for order in orders:
        placed = [(place, each) for place, tier in enumerate(order.tiers) for each in tier]
        for (higher, first), (lower, second) in combinations(placed, 2):
            if first.model != second.model:
                won = 1.0 if higher < lower else 0.5
                found.append(Vote(order.prompt, first, second, won, order.weight))
    return found


def leaderboard(votes: Sequence[Vote], *, level: float = 0.95, rounds: int = 0) -> Leaderboard:
    """Raises ``NotEnoughData`` without votes on two prompts, and ``Disconnected`` where some model
    has never lost, or never won, against the others.

    With ``rounds`` each rating has a second interval, of that many resamplings of the prompts; none
    where a resampling leaves some model without a win or a loss.
    """
    if not votes:
        raise NotEnoughData("no two models have met in a ranking yet.")
    models = sorted({each.model for vote in votes for each in (vote.first, vote.second)})
    plain = rate_votes(_contests(votes, models, None), level=level)
    styled, style, rated_of = _styled(votes, models, plain, level)
    resampled = _resampled(rated_of, level, rounds) if rounds else None
    places = ranks_of(styled.scores, styled.covariance[: len(models), : len(models)], level=level)
    counts = Counter(each.model for vote in votes for each in (vote.first, vote.second))
    rated = [
        Rated(
            model=model,
            votes=counts[model],
            value=float(styled.scores[at]),
            low=float(styled.limits[at, 0]),
            high=float(styled.limits[at, 1]),
            best=int(places.best[at]),
            worst=int(places.worst[at]),
            unstyled=float(plain.scores[at]),
            resampled=resampled[at] if resampled else None,
        )
        for at, model in enumerate(models)
    ]
    rated.sort(key=lambda each: (each.best, -each.value))
    return Leaderboard(rated, _wins(votes), len(votes), styled.prompts, style)


def _styled(
    votes: Sequence[Vote], models: Sequence[str], plain: VoteRatings, level: float
) -> tuple[VoteRatings, dict[str, float], Contests]:
    """Ratings with style taken out, what each style is worth, and the contests that they are of;
    without style, where it cannot be taken out."""
    apart = np.array([np.subtract(vote.first.style, vote.second.style) for vote in votes])
    spread = apart.std(axis=0)
    told = spread > 0
    unstyled = _contests(votes, models, None)
    if not told.any():
        return plain, {}, unstyled
    contests = _contests(votes, models, apart[:, told] / spread[told])
    try:
        found = rate_votes(contests, level=level)
    except NotConverged:
        return plain, {}, unstyled
    names = [name for name, counts in zip(STYLES, told, strict=True) if counts]
    worth = {name: float(each) for name, each in zip(names, found.style, strict=True)}
    return found, worth, contests


def _resampled(contests: Contests, level: float, rounds: int) -> list[tuple[float, float]] | None:
    try:
        found = resampled_limits(
            contests, rng=np.random.default_rng(SEED), rounds=rounds, level=level
        )
    except NotConverged:
        return None
    return [(float(low), float(high)) for low, high in found[: contests.items]]


def _contests(votes: Sequence[Vote], models: Sequence[str], style: Floats | None) -> Contests:
    place = {model: at for at, model in enumerate(models)}
    return Contests(
        first=np.array([place[vote.first.model] for vote in votes], dtype=np.int64),
        second=np.array([place[vote.second.model] for vote in votes], dtype=np.int64),
        won=np.array([vote.won for vote in votes], dtype=np.float64),
        prompts=np.array([vote.prompt for vote in votes], dtype=np.int64),
        style=style,
        weights=np.array([vote.weight for vote in votes], dtype=np.float64),
    )


def _wins(votes: Sequence[Vote]) -> dict[tuple[str, str], float]:
    wins: dict[tuple[str, str], float] = {}
    for vote in votes:
        for pair, won in (
            ((vote.first.model, vote.second.model), vote.won),
            ((vote.second.model, vote.first.model), 1 - vote.won),
        ):
            wins[pair] = wins.get(pair, 0.0) + won
    return wins
