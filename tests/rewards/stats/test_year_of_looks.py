"""A year in which no week's policy is any better: how often the gate puts one into service."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from rewards.engine.comparison import Answer, Answers, Comparison, Looks
from rewards.engine.evaluate_policy import Config
from rewards.engine.prompts import Prompt
from rewards.stats.evidence import Evidence, Thresholds
from rewards.stats.gates import refusals

Floats = NDArray[np.float64]

WEEKS = 52
NEAR = 0.85  # of what the normal law asks for; the gate is spared the weeks below
CARD = {
    "pairs": 900,
    "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
    "longer": {"value": 0.66, "low": 0.63, "high": 0.69},
    "advantage": {"value": 0.08, "low": 0.04, "high": 0.12},
}


@dataclass(frozen=True)
class Year:
    """The judge's scores of a year's answers, each side of shape (weeks, prompts, samples).

    Both policies' come out of one law. All answers are equally long and all prompts are fresh, so
    that the gate's three win rates are one: with three of them to be had, fewer weeks promote.
    """

    ours: Floats
    theirs: Floats

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, prompts: int, samples: int = 2) -> "Year":
        return cls(*rng.standard_normal((2, WEEKS, prompts, samples)))

    def promotes(self, week: int, looks: Looks) -> bool:
        """Whether the gate has nothing against this week's policy."""
        ours, theirs = self.ours[week], self.theirs[week]
        asked = [Prompt(str(number), []) for number in range(len(ours))]
        compared = Comparison(asked, _answers("a", ours), _answers("b", theirs), looks)
        found = Evidence.of(comparison=compared.win_rates(), card=CARD)
        return not list(refusals(found, Thresholds()))

    def far(self) -> Floats:
        """By how many standard errors each week's win rate lies above one half: (weeks,)."""
        wins = (self.ours[:, :, :, None] > self.theirs[:, :, None, :]).mean(axis=(2, 3))
        return (wins.mean(1) - 0.5) / (wins.std(1) / np.sqrt(wins.shape[1]))


def _answers(side: str, scores: Floats) -> Answers:
    return [[Answer(f"{side}{at}", True, s) for at, s in enumerate(each)] for each in scores]


def years_that_promote(years: int, *, looks: Looks, prompts: int) -> int:
    """In how many of them some week's policy goes into service.

    The weeks that look best are asked first, down to those that are well below what their interval
    asks for; that the next one is held is asked of some years.
    """
    rng = np.random.default_rng(2026)
    bar = NEAR * stats.norm.ppf((1 + looks.level) / 2)
    promoted = 0
    for number in range(years):
        year = Year.drawn(rng, prompts=prompts)
        far = year.far()
        best = [int(week) for week in np.argsort(-far)]
        near = [week for week in best if far[week] > bar]
        promoted += any(year.promotes(week, looks) for week in near)
        if number % 20 == 0:
            assert not year.promotes(best[len(near)], looks)
    return promoted


def test_the_gate_promotes_what_is_no_better_in_few_years(replications: int) -> None:
    """As few prompts as it takes, where resampling knows the least of how far wins are spread.

    A lower end alone promotes, which has half of the 5 % that the looks share; the rest is room for
    what resampling does not know.
    """
    looks = Looks(Config.alpha, Config.looks, Config.rounds, seed=0)

    promoted = years_that_promote(replications, looks=looks, prompts=Thresholds().min_prompts)

    assert looks.level == 1 - 0.05 / WEEKS
    assert promoted <= stats.binom.ppf(0.999, replications, 0.05)


def test_looks_that_share_nothing_would_promote_it_in_most_years(replications: int) -> None:
    """1 - 0.975 ** 52 is 0.73; resampling makes it some hundredths more."""
    alone = Looks(Config.alpha, looks=1, rounds=500, seed=0)

    promoted = years_that_promote(replications, looks=alone, prompts=100)

    assert promoted / replications == pytest.approx(0.73, abs=0.1)
