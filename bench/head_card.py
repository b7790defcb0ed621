"""What held-out scores are worth: accuracies and their differences, with intervals by prompt."""

import numpy as np
from numpy.typing import NDArray

from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio
from rewards.engine.head_rows import Rows
from rewards.engine.heads import Comparisons, Floats

EQUAL = 0.2  # log characters
Card = dict[str, dict[str, float]]


def card(scores: Floats, rows: Rows) -> Card:
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


def counts(scores: Floats, pairs: Comparisons, counted: NDArray[np.bool_]) -> tuple[Floats, Floats]:
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
