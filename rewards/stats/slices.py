"""The accuracy where pairs are alike: by strength, skill, language, turn, length, source and more.

A pair may stand in several slices of one dimension (its two answers come from two sources). The
name of a slice is empty where the data do not say.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Pairs, SeenPair

ALIKE = 0.2  # |difference of log characters| below which two answers are equally long
LENGTHS = (200, 500, 1000, 2000)  # characters, the mean of both answers
MOST = 20  # slices of a dimension, those of most pairs
UNDEFINED: Interval = {"value": None, "low": None, "high": None}

Slices = list[dict[str, object]]
Part = tuple[str, NDArray[np.bool_]]  # a slice's name, and whether each pair (P,) is in it
Naming = Callable[[SeenPair], Collection[str]]


def slices_of(
    pairs: Pairs, resampling: Resampling, *, learned_from: Collection[str] = ()
) -> dict[str, Slices]:
    """For each dimension its slices; ``learned_from`` are the raters that training has heard."""
    return {
        dimension: [_slice(name, pairs.where(here), resampling) for name, here in parts]
        for dimension, parts in parted(pairs, learned_from).items()
    }


def parted(pairs: Pairs, learned_from: Collection[str] = ()) -> dict[str, list[Part]]:
    """For each dimension the names of its slices, in order, and which pairs stand in each."""
    dimensions: Mapping[str, Naming] = {
        "strength": lambda pair: [str(pair.strength or "")],
        "skill": lambda pair: [pair.seen.skill],
        "language": lambda pair: [pair.seen.language],
        "turn": lambda pair: [_turn(pair.seen.turns)],
        "length": lambda pair: [_length(pair)],
        "better_is": lambda pair: [_better_is(pair)],
        "source": _sources,
        "sources": lambda pair: [_alike(pair)],
        "iteration": lambda pair: [pair.seen.iteration],
        "rater": lambda pair: [_group(pair.seen.rater, learned_from)],
        "side": lambda pair: [pair.seen.side],
    }
    return {name: _parts(pairs, naming) for name, naming in dimensions.items()}


def equally_long(pairs: Pairs) -> Pairs:
    """The pairs whose answers differ by less than a fifth or so in length."""
    return pairs.where(np.abs(pairs.log_ratios) < ALIKE)


def _parts(pairs: Pairs, naming: Naming) -> list[Part]:
    names = [naming(row) for row in pairs.rows]
    often = dict(Counter(name for those in names for name in those).most_common(MOST))
    return [(name, _holds(name, names)) for name in sorted(often, key=_place)]


def _place(name: str) -> tuple[int, str]:
    """Numbers by their size, before words."""
    return (int(name) if name.isdigit() else 1 << 30, name)


def _holds(name: str, names: list[Collection[str]]) -> NDArray[np.bool_]:
    return np.array([name in those for those in names], dtype=bool)


def _slice(name: str, pairs: Pairs, resampling: Resampling) -> dict[str, object]:
    longer = resampling.mean(pairs.longer_is_right, pairs.prompts)
    return {
        "name": name,
        **(resampling.mean(pairs.right, pairs.prompts) or UNDEFINED),
        "longer": longer["value"] if longer else None,
        "pairs": len(pairs),
        "prompts": pairs.prompt_count,
    }


def _turn(turns: int) -> str:
    return str(turns) if turns < 4 else "4+"


def _length(pair: SeenPair) -> str:
    """From how many characters on: "0", "200", ..."""
    mean = (pair.better.characters + pair.worse.characters) / 2
    return str((0, *LENGTHS)[bisect_right(LENGTHS, mean)])


def _better_is(pair: SeenPair) -> str:
    if abs(pair.log_ratio) < ALIKE:
        return "equally_long"
    return "longer" if pair.log_ratio > 0 else "shorter"


def _sources(pair: SeenPair) -> Collection[str]:
    both = (pair.better.source, pair.worse.source)
    return {"person" if source == "" else source for source in both if source is not None}


def _alike(pair: SeenPair) -> str:
    both = (pair.better.source, pair.worse.source)
    if None in both:
        return ""
    return "same" if both[0] == both[1] else "different"


def _group(rater: str, learned_from: Collection[str]) -> str:
    if not rater or not learned_from:
        return ""
    return "trained_on" if rater in learned_from else "held_out"
