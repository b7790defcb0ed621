"""Careless raters: what they cost, what it helps to learn each rater's reliability, are they found.

    python -m bench.raters --data FILE --base FOLDER [--cache FOLDER] [--seeds 10]

Thirty raters rank about thirty groups each; nine of them at random, the others by Bradley and
Terry around the file's scores, at 85 % agreement with them (Gumbel noise on the scores' normal
quantiles, its size found by bisection). A head is fitted to all votes, to all votes with the
raters looked at, and to those of the honest ones alone; each is measured against the file's own
order on prompts that nobody ranked. One JSON line last, with intervals over the seeds.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from bench.head_card import card
from bench.ranked import Line, as_rows, ranking_of, read_ranked
from rewards.engine.fitting import Plan, fit_heads
from rewards.engine.head_rows import Gathering, Rows
from rewards.engine.models import load_tokenizer
from rewards.engine.pooling import Look
from rewards.engine.states import Reader
from rewards.engine.train_head import usual_layers

Floats = NDArray[np.float64]

RATERS, CARELESS, EACH = 30, 9, 30
AGREEMENT = 0.85
HELD_OUT = 71  # prompts that nobody ranks


def main() -> None:
    asked = _arguments()
    began = time.monotonic()
    lines = read_ranked(asked.data)
    tokenizer = load_tokenizer(asked.base)
    look = Look(usual_layers(asked.base), ("evidence",))
    reader = Reader(asked.base, look, asked.cache)
    truth = quantiles(lines)
    noise = noise_for(truth, AGREEMENT)
    found = []
    for seed in range(asked.seeds):
        rng = np.random.default_rng(seed)
        places = rng.permutation(len(lines))
        held_out, ranked = places[:HELD_OUT], places[HELD_OUT:]
        votes = gathered(lines, truth, ranked, noise, rng, tokenizer)
        tested = as_rows([lines[at] for at in held_out], tokenizer, limit=1024)
        found.append(one_seed(votes, tested, reader, seed))
        print(json.dumps(found[-1]), flush=True)
    print(json.dumps(summary(found) | {"seconds": round(time.monotonic() - began, 1)}))


def quantiles(lines: list[Line]) -> list[Floats]:
    """Each answer's place among all answers of the file, as a quantile of the normal."""
    every = np.concatenate([line.scores for line in lines])
    places = (every.argsort(kind="stable").argsort(kind="stable") + 0.5) / len(every)
    normal = np.array([NormalDist().inv_cdf(each) for each in places])
    return np.split(normal, np.cumsum([len(line.scores) for line in lines])[:-1])


def noise_for(truth: list[Floats], agreement: float) -> float:
    """The size of the Gumbel noise at which a rater agrees with the truth so often.

    P(i before j) = s((u_i - u_j) / size), as the difference of two Gumbels is logistic.
    """
    gaps = np.concatenate([np.abs(u[:, None] - u)[np.triu_indices(len(u), 1)] for u in truth])
    low, high = 0.01, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if (1 / (1 + np.exp(-gaps / middle))).mean() > agreement
            else (low, middle)
        )
    return (low + high) / 2


def gathered(
    lines: list[Line],
    truth: list[Floats],
    ranked: NDArray[np.int64],
    noise: float,
    rng: np.random.Generator,
    tokenizer: object,
) -> dict[str, Rows]:
    """The votes of all, and of the honest alone."""
    everybody, honest = Gathering(), Gathering()
    for rater in range(RATERS):
        for at in rng.choice(ranked, EACH, replace=False):
            utility = truth[at] if rater >= CARELESS else 0 * truth[at]
            order = np.argsort(-(utility + noise * rng.gumbel(size=len(utility)))).tolist()
            ranking = ranking_of(int(at), lines[at], order, f"r{rater:02d}")
            everybody.add(ranking, tokenizer, 1024)  # type: ignore[arg-type]  # as given
            if rater >= CARELESS:
                honest.add(ranking, tokenizer, 1024)  # type: ignore[arg-type]  # as given
    return {"all": everybody.whole(), "honest": honest.whole()}


def one_seed(votes: dict[str, Rows], tested: Rows, reader: Reader, seed: int) -> dict[str, float]:
    states = reader.rows(tested.texts)
    said: dict[str, float] = {"seed": seed}
    for name, rows, trusts_all in (
        ("plain", votes["all"], True),
        ("aware", votes["all"], False),
        ("without_the_nine", votes["honest"], True),
    ):
        plan = Plan(covariates=(0, 1), heads=4, seed=seed, trusts_all=trusts_all)
        fitted = fit_heads(reader.rows(rows.texts), rows, plan, lambda *_: None)
        plain = (states @ fitted.weights.T + fitted.bias).mean(axis=1)
        scores = np.stack([plain, plain + tested.covariates @ fitted.covariates], axis=1)
        said[name] = card(scores, tested)["accuracy"]["value"]
        if fitted.reliability is not None:
            eta = dict(zip(rows.raters, fitted.reliability.eta, strict=True))
            said["auc"] = auc(
                [eta[f"r{n:02d}"] for n in range(CARELESS)],
                [eta[f"r{n:02d}"] for n in range(CARELESS, RATERS)],
            )
    return said


def auc(careless: list[float], honest: list[float]) -> float:
    """How often a careless rater is held less reliable than an honest one."""
    low, high = np.array(careless)[:, None], np.array(honest)
    return round(float(((low < high) + 0.5 * (low == high)).mean()), 4)


def summary(found: list[dict[str, float]]) -> dict[str, object]:
    """Means over the seeds with 95 % intervals (normal)."""

    def mean(values: list[float]) -> dict[str, float]:
        centre = float(np.mean(values))
        half = 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
        return {
            "value": round(centre, 4),
            "low": round(centre - half, 4),
            "high": round(centre + half, 4),
        }

    return {
        "seeds": len(found),
        **{name: mean([one[name] for one in found]) for name in ("plain", "aware")},
        "without_the_nine": mean([one["without_the_nine"] for one in found]),
        "lost": mean([one["without_the_nine"] - one["aware"] for one in found]),
        "lost_if_all_are_trusted": mean([one["without_the_nine"] - one["plain"] for one in found]),
        "auc": mean([one["auc"] for one in found]),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    main()
