"""The rankings of a data file, as the engine has them when it has read a snapshot.

A line is {"prompt": text, "responses": [{"text": …, "score": …}, …]}, best first.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from rewards.engine.data import Ranking
from rewards.engine.head_rows import Gathering, Rows


@dataclass(frozen=True)
class Line:
    prompt: str
    answers: list[str]  # best first
    scores: list[float]


def read_ranked(path: Path) -> list[Line]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Line(
            row["prompt"],
            [each["text"] for each in row["responses"]],
            [float(each["score"]) for each in row["responses"]],
        )
        for row in rows
    ]


def rankings_of(lines: Iterable[Line]) -> Iterator[Ranking]:
    for number, line in enumerate(lines):
        yield ranking_of(number, line, list(range(len(line.answers))))


def ranking_of(number: int, line: Line, order: list[int], rater: str = "") -> Ranking:
    """The answers of a line in this order, best first."""
    return Ranking(
        prompt_id=str(number),
        ranking_id=f"{number}-{rater}",
        prompt=[{"role": "user", "content": line.prompt}],
        answers=[[{"role": "assistant", "content": text}] for text in line.answers],
        tiers=[[place] for place in order],
        strengths=[None] * (len(order) - 1),
        rater=rater,
    )


def as_rows(lines: Iterable[Line], tokenizer: PreTrainedTokenizerBase, *, limit: int) -> Rows:
    """Every line as one ranking, none left out for its length."""
    gathering = Gathering()
    for ranking in rankings_of(lines):
        gathering.add(ranking, tokenizer, limit)
    return gathering.whole()
