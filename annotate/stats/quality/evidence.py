"""Who judges no more like the others than a coin would: found at every look, and one by one.

Each judgement of a doubled task agrees with the others of its task by x, 0 to 1. An attentive
person is asked for half of what others reach beyond chance on tasks of the same skill that were
done *before*, so that a hard skill or an ambiguous guideline accuses nobody. The bets are those of
``annotate.stats.bias.careless``.

Who sits beside a careless person agrees less for it. So the one with most against them is found
first, their judgements are taken out, and the others are looked at anew, until nobody is found.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.pairwise import pairwise
from annotate.stats.agreement.rankings import doubles_of
from annotate.stats.arrays import Floats, Ints
from annotate.stats.bias.careless import Evidence, Verdict, evidence_of
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.slices import TIES

ALPHA = 0.01  # the chance that anybody at all is named wrongly
KNOWN = 20  # doubles of a skill, done before, from which it is known what others reach
SHARE = 0.5  # of what others reach beyond chance
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """What the bets show of one rater; ``capital`` is that against being attentive."""

    verdict: Verdict
    judged: int
    capital: float
    after: int


def shown_by(doubled: Doubled, *, alpha: float = ALPHA) -> dict[int, Shown]:
    """Of every rater with a doubled ranking; α is shared among them all."""
    raters = np.unique(doubled.rankings.raters)
    found: dict[int, Shown] = {}
    rest = doubled
    while len(rest) and len(found) < MOST_FOUND:
        evidence = _evidence(rest, alpha / max(len(raters), 1))
        if evidence is None:
            break
        worst = _worst(evidence)
        if worst is None:
            return found | {
                int(rater): _shown(evidence, row) for row, rater in enumerate(evidence.raters)
            }
        rater = int(evidence.raters[worst])
        found[rater] = _shown(evidence, worst)
        rest = rest.without(np.array([rater]))
    return found


def _worst(evidence: Evidence) -> int | None:
    named = np.flatnonzero(evidence.careless_after > 0)
    if not len(named):
        return None
    return int(named[np.argmax(evidence.against_attentive[named])])


def _shown(evidence: Evidence, row: int) -> Shown:
    return Shown(
        evidence.verdict(row),
        int(evidence.judged[row]),
        float(evidence.against_attentive[row]),
        int(evidence.careless_after[row]),
    )


def _evidence(doubled: Doubled, alpha: float) -> Evidence | None:
    rankings = doubled.rankings
    doubles = doubles_of(rankings)
    measured = pairwise(rankings, ties=TIES, doubles=doubles)
    told = measured.counts > 0
    if not told.any():
        return None
    one, other = doubles.one[told], doubles.other[told]
    alike = measured.sums[told] / measured.counts[told]
    tied = _tied(rankings.signs())
    n = len(doubled)
    judged = np.bincount(one, minlength=n) + np.bincount(other, minlength=n)
    agreed = np.bincount(one, alike, n) + np.bincount(other, alike, n)
    ties = np.bincount(one, tied[other], n) + np.bincount(other, tied[one], n)
    rows = np.flatnonzero(judged)
    chance = np.clip(0.5 + ties[rows] / judged[rows] / 2, 0, 1)
    before = _reached_before(doubled, one, other, alike)[rows]
    asked = np.where(np.isfinite(before), chance + SHARE * (before - chance), chance)
    return evidence_of(
        rankings.raters[rows],
        np.clip(agreed[rows] / judged[rows], 0, 1),
        chance,
        np.clip(np.maximum(asked, chance), 0, 1),
        alpha=alpha,
    )


def _tied(signs: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> Floats:
    """The share of ties in what each ranking says."""
    said = (signs != 2).sum(axis=1)
    return np.asarray((signs == 0).sum(axis=1) / np.maximum(said, 1), dtype=np.float64)


def _reached_before(doubled: Doubled, one: Ints, other: Ints, alike: Floats) -> Floats:
    """For each ranking, the mean agreement of others on doubles of its skill that were complete
    before it; nan while there are fewer than KNOWN."""
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    order = np.argsort(other, kind="stable")
    first, last, x = one[order].tolist(), other[order].tolist(), alike[order].tolist()
    skills, raters = doubled.skills.tolist(), doubled.rankings.raters.tolist()
    found, at, everybody = np.full(len(doubled), np.nan), 0, -1
    for row in range(len(doubled)):
        skill, rater = skills[row], raters[row]
        total, mine = sums[skill, everybody], sums[skill, rater]
        if total[1] - mine[1] >= KNOWN:
            found[row] = (total[0] - mine[0]) / (total[1] - mine[1])
        while at < len(last) and last[at] == row:
            for who in (everybody, raters[first[at]], rater):
                entry = sums[skill, who]
                entry[0] += x[at]
                entry[1] += 1
            at += 1
    return found
