"""Two reward models on the same votes: which is right more often, surely, and what changed.

Paired by prompt: both are resampled by the same prompts, so what makes a prompt hard for both
cancels out. A tie of a model is half right; ties of people are left out and counted apart.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from commons.stats.errors import InconsistentData
from commons.stats.pairs import ties_of
from rewards.stats.ordering import tau_b
from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Floats, Pairs, Seen
from rewards.stats.slices import ALIKE, parted

SHOWN = 10  # pairs of each kind of change, to be read

Found = dict[str, object]


def side_by_side(ours: Sequence[Seen], theirs: Sequence[Seen], resampling: Resampling) -> Found:
    """``ours`` less ``theirs``; both hold the same rankings in the same order, scored by each."""
    if [seen.ranking_id for seen in ours] != [seen.ranking_id for seen in theirs]:
        raise InconsistentData("both models must have scored the same rankings, in one order.")
    both = Both(Pairs.of(ours), Pairs.of(theirs), resampling)
    alike = np.abs(both.ours.log_ratios) < ALIKE
    return {
        "pairs": len(both.ours),
        "prompts": both.ours.prompt_count,
        "ties": sum(len(ties_of(seen.tiers)) for seen in ours),
        **both.accuracy(),
        "longer": resampling.mean(both.ours.longer_is_right, both.ours.prompts),
        "equally_long": both.where(alike).accuracy(),
        "tau": _taus(ours, theirs, resampling),
        "flips": both.flips(),
        "slices": {
            dimension: [{"name": name, **both.where(here).row()} for name, here in parts]
            for dimension, parts in parted(both.ours).items()
        },
        "gained": both.changed(better=True),
        "lost": both.changed(better=False),
    }


class Both:
    """The same pairs in the eyes of two models."""

    def __init__(self, ours: Pairs, theirs: Pairs, resampling: Resampling) -> None:
        self.ours, self.theirs, self.resampling = ours, theirs, resampling

    def where(self, here: NDArray[np.bool_]) -> "Both":
        return Both(self.ours.where(here), self.theirs.where(here), self.resampling)

    def accuracy(self) -> dict[str, Interval | None]:
        mine, its, prompts = self.ours.right, self.theirs.right, self.ours.prompts
        return {
            "ours": self.resampling.mean(mine, prompts),
            "theirs": self.resampling.mean(its, prompts),
            "difference": self.resampling.difference(mine, its, prompts),
        }

    def flips(self) -> dict[str, int]:
        """How many pairs it gets better than the other, worse, and alike right or wrong.

        Going from a draw to right is a gain, too.
        """
        mine, its = self.ours.right, self.theirs.right
        return {
            "gained": int((mine > its).sum()),
            "lost": int((mine < its).sum()),
            "both_right": int(((mine == its) & (mine == 1)).sum()),
            "neither": int(((mine == its) & (mine < 1)).sum()),
        }

    def row(self) -> Found:
        flips = self.flips()
        return {
            **self.accuracy(),
            "pairs": len(self.ours),
            "gained": flips["gained"],
            "lost": flips["lost"],
        }

    def changed(self, *, better: bool) -> list[Found]:
        """The pairs that changed by the widest gap, at most one of a ranking.

        Gaps of two models have scales of their own: each is divided by its spread over all pairs.
        """
        moved = _scaled(self.ours.gaps) - _scaled(self.theirs.gaps)
        change = self.ours.right - self.theirs.right
        order = np.argsort(-moved if better else moved, kind="stable")
        shown: dict[str, Found] = {}
        for at in map(int, order):
            row, its = self.ours.rows[at], self.theirs.rows[at]
            if change[at] > 0 if better else change[at] < 0:
                said = {
                    "prompt": [dict(message) for message in row.seen.prompt],
                    "chosen": row.better.text,
                    "rejected": row.worse.text,
                    "gap": row.gap,
                    "their_gap": its.gap,
                }
                shown.setdefault(row.seen.ranking_id, said)
        return list(shown.values())[:SHOWN]


def _scaled(gaps: Floats) -> Floats:
    spread = float(np.sqrt((gaps**2).mean())) if gaps.size else 0.0
    return gaps / spread if spread else gaps


def _taus(
    ours: Sequence[Seen], theirs: Sequence[Seen], resampling: Resampling
) -> dict[str, Interval | None]:
    """Kendall's tau-b of both, over the rankings in which both have one."""
    names: list[str] = []
    mine: list[float] = []
    its: list[float] = []
    for seen, other in zip(ours, theirs, strict=True):
        one, another = tau_b(seen), tau_b(other)
        if one is not None and another is not None:
            names.append(seen.prompt_id)
            mine.append(one)
            its.append(another)
    prompts = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return {
        "ours": resampling.mean(mine, prompts),
        "theirs": resampling.mean(its, prompts),
        "difference": resampling.difference(mine, its, prompts),
    }
