"""How good a head on frozen states is from a cold start, five-fold by prompt.

    python -m bench.head --data FILE --base FOLDER [--cache FOLDER] [--groups 300] [--repeats 1]

Each fold trains on the prompts of the others (at most ``--groups`` of them) as ``train_head``
does, penalty chosen inside, and scores the prompts that are left. ``usual`` are the figures of what
``train_head`` reads unless told otherwise, a choice that was made on such prompts. ``nested`` are
those of a look that every fold chooses anew among ``head_looks.LOOKS``, by the cross-validated loss
on the prompts that it trains on: no held-out prompt has a say in what it is measured with.

One JSON line last: accuracy over all pairs with covariates and without them, of the longer answer,
their paired difference, and at equal length (|log characters| differ by less than 0.2), with
intervals by prompt; they are of the first split, ``mean_of_repeats`` over all.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.head_card import Card, card
from bench.head_looks import LOOKS, USUAL, Read, looks_of, union
from bench.ranked import as_rows, read_ranked
from rewards.engine.fitting import Fitted, Plan, fit_heads
from rewards.engine.groups import COVARIATES
from rewards.engine.head_rows import Rows
from rewards.engine.heads import Comparisons, Floats, Places
from rewards.engine.models import load_tokenizer
from rewards.engine.pooling import Look
from rewards.engine.states import Reader

FOLDS = 5
NESTED = "nested"


@dataclass(frozen=True)
class Way:
    """How every fold is fitted: heads drawn, most groups to learn from, covariates dropped."""

    heads: int = 16
    groups: int = 300
    covariates: tuple[str, ...] = COVARIATES

    @property
    def dropped(self) -> list[int]:
        return [COVARIATES.index(name) for name in self.covariates]


@dataclass(frozen=True)
class Trained:
    """The look that was chosen, and by ``usual`` and ``nested`` the scores (N, 2) of all texts:
    without covariates, with them."""

    chosen: str
    scores: Mapping[str, Floats]


def main() -> None:
    asked = _arguments()
    began = time.monotonic()
    rows = as_rows(read_ranked(asked.data), load_tokenizer(asked.base), limit=asked.max_length)
    looks = looks_of(asked.looks, asked.base)
    read = _read(asked, looks, rows)
    reading = time.monotonic() - began
    way = Way(asked.heads, asked.groups, tuple(asked.covariates))
    cards: dict[str, list[Card]] = {USUAL: [], NESTED: []}
    chosen: list[list[str]] = []
    for seed in range(asked.repeats):
        scores, found = cross_scored(read, looks, rows, way, seed)
        chosen.append(found)
        for name, cases in cards.items():
            cases.append(card(scores[name], rows))
            print(json.dumps({name: cases[-1]}), flush=True)
    said = {
        "prompts": int(rows.prompts.max()) + 1,
        "layers": read.look.layers,
        "poolings": read.look.poolings,
        "seconds_reading": round(reading, 1),
        "seconds": round(time.monotonic() - began, 1),
        "chosen": chosen,
    }
    print(json.dumps(said | {name: each[0] | _means(each) for name, each in cards.items()}))


def _read(asked: argparse.Namespace, looks: Mapping[str, Look], rows: Rows) -> Read:
    look = union(looks)
    states = Reader(asked.base, look, asked.cache).rows(
        rows.texts, lambda done, of: print(f"states {done} of {of}", flush=True)
    )
    return Read(look, states)


def cross_scored(
    read: Read, looks: Mapping[str, Look], rows: Rows, way: Way, seed: int
) -> tuple[dict[str, Floats], list[str]]:
    """Held-out scores of all texts, as ``Trained`` has them, and the look each fold chose."""
    rng = np.random.default_rng(seed)
    prompts = rng.permutation(int(rows.prompts.max()) + 1)
    scores = {name: np.zeros((len(rows.texts), 2)) for name in (USUAL, NESTED)}
    chosen = []
    for fold in range(FOLDS):
        held_out = prompts[fold::FOLDS]
        train = np.setdiff1d(prompts, held_out)[: way.groups]
        found = trained(read, looks, rows, train, way, seed)
        out = np.isin(rows.prompts, held_out)
        for name, whole in scores.items():
            whole[out] = found.scores[name][out]
        chosen.append(found.chosen)
    return scores, chosen


def trained(
    read: Read, looks: Mapping[str, Look], rows: Rows, train: Places, way: Way, seed: int
) -> Trained:
    """The look of the least cross-validated loss on the prompts ``train``, fitted to them."""
    part, own = rows_of(rows, train)
    found: dict[str, Fitted] = {}
    for name, look in looks.items():
        plan = Plan(tuple(way.dropped), heads=way.heads, seed=seed)
        found[name] = fit_heads(read.of(look)[own], part, plan, lambda *_: None)
        print(f"{name}: penalty {found[name].penalty}, loss {found[name].loss:.4f}", flush=True)
    best = min(found, key=lambda name: found[name].loss)
    names = {USUAL: USUAL, NESTED: best}
    return Trained(
        best,
        {
            kind: _scores(found[name], read.of(looks[name]), rows, way)
            for kind, name in names.items()
        },
    )


def _scores(fitted: Fitted, states: NDArray[np.float32], rows: Rows, way: Way) -> Floats:
    plain = (states @ fitted.weights.T + fitted.bias).mean(axis=1)
    whole = plain + rows.covariates[:, way.dropped] @ fitted.covariates
    return np.stack([plain, whole], axis=1)


def _means(cards: Sequence[Card]) -> dict[str, dict[str, float]]:
    names = ("accuracy", "accuracy_without_covariates", "equal_length")
    return {
        "mean_of_repeats": {
            name: round(float(np.mean([each[name]["value"] for each in cards])), 4)
            for name in names
        }
    }


def rows_of(rows: Rows, prompts: Places) -> tuple[Rows, NDArray[np.bool_]]:
    """The texts and pairs of some prompts, numbered anew, and which texts they are."""
    chosen = np.isin(rows.prompts, prompts)
    number = np.cumsum(chosen) - 1
    pairs = rows.pairs.part(np.isin(rows.pairs.prompt, prompts))
    moved = Comparisons(
        number[pairs.better],
        number[pairs.worse],
        pairs.target,
        pairs.weight,
        pairs.prompt,
        pairs.rater,
        pairs.vote,
    )
    texts = [text for text, kept in zip(rows.texts, chosen, strict=True) if kept]
    part = Rows(texts, rows.prompts[chosen], rows.covariates[chosen], moved, rows.raters, {})
    return part, chosen


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--groups", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--heads", type=int, default=16)
    parser.add_argument("--max-length", type=int, default=1024)
    parser.add_argument("--looks", nargs="*", default=list(LOOKS), choices=LOOKS)
    parser.add_argument("--covariates", nargs="*", default=list(COVARIATES), choices=COVARIATES)
    asked = parser.parse_args()
    asked.looks = [USUAL, *(name for name in asked.looks if name != USUAL)]
    return asked


if __name__ == "__main__":
    main()
