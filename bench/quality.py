"""What the figures of quality cost, and what they are worth, on votes of which the truth is known.

    python -m bench.quality --votes N --raters R [--rounds 200] [--policies 100] [--seed 1]

N rankings of four answers by R raters, two for each prompt, are measured by α, τ-b and W, and once
more by eight skills, four languages, 26 weeks and all their combinations; N votes on two answers,
three rankings of four for each prompt, are fitted by crowd Bradley-Terry, and N flags by Dawid and
Skene; N votes between policies are rated with intervals and ranks, and once more with two styles
taken out. Of the raters 30 % toss coins, and it is measured what that costs: the
order of answers by crowd Bradley-Terry beside those of majorities and of counted wins on twice as
many votes (of rankings of four, and of single votes on two of nine answers), and three votes each
beside as many as a posterior asks for, with the consistencies as they were found.
Nothing is read or kept. BLAS runs on one thread: its matrices are small, and where others work too
its threads wait for one another. Figures for people go to standard error; the last line on standard
output is JSON.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # read when numpy is loaded

import numpy as np  # noqa: E402  # after its number of threads is set
import orjson  # noqa: E402

from annotate.stats.agreement.alpha import (  # noqa: E402
    Metric,
    krippendorff_alpha,
    units_of_choices,
)
from annotate.stats.agreement.concordance import concordance  # noqa: E402
from annotate.stats.agreement.pairwise import tau_b  # noqa: E402
from annotate.stats.quality.doubled import Doubled  # noqa: E402
from annotate.stats.quality.pairs import pairs_of_raters  # noqa: E402
from annotate.stats.quality.parts import rater_parts  # noqa: E402
from annotate.stats.quality.slices import agreement_told  # noqa: E402
from annotate.stats.reliability.crowd import CrowdRatings, crowd_bradley_terry  # noqa: E402
from annotate.stats.reliability.dawid_skene import dawid_skene  # noqa: E402
from bench.quality_simulated import (  # noqa: E402
    COINS,
    Simulated,
    alike_within,
    contests,
    doubled,
    flags,
    majority,
    rankings,
    sequences,
    single_votes,
    votes,
    wins,
)
from commons.stats.ranks import ranks_of  # noqa: E402
from commons.stats.vote_ratings import rate_votes  # noqa: E402

Found = TypeVar("Found")
Figures = dict[str, object]
MOST_VOTES = 200_000  # of which orders are compared: correlations want no more


def main() -> None:
    asked = options()
    rng = np.random.default_rng(asked.seed)
    figures: Figures = {"bench": "quality", "votes": asked.votes, "raters": asked.raters}
    figures |= agreement(rng, asked)
    figures |= reliability(rng, asked)
    figures |= policies(rng, asked)
    figures["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.quality")
    reader.add_argument("--votes", type=int, required=True)
    reader.add_argument("--raters", type=int, required=True)
    reader.add_argument("--rounds", type=int, default=200, help="of the bootstrap")
    reader.add_argument("--policies", type=int, default=100)
    reader.add_argument("--seed", type=int, default=1)
    return reader.parse_args()


def agreement(rng: np.random.Generator, asked: argparse.Namespace) -> Figures:
    given = rankings(rng, asked.votes, asked.raters)

    def alpha() -> object:
        units = units_of_choices(given)
        return krippendorff_alpha(units, metric=Metric.NOMINAL, rng=rng, rounds=asked.rounds)

    seconds = {
        "alpha_s": timed("α of choices", alpha)[1],
        "tau_s": timed("τ-b", lambda: tau_b(given).overall(rng=rng, rounds=asked.rounds))[1],
        "w_s": timed("W", lambda: concordance(given, rng=rng, rounds=asked.rounds))[1],
    }
    told = {**seconds, "alpha_tau_w_s": round(sum(seconds.values()), 2)}
    return {**told, **by_facet(rng, doubled(given))}


def by_facet(rng: np.random.Generator, given: Doubled) -> Figures:
    """All that a fit tells of agreement: every figure overall and in every slice, of every two
    raters, and of each rater by part."""
    found, whole = timed("every figure by facet", lambda: agreement_told(given, rng=rng))
    pairs, of_two = timed("pairs of raters", lambda: pairs_of_raters(given, rng=rng))
    parts, of_one = timed("raters by part", lambda: rater_parts(given, rng=rng))
    return {
        "by_facet_s": whole,
        "slices": len(found.slices),
        "pairs_s": of_two,
        "pairs": len(pairs),
        "parts_s": of_one,
        "parts": len(parts.told),
    }


def reliability(rng: np.random.Generator, asked: argparse.Namespace) -> Figures:
    given = votes(rng, asked.votes, asked.raters)
    found, seconds = timed("crowd Bradley-Terry", lambda: crowd_bradley_terry(given.votes))
    held = (found.consistency.lows <= given.eta) & (given.eta <= found.consistency.highs)
    _, by_flags = timed(
        "Dawid and Skene", lambda: dawid_skene(flags(rng, asked.votes, asked.raters))
    )
    return {
        "crowd_s": seconds,
        "crowd_votes": len(given.votes.said),
        "crowd_intervals_hold": round(float(held.mean()), 3),
        "dawid_skene_s": by_flags,
        "random_raters": COINS,
        "order_of_ranked": orders(rng, votes, min(asked.votes, MOST_VOTES), asked.raters),
        "order_of_single": orders(rng, single_votes, min(asked.votes, MOST_VOTES), asked.raters),
        **stopping(rng, given, found),
    }


def orders(
    rng: np.random.Generator, cast: Callable[..., Simulated], n: int, raters: int
) -> Figures:
    """Spearman's ρ with the truth within a prompt, of the fitted order and of what it is beside."""
    given = cast(rng, n, raters)
    twice = cast(rng, 2 * n, raters, like=given)
    fitted, truth = crowd_bradley_terry(given.votes).scores, given.scores
    return {
        "crowd": alike_within(fitted, truth),
        "majority": alike_within(majority(given), truth),
        "majority_of_twice": alike_within(majority(twice), truth),
        "wins_of_twice": alike_within(wins(twice), truth),
    }


