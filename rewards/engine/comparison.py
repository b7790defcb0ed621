"""Two policies' answers to the same prompts, as numbers with intervals. No model is needed here."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio
from commons.stats.errors import NotEnoughData
from commons.stats.length_control import length_controlled
from commons.stats.texts import refuses
from rewards.engine.prompts import Prompt
from rewards.stats.claims import Details, unsupported
from rewards.stats.texts import loops

Interval: TypeAlias = dict[str, float] | None


@dataclass(frozen=True)
class Answer:
    text: str
    finished: bool
    score: float

    @property
    def refuses(self) -> bool:
        return refuses(self.text)

    @property
    def loops(self) -> bool:
        return loops(self.text)

    def wins(self, other: "Answer") -> float:
        """1 against a worse answer, 0 against a better one; the same words are a tie."""
        if self.text == other.text or self.score == other.score:
            return 0.5
        return float(self.score > other.score)


Answers: TypeAlias = list[list[Answer]]  # of each prompt, in the order of the prompts
KINDS: Mapping[str, Callable[[Details], int]] = {
    "all": len,
    "figures": lambda found: len(found.figures),
    "names": lambda found: len(found.names),
    "links": lambda found: len(found.links),
}


@dataclass(frozen=True)
class Looks:
    """How sure an interval is to be: ``alpha`` is shared out evenly over a year's looks.

    Bonferroni's share is crude but holds whatever the looks have in common (Dunn 1961, "Multiple
    Comparisons Among Means"): at 52 looks of 2.5 % each, 73 % of years would promote falsely.
    """

    alpha: float
    looks: int
    rounds: int
    seed: int

    @property
    def level(self) -> float:
        return 1 - self.alpha / self.looks

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)


@dataclass(frozen=True)
class Comparison:
    """Both sides' answers to every prompt."""

    prompts: Sequence[Prompt]
    ours: Answers
    theirs: Answers
    looks: Looks

    def only(self, wanted: Callable[[Prompt], bool]) -> "Comparison":
        kept = [
            each
            for each in zip(self.prompts, self.ours, self.theirs, strict=True)
            if wanted(each[0])
        ]
        return Comparison(
            [prompt for prompt, _, _ in kept],
            [ours for _, ours, _ in kept],
            [theirs for _, _, theirs in kept],
            self.looks,
        )

    def win_rates(self) -> dict[str, object]:
        """On all prompts, on the fresh ones among them, and with length taken out."""
        fresh = self.only(lambda prompt: prompt.fresh)
        return {
            "prompts": len(self.prompts),
            "fresh": len(fresh.prompts),
            "win_rate": self.win_rate(),
            "win_rate_fresh": fresh.win_rate(),
            "length_controlled": self.length_controlled(),
            "length_ratio": self.length_ratio(),
        }

    def wins(self) -> list[float]:
        """Of each prompt, the share of its pairings that we win; a tie is half."""
        return [
            fmean(mine.wins(other) for mine in ours for other in theirs)
            for ours, theirs in zip(self.ours, self.theirs, strict=True)
        ]

    def win_rate(self) -> Interval:
        """The chance that the judge prefers our answer; None for fewer than two prompts."""
        wins = self.wins()
        return _interval(
            lambda: bootstrap_ratio(
                wins,
                np.ones(len(wins)),
                rng=self.looks.rng(),
                rounds=self.looks.rounds,
                level=self.looks.level,
            )
        )

    def length_controlled(self) -> Interval:
        """The win rate where both answers are equally long."""
        pairings = [
            (mine.wins(other), _longer(mine, other), place)
            for place, (ours, theirs) in enumerate(zip(self.ours, self.theirs, strict=True))
            for mine in ours
            for other in theirs
        ]
        wins, longer, prompts = (np.array(column) for column in zip(*pairings, strict=True))
        return _interval(
            lambda: length_controlled(
                wins,
                longer,
                prompts,
                rng=self.looks.rng(),
                rounds=min(self.looks.rounds, 2000),
                level=self.looks.level,
            )
        )

    def length_ratio(self) -> float | None:
        """Characters of our answers for each one of theirs; None if theirs are empty."""
        ours, theirs = (
            sum(len(answer.text) for answers in side for answer in answers)
            for side in (self.ours, self.theirs)
        )
        return ours / theirs if theirs else None

    def slices(self, key: Callable[[Prompt], str]) -> dict[str, dict[str, float]]:
        """Mean win share and its standard error, by what a prompt is; of two prompts at least."""
        found: dict[str, list[float]] = {}
        for prompt, win in zip(self.prompts, self.wins(), strict=True):
            found.setdefault(key(prompt), []).append(win)
        return {
            name: {
                "value": fmean(wins),
                "error": stdev(wins) / math.sqrt(len(wins)),
                "prompts": len(wins),
            }
            for name, wins in sorted(found.items())
            if len(wins) > 1
        }

    def shares(self, holds: Callable[[Answer], bool]) -> dict[str, object]:
        """How many of either side's answers are so, and the difference with a 95 % interval."""
        return self._beside(
            *([[int(holds(answer)) for answer in each] for each in side] for side in self.sides)
        )

    def details(self) -> dict[str, dict[str, object]]:
        """Details that the prompts do not hold (``stats.claims``), by kind and in all."""
        found = [
            [
                [unsupported(answer.text, prompt.messages) for answer in answers]
                for prompt, answers in zip(self.prompts, side, strict=True)
            ]
            for side in self.sides
        ]
        return {
            kind: self._beside(*([[count(one) for one in each] for each in side] for side in found))
            for kind, count in KINDS.items()
        }

    @property
    def sides(self) -> tuple[Answers, Answers]:
        return self.ours, self.theirs

    def _beside(self, ours: list[list[int]], theirs: list[list[int]]) -> dict[str, object]:
        """What was counted in the answers to each prompt: how much an answer has, how much there
        is in all, and how much more an answer of ours has, with a 95 % interval."""
        (sums, answers), (their_sums, their_answers) = map(_counted, (ours, theirs))
        more = _interval(
            lambda: bootstrap_difference(
                sums,
                answers,
                their_sums,
                their_answers,
                rng=self.looks.rng(),
                rounds=min(self.looks.rounds, 2000),
            )
        )
        return {
            "policy": float(sums.sum() / answers.sum()),
            "against": float(their_sums.sum() / their_answers.sum()),
            "policy_count": int(sums.sum()),
            "against_count": int(their_sums.sum()),
            "more": more,
        }


def _counted(side: list[list[int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums and numbers of answers, by prompt."""
    return np.array([float(sum(each)) for each in side]), np.array([float(len(e)) for e in side])


def _longer(mine: Answer, other: Answer) -> float:
    """The difference of log lengths; one more character for each, so that none has none."""
    return math.log((len(mine.text) + 1) / (len(other.text) + 1))


def _interval(estimate: Callable[[], Estimate]) -> Interval:
    try:
        found = estimate()
    except NotEnoughData:
        return None
    return {"value": found.value, "low": found.low, "high": found.high}
