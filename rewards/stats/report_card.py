"""The report card of a reward model: every number with its 95 % interval, as JSON.

Ties of people are left out of the accuracy and counted apart; a tie of the model is half right.
A number is null where fewer than two prompts say something.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from commons.stats.pairs import ties_of
from rewards.stats import bag_of_words
from rewards.stats.calibration import calibration_of
from rewards.stats.ceiling import WORDS, ceiling_of
from rewards.stats.ordering import best_of_k, mean_tau
from rewards.stats.repeated import repeated_winners
from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Answer, Floats, Pairs, Seen, SeenPair, half_if_even
from rewards.stats.slices import equally_long, slices_of
from rewards.stats.slopes import score_by_length, slopes_of

WORST = 20  # pairs that are shown, to be read
LEARNING = 5000  # rankings of the train side that the bag of words learns from: seconds

Card = dict[str, object]


@dataclass(frozen=True)
class Trained:
    """What the model learned from: its rankings (unscored), raters, and what it drops when it
    scores: the weight of each property of an answer, by name."""

    rankings: Sequence[Seen] = ()
    raters: Collection[str] = ()
    covariates: Mapping[str, float] = field(default_factory=dict)


def report_card(held_out: Sequence[Seen], trained: Trained, resampling: Resampling) -> Card:
    """The card of a model whose scores stand in ``held_out``."""
    pairs = Pairs.of(held_out)
    words = bag_of_words.gaps_of(trained.rankings[:LEARNING], pairs, resampling.seed)
    slices = slices_of(pairs, resampling, learned_from=trained.raters)
    return {
        "pairs": len(pairs),
        "prompts": pairs.prompt_count,
        "rankings": len(held_out),
        "raters": len({seen.rater for seen in held_out if seen.rater}),
        "ties": sum(len(ties_of(seen.tiers)) for seen in held_out),
        **_against_longer(pairs, resampling),
        "with_covariates": _with_covariates(pairs, trained.covariates, resampling),
        "bag_of_words": _against_words(pairs, words, resampling),
        "best_of_k": best_of_k(held_out, resampling),
        "tau": mean_tau(held_out, resampling),
        "equally_long": _equally_long(pairs, resampling),
        **_ceiling(held_out, resampling),
        "calibration": calibration_of(pairs.gaps, pairs.prompts, resampling),
        "slopes": slopes_of(held_out, resampling),
        "score_by_length": score_by_length(held_out, resampling),
        "by_strength": {
            str(found["name"]) or "unknown": _without_name(found) for found in slices["strength"]
        },
        "slices": slices,
        "repeated": [
            asdict(one) for one in repeated_winners(held_out, trained.rankings, resampling)
        ],
        "worst": worst_of(pairs),
    }


def worst_of(pairs: Pairs) -> list[dict[str, object]]:
    """The widest mistakes, at most one of a ranking, to be read by people."""
    worst: dict[str, SeenPair] = {}
    for row in sorted(pairs.rows, key=lambda row: row.gap):
        if row.gap < 0:
            worst.setdefault(row.seen.ranking_id, row)
    return [
        {
            "prompt_id": row.seen.prompt_id,
            "ranking_id": row.seen.ranking_id,
            "gap": row.gap,
            "prompt": [dict(message) for message in row.seen.prompt],
            "chosen": row.better.text,
            "rejected": row.worse.text,
        }
        for row in list(worst.values())[:WORST]
    ]


def _against_longer(pairs: Pairs, resampling: Resampling) -> dict[str, Interval | None]:
    right, longer, prompts = pairs.right, pairs.longer_is_right, pairs.prompts
    return {
        "accuracy": resampling.mean(right, prompts),
        "longer": resampling.mean(longer, prompts),
        "advantage": resampling.difference(right, longer, prompts),
    }


def _equally_long(pairs: Pairs, resampling: Resampling) -> Card:
    """The same where length says nothing: |difference of log characters| < 0.2."""
    alike = equally_long(pairs)
    return {**_against_longer(alike, resampling), "pairs": len(alike)}


def _against_words(pairs: Pairs, gaps: Floats | None, resampling: Resampling) -> Card | None:
    if gaps is None:
        return None
    found = half_if_even(gaps)
    return {
        "accuracy": resampling.mean(found, pairs.prompts),
        "advantage": resampling.difference(pairs.right, found, pairs.prompts),
    }


def _with_covariates(
    pairs: Pairs, weights: Mapping[str, float], resampling: Resampling
) -> Interval | None:
    """The accuracy as it were, had the score kept what it drops: length and markdown."""
    if not weights:
        return None
    kept = np.array([_dropped(r.better, weights) - _dropped(r.worse, weights) for r in pairs.rows])
    return resampling.mean(half_if_even(pairs.gaps + kept), pairs.prompts)


def _dropped(answer: Answer, weights: Mapping[str, float]) -> float:
    values = {"log_characters": answer.log_characters, "markdown_density": answer.markdown}
    return sum(weight * values[name] for name, weight in weights.items())


def _ceiling(held_out: Sequence[Seen], resampling: Resampling) -> Card:
    """Null where it is not known; ``ceiling_basis`` says of which votes it is, or why it is null,
    and ``ceiling_says`` says that in words."""
    found, basis = ceiling_of(held_out, resampling)
    return {
        "ceiling": found and {**asdict(found), "is_passed": found.is_passed},
        "ceiling_basis": basis,
        "ceiling_says": WORDS[basis],
    }


def _without_name(found: Mapping[str, object]) -> dict[str, object]:
    return {name: found[name] for name in ("value", "low", "high", "pairs")}
