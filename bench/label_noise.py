"""How sure the labels of a rankings file are, and what knowing the author alone is worth.

    python -m bench.label_noise --data FILE [--also FILE …]

FILE is as ``bench.ranked`` reads it, with ``model`` beside each answer; ``--also`` are files of the
same judge, which lend further answers. Told over all pairs and at equal length:

- the judge's own noise: how far apart, in log odds, two scores lie that it gave to nearly the same
  text under one prompt (words in threes shared by 80 % or more). They are few: read how many. And
  the share of pairs whose scores lie nearer to each other than that.
- the author: who knows nothing but which model wrote an answer, by a ridge Bradley and Terry model
  taught by the other prompts' rankings (five folds).
"""

import argparse
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.head_card import EQUAL, said
from commons.stats.bootstrap import bootstrap_ratio
from rewards.engine.heads import Comparisons, Floats, Places, fit, folds_of
from rewards.stats.texts import log_characters

SAME = 0.8  # of the words in threes, that two texts are nearly the same
STEP = 5e-5  # half of a score's last digit: log odds of 0 and 1 stay finite
PENALTY = 0.002  # on an author's weight, beside weights of pairs that sum to 1

Line = dict[str, Any]


def main() -> None:
    asked = _arguments()
    lines = _read(asked.data)
    found = repeated([each for path in (asked.data, *asked.also) for each in _read(path)])
    noise = float(np.sqrt(np.mean(np.square(found)))) if found else float("nan")
    pairs, gaps, equal = compared(lines)
    print(json.dumps({"repeated": [round(gap, 2) for gap in found], "noise": round(noise, 2)}))
    right = by_author(pairs)
    for name, part in (("all", np.ones(len(pairs), bool)), ("equal_length", equal)):
        print(
            json.dumps(
                {
                    "pairs": f"{name} ({part.sum()})",
                    "nearer_than_noise": round(float((gaps[part] < noise).mean()), 3),
                    "author": _share(right, pairs.prompt, part),
                }
            )
        )


def log_odds(score: float) -> float:
    return float(np.log((score + STEP) / (1 - score + STEP)))


def repeated(lines: list[Line]) -> list[float]:
    """Gaps in log odds between nearly the same texts under one prompt, each pair once."""
    answers: dict[str, dict[str, Line]] = {}
    for line in lines:
        answers.setdefault(line["prompt"], {}).update(
            {each["model"]: each for each in line["responses"]}
        )
    return [
        log_odds(one["score"]) - log_odds(other["score"])
        for group in answers.values()
        for one, other in combinations(group.values(), 2)
        if likeness(one["text"], other["text"]) >= SAME
    ]


def likeness(one: str, other: str) -> float:
    """The share of words in threes that two texts have in common (Jaccard's)."""
    mine, theirs = _threes(one), _threes(other)
    return len(mine & theirs) / len(mine | theirs)


def _threes(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def compared(lines: list[Line]) -> tuple[Comparisons, Floats, NDArray[np.bool_]]:
    """Pairs of authors, how far apart their scores are in log odds, and whether as long."""
    names = sorted({each["model"] for line in lines for each in line["responses"]})
    rows = [
        (
            number,
            names.index(better["model"]),
            names.index(worse["model"]),
            log_odds(better["score"]) - log_odds(worse["score"]),
            abs(log_characters(better["text"]) - log_characters(worse["text"])) < EQUAL,
        )
        for number, line in enumerate(lines)
        for better, worse in combinations(line["responses"], 2)
    ]
    prompt, better, worse, gap, equal = (np.array(column) for column in zip(*rows, strict=True))
    same = np.ones(len(rows))
    pairs = Comparisons(
        better, worse, same, same / len(rows), prompt, np.zeros(len(rows), int), same
    )
    return pairs, gap, equal


def by_author(pairs: Comparisons) -> Floats:
    """1 where the better answer's author is the better one by the other prompts, 1/2 for even."""
    authors = int(max(pairs.better.max(), pairs.worse.max())) + 1
    right = np.zeros(len(pairs))
    for fold in folds_of(pairs.prompt, 5, np.random.default_rng(0)):
        out = np.isin(pairs.prompt, fold)
        worth = fit(np.eye(authors), pairs.part(~out), np.full(authors, PENALTY))
        gap = worth[pairs.better[out]] - worth[pairs.worse[out]]
        right[out] = (gap > 0) + 0.5 * (gap == 0)
    return right


def _share(right: Floats, prompt: Places, part: NDArray[np.bool_]) -> dict[str, float]:
    above, below = (np.bincount(prompt, each) for each in (right * part, part))
    return said(bootstrap_ratio(above, below, rng=np.random.default_rng(0)))


def _read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--also", type=Path, nargs="*", default=[])
    return parser.parse_args()


if __name__ == "__main__":
    main()
