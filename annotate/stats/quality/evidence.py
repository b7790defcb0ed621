"""Who judges no more like the others than a coin would: found at every look, and one by one.

Each judgement of a doubled task shares x of the preferences of its task's others, 0 to 1. What
another ties is left out: who always ties would agree with it, and who prefers cannot, so it says
nothing of whoever sits beside them. Who looks at nothing then shares 1/2 whatever they do, for
which of two answers stands first is chance, and a tie is half. An attentive person is asked for
half of what others reach beyond that on tasks of the same skill that were done *before*, so that a
hard skill or an ambiguous guideline accuses nobody. The bets are those of
``annotate.stats.bias.careless``.

A judgement is settled when the first that prefers anything stands beside it, and stays as it was
settled: others may be slow, and a bet that came before bets already made, or was settled anew,
would let a capital grow by looking often.

Who sits beside a careless person agrees less for it. So the one with most against them is found
first, their judgements are taken out, and the others are looked at anew, until nobody is found.
"""

from dataclasses import dataclass, replace

import numpy as np

from annotate.stats.agreement.pairwise import preferences_shared
from annotate.stats.agreement.rankings import doubles_of
from annotate.stats.arrays import Flags, Floats, Ints
from annotate.stats.bias.careless import Evidence, Verdict, evidence_of
from annotate.stats.quality.doubled import Doubled

ALPHA = 0.01  # the chance that anybody at all is named wrongly
CHANCE = 0.5  # of a preference, shared by who looks at nothing
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
    """Of every rater beside whom somebody preferred anything; α is shared among all raters."""
    names, rater = np.unique(doubled.rankings.raters, return_inverse=True)
    met, found = _met(doubled, rater), dict[int, Shown]()
    while True:
        evidence = _evidence(met, alpha / max(len(names), 1))
        shown = {int(names[each]): _shown(evidence, row) for row, each in _rows(evidence)}
        worst = _worst(evidence)
        if worst is None or len(found) == MOST_FOUND:
            return found | shown
        careless = evidence.raters[worst]
        found[int(names[careless])] = shown[int(names[careless])]
        met = met.without(int(careless))


def _rows(evidence: Evidence) -> list[tuple[int, int]]:
    return list(enumerate(evidence.raters.tolist()))


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


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """Doubles by their rankings' rows, the earlier one first, and how far each shares what the
    other prefers (nan: nothing). ``raters`` and ``skills`` are of all rows, numbered from 0."""

    one: Ints  # (d,)
    other: Ints  # (d,)
    of_one: Floats  # (d,)
    of_other: Floats  # (d,)
    raters: Ints  # (n,)
    skills: Ints  # (n,)

    def without(self, rater: int) -> "_Met":
        return self.where((self.raters[self.one] != rater) & (self.raters[self.other] != rater))

    def where(self, kept: Flags) -> "_Met":
        return replace(
            self,
            one=self.one[kept],
            other=self.other[kept],
            of_one=self.of_one[kept],
            of_other=self.of_other[kept],
        )

    @property
    def reached(self) -> Floats:
        """By both of a double: the mean of what either shares of the other's."""
        both = np.column_stack([self.of_one, self.of_other])
        told = np.isfinite(both)
        return np.asarray(np.where(told, both, 0).sum(axis=1) / told.sum(axis=1), np.float64)


def _met(doubled: Doubled, raters: Ints) -> _Met:
    """What no one of a double preferred says nothing of either, and is left out."""
    doubles = doubles_of(doubled.rankings)
    of_one, of_other = preferences_shared(doubled.rankings, doubles)
    _, skills = np.unique(doubled.skills, return_inverse=True)
    met = _Met(doubles.one, doubles.other, of_one, of_other, raters, skills)
    return met.where(np.isfinite(of_one) | np.isfinite(of_other))


def _evidence(met: _Met, alpha: float) -> Evidence:
    rows, shared = _settled(met)
    before = _reached_before(met, rows)
    asked = np.where(np.isfinite(before), CHANCE + SHARE * (before - CHANCE), CHANCE)
    return evidence_of(
        met.raters[rows],
        np.clip(shared, 0, 1),
        np.full(len(rows), CHANCE),
        np.clip(asked, CHANCE, 1),
        alpha=alpha,
    )


def _settled(met: _Met) -> tuple[Ints, Floats]:
    """The rankings beside which anything is preferred, in the order in which that came to be so,
    and how much of it each shared then."""
    n = len(met.raters)
    row = np.concatenate([met.one, met.other])
    x = np.concatenate([met.of_one, met.of_other])
    at = np.tile(met.other, 2)  # a double is complete with its later one
    told = np.isfinite(x)
    row, x, at = row[told], x[told], at[told]
    first = np.full(n, n, dtype=np.int64)
    np.minimum.at(first, row, at)
    then = at == first[row]
    many = np.bincount(row[then], minlength=n)
    rows = np.flatnonzero(many)
    rows = rows[np.argsort(first[rows], kind="stable")]
    shared = np.bincount(row[then], x[then], n)[rows] / many[rows]
    return rows, np.asarray(shared, dtype=np.float64)


def _reached_before(met: _Met, rows: Ints) -> Floats:
    """For each ranking, what others reached on the mean over doubles of its skill that were
    complete before it; nan while there are fewer than KNOWN."""
    skill, reached = met.skills[met.other], met.reached
    n, total = _sums_before(skill, met.other, reached, met.skills[rows], rows)
    wide = int(met.skills.max(initial=0)) + 1
    raters = np.concatenate([met.raters[met.one], met.raters[met.other]])
    own_n, own = _sums_before(
        raters * wide + np.tile(skill, 2),
        np.tile(met.other, 2),
        np.tile(reached, 2),
        met.raters[rows] * wide + met.skills[rows],
        rows,
    )
    known = n - own_n
    return np.where(known >= KNOWN, (total - own) / np.maximum(known, 1), np.nan)


def _sums_before(
    groups: Ints, at: Ints, values: Floats, asked: Ints, before: Ints
) -> tuple[Ints, Floats]:
    """Of each group ``asked``, how many of its entries come at a row ``before``, and their sum."""
    wide = int(max(at.max(initial=0), before.max(initial=0))) + 1
    keys = groups * wide + at
    order = np.argsort(keys, kind="stable")
    sums = np.concatenate([np.zeros(1), np.cumsum(values[order])])
    first = np.searchsorted(keys[order], asked * wide)
    last = np.searchsorted(keys[order], asked * wide + before)
    return last - first, sums[last] - sums[first]
