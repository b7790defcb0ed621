"""How good a head on frozen states is from a cold start, five-fold by prompt.

    python -m bench.head --data FILE --base FOLDER [--cache FOLDER] [--groups 300] [--repeats 1]

Each fold trains on the prompts of the others (at most ``--groups`` of them) as ``train_head``
does, penalty chosen inside, and scores the prompts that are left. One JSON line last: accuracy
over all pairs with covariates and without them, of the longer answer, their paired difference,
and at equal length (|log characters| differ by less than 0.2), with intervals by prompt.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from bench.ranked import as_rows, read_ranked
from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio
from rewards.engine.fitting import Plan, fit_heads
from rewards.engine.groups import COVARIATES
from rewards.engine.head_rows import Rows
from rewards.engine.heads import Comparisons, Floats
from rewards.engine.models import load_tokenizer
from rewards.engine.pooling import Look
from rewards.engine.states import Reader
from rewards.engine.train_head import usual_layers

EQUAL = 0.2  # log characters
FOLDS = 5


def main() -> None:
    asked = _arguments()
    began = time.monotonic()
    tokenizer = load_tokenizer(asked.base)
    rows = as_rows(read_ranked(asked.data), tokenizer, limit=asked.max_length)
    look = Look(tuple(asked.layers or usual_layers(asked.base)), tuple(asked.poolings))
    states = Reader(asked.base, look, asked.cache).rows(
        rows.texts, lambda done, of: print(f"states {done} of {of}", flush=True)
    )
    seconds_reading = time.monotonic() - began
    means: list[Floats] = []
    for repeat in range(asked.repeats):
        scores = cross_scored(states, rows, asked, repeat)
        means.append(scores)
        print(json.dumps(card(scores, rows)), flush=True)
    print(
        json.dumps(
            {
                "prompts": int(rows.prompts.max()) + 1,
                "layers": look.layers,
                "poolings": look.poolings,
                "seconds_reading": round(seconds_reading, 1),
                "seconds": round(time.monotonic() - began, 1),
                **card(means[0], rows),
                "mean_of_repeats": {
                    name: round(
                        float(np.mean([card(each, rows)[name]["value"] for each in means])), 4
                    )
                    for name in ("accuracy", "accuracy_without_covariates", "equal_length")
                },
            }
        )
    )


def cross_scored(
    states: "np.typing.NDArray[np.float32]", rows: Rows, asked: argparse.Namespace, seed: int
) -> Floats:
    """Held-out scores (N, 2) of all texts: without covariates, with them."""
    dropped = [COVARIATES.index(name) for name in asked.covariates]
    rng = np.random.default_rng(seed)
    prompts = rng.permutation(int(rows.prompts.max()) + 1)
    scores = np.zeros((len(rows.texts), 2))
    for fold in range(FOLDS):
        held_out = prompts[fold::FOLDS]
        train = np.setdiff1d(prompts, held_out)[: asked.groups]
        part, chosen = rows_of(rows, train)
        plan = Plan(covariates=tuple(dropped), heads=asked.heads, seed=seed)
        fitted = fit_heads(states[chosen], part, plan, lambda *_: None)
        out = np.isin(rows.prompts, held_out)
        plain = (states[out] @ fitted.weights.T + fitted.bias).mean(axis=1)
        scores[out, 0] = plain
        scores[out, 1] = plain + rows.covariates[out][:, dropped] @ fitted.covariates
        print(f"fold {fold}: penalty {fitted.penalty}, inside {fitted.accuracy:.3f}", flush=True)
    return scores


def rows_of(
    rows: Rows, prompts: "np.typing.NDArray[np.int64]"
) -> tuple[Rows, "np.typing.NDArray[np.bool_]"]:
    """The texts and pairs of some prompts, numbered anew, and which texts they are."""
    chosen = np.isin(rows.prompts, prompts)
    number = np.cumsum(chosen) - 1
    pairs = rows.pairs.part(np.isin(rows.pairs.prompt, prompts))
    moved = Comparisons(
        number[pairs.better],
        number[pairs.worse],
        pairs.target,
        pairs.weight,
        pairs.prompt,
        pairs.rater,
        pairs.vote,
    )
    texts = [text for text, kept in zip(rows.texts, chosen, strict=True) if kept]
    part = Rows(texts, rows.prompts[chosen], rows.covariates[chosen], moved, rows.raters, {})
    return part, chosen


def card(scores: Floats, rows: Rows) -> dict[str, dict[str, float]]:
    pairs, length = rows.pairs, rows.covariates[:, 0]
    every = np.ones(len(pairs), bool)
    equal = np.abs(length[pairs.better] - length[pairs.worse]) < EQUAL
    with_, longer = counts(scores[:, 1], pairs, every), counts(length, pairs, every)
    without = counts(scores[:, 0], pairs, every)
    rng = np.random.default_rng
    return {
        "accuracy": said(bootstrap_ratio(*with_, rng=rng(0))),
        "accuracy_without_covariates": said(bootstrap_ratio(*without, rng=rng(0))),
        "longer": said(bootstrap_ratio(*longer, rng=rng(0))),
        "advantage": said(bootstrap_difference(*with_, *longer, rng=rng(0))),
        "equal_length": said(bootstrap_ratio(*counts(scores[:, 0], pairs, equal), rng=rng(0))),
        "equal_length_longer": said(bootstrap_ratio(*counts(length, pairs, equal), rng=rng(0))),
    }


def counts(
    scores: Floats, pairs: Comparisons, counted: "np.typing.NDArray[np.bool_]"
) -> tuple[Floats, Floats]:
    """Right pairs and all pairs of each prompt."""
    gap = scores[pairs.better] - scores[pairs.worse]
    right = ((gap > 0) + 0.5 * (gap == 0)) * counted
    prompts = int(pairs.prompt.max()) + 1
    return (
        np.bincount(pairs.prompt, right, prompts).astype(np.float64),
        np.bincount(pairs.prompt, counted, prompts).astype(np.float64),
    )


def said(found: Estimate) -> dict[str, float]:
    return {name: round(getattr(found, name), 4) for name in ("value", "low", "high")}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--heads", type=int, default=16)
    parser.add_argument("--max-length", type=int, default=1024)
    parser.add_argument("--layers", type=int, nargs="*")
    parser.add_argument("--poolings", nargs="*", default=["evidence"])
    parser.add_argument("--covariates", nargs="*", default=list(COVARIATES), choices=COVARIATES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
