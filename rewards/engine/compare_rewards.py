"""Lay two reward models side by side on rankings that neither has seen.

    python -m rewards.engine.compare_rewards RUN_DIR

1. read the held-out sides of a ``ranked`` snapshot, refusing one that has changed
2. score every placed answer with each model, one after the other
3. count on the same pairs who is right more often, and which pairs changed; intervals resample
   prompts, the same ones for both (``rewards.stats.side_by_side``)

Each model reads as many ids as in its own training. A prompt keeps its side for ever, so what is
held out of this snapshot is held out of every other of the same campaigns.
"""

from dataclasses import dataclass
from pathlib import Path

from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.data import open_snapshot
from rewards.engine.errors import BadInput
from rewards.engine.judging import scored
from rewards.engine.process import Result, carry_out, start
from rewards.engine.scorer import Scorer
from rewards.stats.resampling import Resampling
from rewards.stats.side_by_side import side_by_side


@dataclass(frozen=True)
class Config(Knobs):
    snapshot: Path
    model: Path
    against: Path
    sides: tuple[str, ...] = ("validation", "test")
    seed: int = 0
    rounds: int = 2000


def main(folder: Path) -> None:
    carry_out(folder, Config, compare)


def compare(config: Config, folder: Path) -> Result:
    snapshot = open_snapshot(config.snapshot, "ranked")
    rankings = [(side, one) for side in config.sides for one in snapshot.rankings(side)]
    if not rankings:
        raise BadInput(
            _(
                "%(snapshot)s holds no ranking on %(known)s; collect more.",
                snapshot=config.snapshot,
                known=" or ".join(config.sides),
            )
        )
    ours = scored(rankings, Scorer(config.model), _("scoring with the first"))
    theirs = scored(rankings, Scorer(config.against), _("scoring with the second"))
    found = side_by_side(ours, theirs, Resampling(config.seed, config.rounds))
    return {**found, "snapshot": snapshot.digest}


if __name__ == "__main__":
    start(main)
