"""What of a base's states a head may be shown in ``bench.head``, by name; read together, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rewards.engine.pooling import POOLINGS, Look
from rewards.engine.train_head import DEPTHS, usual_layers

Rows = NDArray[np.float32]

Depths = tuple[float, ...]  # shares of all layers

USUAL = "usual"  # what train_head does unless it is told otherwise
LOOKS: Mapping[str, tuple[Depths, tuple[str, ...]]] = {
    USUAL: (DEPTHS, ("evidence",)),
    "mean": (DEPTHS, ("answer",)),
    "mean at a third": ((1 / 3,), ("answer",)),
    "mean and spread": (DEPTHS, ("answer", "spread")),
    "evidence and last": (DEPTHS, ("evidence", "last")),
}


@dataclass(frozen=True)
class Read:
    """Rows (N, layers * poolings * D) of all that the looks ask for together."""

    look: Look
    rows: Rows

    def of(self, look: Look) -> Rows:
        """The columns that ``Reader.rows`` would have given for ``look`` alone."""
        cube = self.rows.reshape(
            len(self.rows), len(self.look.layers), len(self.look.poolings), -1
        )  # (N, layers, poolings, D)
        layers = [self.look.layers.index(each) for each in look.layers]
        poolings = [self.look.poolings.index(each) for each in look.poolings]
        return cube[:, layers][:, :, poolings].reshape(len(self.rows), -1)


def looks_of(names: Sequence[str], base: Path) -> dict[str, Look]:
    return {name: Look(usual_layers(base, LOOKS[name][0]), LOOKS[name][1]) for name in names}


def union(looks: Mapping[str, Look]) -> Look:
    """What has to be read for all of them, in an order that does not hang on theirs."""
    layers = {layer for look in looks.values() for layer in look.layers}
    poolings = {pooling for look in looks.values() for pooling in look.poolings}
    return Look(tuple(sorted(layers)), tuple(each for each in POOLINGS if each in poolings))
