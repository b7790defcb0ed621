"""How well the scores of a whole ranking follow a person's order: best-of-K and Kendall's tau-b."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from rewards.stats.resampling import Resampling
from rewards.stats.seen import Ints, Seen


def best_of_k(rankings: Sequence[Seen], resampling: Resampling) -> dict[str, object] | None:
    """How often the answer that scores highest is one that the person ranked first.

    Where several score highest, the share of them. ``chance`` is what drawing an answer gives.
    Rankings of a single tier say nothing and are left out.
    """
    told = [seen for seen in rankings if len(seen.tiers) > 1]
    found = resampling.mean([_best_is_first(seen) for seen in told], _prompts(told))
    if found is None:
        return None
    chance = np.mean([len(seen.tiers[0]) / len(seen.answers) for seen in told])
    return {**found, "chance": float(chance), "rankings": len(told)}


def mean_tau(rankings: Sequence[Seen], resampling: Resampling) -> dict[str, object] | None:
    """Kendall's tau-b of each ranking, averaged; ``undefined`` counts those that have none."""
    taus = [tau_b(seen) for seen in rankings]
    told = [(seen, tau) for seen, tau in zip(rankings, taus, strict=True) if tau is not None]
    found = resampling.mean([tau for _, tau in told], _prompts([seen for seen, _ in told]))
    if found is None:
        return None
    return {**found, "rankings": len(told), "undefined": len(taus) - len(told)}


def tau_b(seen: Seen) -> float | None:
    """(concordant - discordant) / sqrt(pairs untied by the person * pairs untied by the model).

    Kendall (1945), "The Treatment of Ties in Ranking Problems". None where either ties all.
    """
    ranks = -np.array(seen.ranks)
    scores = np.array([answer.score for answer in seen.answers])
    above = np.triu_indices(len(ranks), 1)
    person = np.sign(ranks[:, None] - ranks[None, :])[above]
    model = np.sign(scores[:, None] - scores[None, :])[above]
    untied = sqrt(np.count_nonzero(person) * np.count_nonzero(model))
    return float((person * model).sum() / untied) if untied else None


def _best_is_first(seen: Seen) -> float:
    scores = [answer.score for answer in seen.answers]
    top = [at for at, score in enumerate(scores) if score == max(scores)]
    return sum(at in seen.tiers[0] for at in top) / len(top)


def _prompts(rankings: Sequence[Seen]) -> Ints:
    names = [seen.prompt_id for seen in rankings]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)
