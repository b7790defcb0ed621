"""What is told of each rater, and of every two of them."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from annotate.stats.agreement.pairwise import pairwise
from annotate.stats.agreement.rankings import Rankings, doubles_of
from annotate.stats.quality.doubled import Doubled, Marked
from annotate.stats.quality.slices import ROUNDS, TIES
from annotate.stats.reliability.consistency import SPREAD, consistencies_of
from annotate.stats.reliability.dawid_skene import Labels, dawid_skene
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import cells_of, votes_of
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError
from commons.stats.resampling import ratios_by_slice

LEAST = 10  # prompts that two raters share
WIDER = (2 * SPREAD, 4 * SPREAD)
PERFECT = 0.95


@dataclass(slots=True)
class Person:
    """Figures of one rater; what is undefined is missing. ``flags`` are Dawid and Skene's chances
    of saying what is so."""

    doubled: int = 0
    agreement: Estimate | None = None
    consistency: Estimate | None = None
    flags: dict[str, Estimate] = field(default_factory=dict)


def people_of(
    doubled: Doubled | None,
    judged: Rankings,
    flags: Mapping[str, Marked],
    *,
    rng: np.random.Generator,
) -> dict[int, Person]:
    """Of every rater with a doubled ranking. ``judged`` are those from which consistency is found:
    the same ones, and more where agreement is not told of all."""
    found: dict[int, Person] = {}
    if doubled is not None:
        raters, n = np.unique(doubled.rankings.raters, return_counts=True)
        found = {int(rater): Person(int(each)) for rater, each in zip(raters, n, strict=True)}
        _agreements(doubled, found, rng)
    _consistencies(judged, found)
    for name, said in flags.items():
        _flagging(name, said, found)
    return found


def _agreements(doubled: Doubled, found: dict[int, Person], rng: np.random.Generator) -> None:
    doubles = doubles_of(doubled.rankings)
    measured = pairwise(doubled.rankings, ties=TIES, doubles=doubles)
    raters = doubled.rankings.raters
    cut = ratios_by_slice(
        np.concatenate([measured.sums, measured.sums]),
        np.concatenate([measured.counts, measured.counts]),
        slices=np.concatenate([raters[doubles.one], raters[doubles.other]]),
        prompts=np.concatenate([measured.prompts, measured.prompts]),
        rng=rng,
        rounds=ROUNDS,
        least=LEAST,
    )
    for rater in cut.keys:
        found[int(rater)].agreement = cut.of(int(rater))


def _consistencies(judged: Rankings, found: dict[int, Person]) -> None:
    """With the narrowest spread of scores that does not call half of all raters all but perfect:
    there votes are better than perfect raters' would be, and nobody is told from anybody. Where a
    wider one finds nothing, what the narrower one found stays."""
    with suppress(StatisticsError):
        cells = cells_of(votes_of(judged))
        eta = consistencies_of(cells, prior=Prior())
        for spread in WIDER:
            if np.median(eta.values) >= PERFECT:
                with suppress(StatisticsError):
                    eta = consistencies_of(cells, prior=Prior(), spread=spread)
        raters, n = np.unique(judged.raters, return_counts=True)
        rankings = dict(zip(raters.tolist(), n.tolist(), strict=True))
        for row, rater in enumerate(cells.rater_codes.tolist()):
            found.setdefault(rater, Person()).consistency = Estimate(
                float(eta.values[row]),
                float(eta.lows[row]),
                float(eta.highs[row]),
                eta.level,
                rankings[rater],
            )


def _flagging(name: str, said: Marked, found: dict[int, Person]) -> None:
    with suppress(StatisticsError):
        fit = dawid_skene(Labels(said.units, said.raters, said.values))
        for row, rater in enumerate(fit.raters):
            found.setdefault(int(rater), Person()).flags[name] = Estimate(
                float(fit.right[row]),
                float(fit.lows[row]),
                float(fit.highs[row]),
                fit.level,
                int(fit.judged[row]),
            )