def stopping(rng: np.random.Generator, given: Simulated, found: CrowdRatings) -> Figures:
    """The threshold is the lowest that is as right as three votes on one half of the pairs; what it
    takes is counted on the other half."""
    eta = np.full(len(given.eta), 2 / 3)  # of the prior, for raters that have no vote
    eta[found.raters] = found.consistency.values
    learned, tried = (sequences(rng, given.eta, eta) for _ in range(2))
    for sure in np.arange(0.6, 0.96, 0.01):
        if learned.adaptive(sure)[0] >= learned.by_three:
            right, share = tried.adaptive(sure)
            return {
                "stopping_sure": round(float(sure), 2),
                "stopping_accuracy": round(right, 4),
                "three_votes_accuracy": round(tried.by_three, 4),
                "stopping_share_of_votes": round(share, 3),
            }
    return {"stopping_share_of_votes": None, "three_votes_accuracy": round(tried.by_three, 4)}


def policies(rng: np.random.Generator, asked: argparse.Namespace) -> Figures:
    plain = contests(rng, asked.votes, asked.policies)
    styled = contests(rng, asked.votes, asked.policies, styles=2)
    items = asked.policies

    def rated() -> object:
        found = rate_votes(plain)
        return ranks_of(found.scores, found.covariance[:items, :items])

    return {
        "policies": items,
        "ratings_s": timed("ratings with intervals and ranks", rated)[1],
        "ratings_with_style_s": timed("the same with style", lambda: rate_votes(styled))[1],
    }


def timed(name: str, work: Callable[[], Found]) -> tuple[Found, float]:
    begun = time.perf_counter()
    found = work()
    seconds = round(time.perf_counter() - begun, 2)
    print(f"{name}: {seconds} s", file=sys.stderr)
    return found, seconds


if __name__ == "__main__":
    main()
