"""The folder of a head on frozen states: written by ``train_head``, read by ``scorer``.

    manifest.json      kind "reward", and under "head" what is read of the base: layers, poolings
    head.safetensors   weights (heads, W) and bias (heads,), float64
    base/              the base's first layers with its tokenizer: the folder needs nothing else

There is no ``config.json`` beside the manifest, so that no library takes the folder for a
sequence-classification model and puts a random output on it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from commons.artifacts import atomic_folder
from rewards.engine.first_layers import load_first_layers
from rewards.engine.models import MANIFEST, read_manifest
from rewards.engine.pooling import Look
from rewards.engine.states import Heard, Reader, unheard

HEAD = "head.safetensors"
BASE = "base"


class HeadFolder:
    """A loaded head, or an ensemble of them, over the states of its base."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        said = cast(Mapping[str, list[object]], read_manifest(folder)["head"])
        look = Look(
            tuple(cast(list[int], said["layers"])), tuple(cast(list[str], said["poolings"]))
        )
        tensors = load_file(folder / HEAD)
        self.weights: NDArray[np.float64] = tensors["weights"]  # (heads, W)
        self.bias: NDArray[np.float64] = tensors["bias"]  # (heads,)
        self.reader = Reader(folder / BASE, look, cache, digest=str(said["base_digest"]))

    def uncertain_ids(
        self, sequences: Sequence[Sequence[int]], heard: Heard = unheard
    ) -> list[tuple[float, float | None]]:
        """The mean over the heads and their standard deviation, for each sequence."""
        if not sequences:
            return []
        rows = self.reader.rows(sequences, heard)
        scores = rows @ self.weights.T + self.bias  # (N, heads)
        means = scores.mean(axis=1).tolist()
        if len(self.bias) < 2:
            return [(mean, None) for mean in means]
        return list(zip(means, scores.std(axis=1, ddof=1).tolist(), strict=True))


def is_head(folder: Path) -> bool:
    return "head" in read_manifest(folder)


def save_head(
    out: Path,
    *,
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    reader: Reader,
    manifest: Mapping[str, object],
) -> None:
    """Write the folder aside and rename it; the manifest is the last file in it."""
    with atomic_folder(out) as aside:
        load_first_layers(reader.base, reader.look.deepest, dtype="auto").save_pretrained(
            aside / BASE
        )
        reader.tokenizer.save_pretrained(aside / BASE)
        save_file({"weights": weights, "bias": bias}, aside / HEAD)
        text = json.dumps(manifest, ensure_ascii=False, allow_nan=False, indent=1)
        (aside / MANIFEST).write_text(text, encoding="utf-8")
