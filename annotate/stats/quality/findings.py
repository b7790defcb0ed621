"""What somebody should look at: named only where chance is no likely reason.

Each sort of finding has its own level, shared among all that it looks at, so that in a campaign
in which nothing is wrong anything is named with chance ``ALPHA`` for each sort, at most.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import comb
from statistics import NormalDist

import numpy as np

from annotate.stats.agreement.alpha import Metric
from annotate.stats.agreement.pairwise import Measured, pairwise
from annotate.stats.agreement.rankings import doubles_of
from annotate.stats.arrays import Flags
from annotate.stats.bias.careless import Verdict
from annotate.stats.bias.many import holm
from annotate.stats.quality.doubled import Doubled, Marked
from annotate.stats.quality.evidence import Shown
from annotate.stats.quality.habits import Leaning
from annotate.stats.quality.slices import ROUNDS, TIES, alpha_of
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError

ALPHA = 0.01
LOWER = 0.08  # of agreement: a difference that is worth a lead's time
SEEN_ALIKE = 0.4  # of α: flags below it say little
LEAST = 20  # prompts of a skill or a flag
HALF = 0.5  # of what was wanted


class Sort(StrEnum):
    CARELESS = "careless"  # a rater: no better than a coin
    WEAK = "weak"  # a rater: better than a coin, below half of what others reach
    POSITION = "position"  # a rater takes what stands first, or last
    AMBIGUOUS_SKILL = "ambiguous-skill"
    AMBIGUOUS_FLAG = "ambiguous-flag"
    MISSING_SKILL = "missing-skill"
    MISSING_LANGUAGE = "missing-language"


@dataclass(frozen=True, slots=True)
class Finding:
    """``subject`` is a rater's number, or the name of a skill, language or flag.

    ``found`` is what was measured, ``beside`` what it is compared with.
    """

    sort: Sort
    subject: str
    found: Estimate | None = None
    beside: float | None = None
    facts: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def findings_of_raters(
    shown: Mapping[int, Shown],
    agreements: Mapping[int, Estimate | None],
    whole: Estimate | None,
    leanings: Sequence[Leaning],
) -> Iterator[Finding]:
    sorts = {Verdict.CARELESS: Sort.CARELESS, Verdict.WEAK: Sort.WEAK}
    beside = whole.value if whole else None
    for rater, each in sorted(shown.items(), key=lambda named: -named[1].capital):
        if sort := sorts.get(each.verdict):
            facts = {"judged": each.judged, "after": each.after}
            yield Finding(sort, str(rater), agreements.get(rater), beside, facts)
    for lean in leanings:
        if lean.rater is not None and lean.feature == "position" and lean.chance < ALPHA:
            yield Finding(Sort.POSITION, str(lean.rater), lean.estimate, 0.0)


def ambiguous_skills(
    doubled: Doubled, names: Mapping[int, str], careless: Sequence[int], *, rng: np.random.Generator
) -> Iterator[Finding]:
    """Skills in which people see less alike than in the rest by LOWER or more, and surely by more
    than nothing. What careless raters said is left out: they are named by themselves."""
    rest = doubled.without(np.array(careless, dtype=np.int64))
    if not len(rest):
        return
    doubles = doubles_of(rest.rankings)
    measured = pairwise(rest.rankings, ties=TIES, doubles=doubles)
    skills = rest.skills[doubles.other]
    looked: list[tuple[int, Estimate, Estimate, float]] = []
    for skill in np.unique(skills):
        with suppress(StatisticsError):
            inside = _part(measured, skills == skill).overall(rng=rng, rounds=ROUNDS)
            outside = _part(measured, skills != skill).overall(rng=rng, rounds=ROUNDS)
            if min(inside.n, outside.n) >= LEAST:
                looked.append((int(skill), inside, outside, _lower(inside, outside)))
    if not looked:
        return
    for (skill, inside, outside, _), chance in zip(
        looked, holm(np.array([each[3] for each in looked])), strict=True
    ):
        if chance < ALPHA and outside.value - inside.value >= LOWER:
            yield Finding(Sort.AMBIGUOUS_SKILL, names[skill], inside, outside.value)


def _part(measured: Measured, kept: Flags) -> Measured:
    return Measured(measured.sums[kept], measured.counts[kept], measured.prompts[kept])


def _lower(inside: Estimate, outside: Estimate) -> float:
    """The one-sided chance of so large a difference, from the widths of both intervals."""
    error = float(np.hypot(_error(inside), _error(outside)))
    return 1 - NormalDist().cdf((outside.value - inside.value) / max(error, 1e-9))


def _error(found: Estimate) -> float:
    reach = NormalDist().inv_cdf(0.5 + found.level / 2)
    return max((found.high - found.low) / 2 / reach, 1 / (2 * found.n))


def ambiguous_flags(
    flags: Mapping[str, Marked], careless: Sequence[int], *, rng: np.random.Generator
) -> Iterator[Finding]:
    """Flags whose α is surely below SEEN_ALIKE, though LEAST prompts have an answer that somebody
    flagged: who agree that nothing is wrong with any answer show nothing."""
    looked: list[tuple[str, Estimate, float]] = []
    for name, said in flags.items():
        rest = said.without(np.array(careless, dtype=np.int64))
        if len(np.unique(rest.prompts[rest.values > 0])) < LEAST:
            continue
        with suppress(StatisticsError):
            found = alpha_of(rest, metric=Metric.NOMINAL, rng=rng)
            z = (SEEN_ALIKE - found.value) / max(_error(found), 1e-9)
            looked.append((name, found, 1 - NormalDist().cdf(z)))
    if not looked:
        return
    for (name, found, _), chance in zip(
        looked, holm(np.array([each[2] for each in looked])), strict=True
    ):
        if chance < ALPHA:
            yield Finding(Sort.AMBIGUOUS_FLAG, name, found, SEEN_ALIKE)


def missing_from(
    wanted: Mapping[str, float], had: Mapping[str, int], total: int, sort: Sort
) -> Iterator[Finding]:
    """What has less than HALF of its wanted share of ``total`` prompts, by more than chance."""
    if not wanted or not total:
        return
    names = sorted(wanted)
    chances = holm(np.array([_at_most(had.get(each, 0), total, wanted[each]) for each in names]))
    for name, chance in zip(names, chances, strict=True):
        count = had.get(name, 0)
        if chance < ALPHA and count < HALF * wanted[name] * total:
            facts = {"had": count, "wanted": wanted[name] * total, "total": total}
            yield Finding(sort, name, None, wanted[name], facts)


def _at_most(k: int, n: int, p: float) -> float:
    """The chance of k or fewer of n, each with chance p: exact where n is small."""
    if n <= 1000:
        return min(1.0, sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1)))
    spread = (n * p * (1 - p)) ** 0.5
    return NormalDist().cdf((k + 0.5 - n * p) / max(spread, 1e-9))
