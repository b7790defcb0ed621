"""Write the report card of a reward model on rankings that it has never seen.

    python -m rewards.engine.evaluate_reward RUN_DIR

1. read the held-out sides of a ``ranked`` snapshot, refusing one that has changed
2. score every placed answer
3. count over all pairs how often the better answer scored higher, beside preferring the longer
   one; intervals resample prompts, as pairs of one prompt depend on each other

Ties of people are left out of the accuracy and counted apart; a tie of the model is half right.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio
from commons.stats.errors import NotEnoughData
from commons.stats.pairs import pairs_of, ties_of
from rewards.engine.chat import Message
from rewards.engine.config import Knobs
from rewards.engine.data import Ranking, open_snapshot
from rewards.engine.errors import BadInput
from rewards.engine.groups import render_placed
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.scorer import Scorer

WORST = 20  # pairs that are shown, to be read
AT_ONCE = 16  # rankings between two lines of progress

Counts = NDArray[np.float64]
Interval = dict[str, float | None]


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    model: Path
    sides: tuple[str, ...] = ("validation", "test")
    seed: int = 0
    rounds: int = 2000
    max_length: int = 512


@dataclass(frozen=True)
class Judged:
    """A pair that a person ordered, and how far the model puts the better answer ahead."""

    ranking: Ranking
    better: int
    worse: int
    strength: int | None
    gap: float

    @property
    def right(self) -> float:
        return _half_if_even(self.gap)

    @property
    def longer_is_right(self) -> float:
        chosen, rejected = (self.ranking.answers[at] for at in (self.better, self.worse))
        return _half_if_even(len(_text(chosen)) - len(_text(rejected)))


def main(folder: Path) -> None:
    carry_out(folder, Config, evaluate)


def evaluate(config: Config, folder: Path) -> Result:
    snapshot = open_snapshot(config.snapshot, "ranked")
    rankings = [ranking for side in config.sides for ranking in snapshot.rankings(side)]
    if not rankings:
        raise BadInput(
            f"{config.snapshot} holds no ranking on {' or '.join(config.sides)}; collect more."
        )
    pairs = list(_judged(rankings, Scorer(config.model, config.max_length)))
    card = Card(pairs, config)
    return {
        "pairs": len(pairs),
        "prompts": len({pair.ranking.prompt_id for pair in pairs}),
        "ties": sum(len(ties_of(ranking.tiers)) for ranking in rankings),
        "accuracy": card.share(lambda pair: pair.right),
        "longer": card.share(lambda pair: pair.longer_is_right),
        "advantage": card.advantage(),
        "by_strength": card.by_strength(),
        "worst": _worst(pairs),
    }


class Card:
    """Shares of pairs with intervals; null where fewer than two prompts say something."""

    def __init__(self, pairs: Sequence[Judged], config: Config) -> None:
        self.pairs, self.config = pairs, config

    def share(self, right: Callable[[Judged], float]) -> Interval | None:
        counts = _by_prompt(self.pairs, right)
        return self._interval(bootstrap_ratio, *counts)

    def advantage(self) -> Interval | None:
        """The model's share less that of preferring the longer answer, paired by prompt."""
        model = _by_prompt(self.pairs, lambda pair: pair.right)
        longer = _by_prompt(self.pairs, lambda pair: pair.longer_is_right)
        return self._interval(bootstrap_difference, *model, *longer)

    def by_strength(self) -> dict[str, Interval]:
        """The share by how sure people were; ``unknown`` where they were not asked."""
        shares: dict[str, Interval] = {}
        for strength in (1, 2, 3, None):
            pairs = [pair for pair in self.pairs if pair.strength == strength]
            share = Card(pairs, self.config).share(lambda pair: pair.right)
            if pairs:
                undefined = {"value": None, "low": None, "high": None}
                shares[str(strength or "unknown")] = {**(share or undefined), "pairs": len(pairs)}
        return shares

    def _interval(self, estimate: Callable[..., Estimate], *counts: Counts) -> Interval | None:
        rng = np.random.default_rng(self.config.seed)
        try:
            found = estimate(*counts, rng=rng, rounds=self.config.rounds)
        except NotEnoughData:
            return None
        return {"value": found.value, "low": found.low, "high": found.high}


def _judged(rankings: Sequence[Ranking], scorer: Scorer) -> Iterator[Judged]:
    """Every strict pair of the rankings, in the eyes of the model."""
    for number, ranking in enumerate(rankings):
        if number % AT_ONCE == 0:
            report(number, len(rankings), "scoring rankings")
        rendered = render_placed(ranking, scorer.tokenizer)
        scores = scorer.score_ids([answer.within(scorer.max_length) for answer in rendered])
        score_of = dict(zip(ranking.placed, scores, strict=True))
        for pair in pairs_of(ranking.tiers, ranking.strengths):
            gap = score_of[pair.better] - score_of[pair.worse]
            yield Judged(ranking, pair.better, pair.worse, pair.strength, gap)
    report(len(rankings), len(rankings), "scoring rankings")


def _by_prompt(pairs: Sequence[Judged], right: Callable[[Judged], float]) -> tuple[Counts, Counts]:
    """Right pairs and all pairs of each prompt, prompts in the order of their ids."""
    place = {at: n for n, at in enumerate(sorted({pair.ranking.prompt_id for pair in pairs}))}
    rights, all_ = np.zeros(len(place)), np.zeros(len(place))
    for pair in pairs:
        rights[place[pair.ranking.prompt_id]] += right(pair)
        all_[place[pair.ranking.prompt_id]] += 1
    return rights, all_


def _worst(pairs: Iterable[Judged]) -> list[dict[str, object]]:
    """The widest mistakes, at most one of a ranking, to be read by people."""
    worst: dict[str, Judged] = {}
    for pair in sorted(pairs, key=lambda pair: pair.gap):
        if pair.gap < 0:
            worst.setdefault(pair.ranking.ranking_id, pair)
    return [
        {
            "prompt_id": pair.ranking.prompt_id,
            "ranking_id": pair.ranking.ranking_id,
            "gap": pair.gap,
            "prompt": pair.ranking.prompt,
            "chosen": _text(pair.ranking.answers[pair.better]),
            "rejected": _text(pair.ranking.answers[pair.worse]),
        }
        for pair in list(worst.values())[:WORST]
    ]


def _text(answer: Sequence[Message]) -> str:
    return "\n\n".join(message["content"] for message in answer)


def _half_if_even(gap: float) -> float:
    return 1.0 if gap > 0 else 0.5 if gap == 0 else 0.0


if __name__ == "__main__":
    start(main)
