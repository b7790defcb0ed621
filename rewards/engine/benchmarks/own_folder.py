"""A folder of one's own: what a team collected to test its reward models with.

Rows (Parquet, JSON lines, or a JSON list): ``prompt`` as text or messages, ``chosen`` and
``rejected`` as a text or a list of texts, and, if wanted, ``subset`` and ``id``. The accuracy of a
row is the share of its pairs in which the chosen one scores higher, a draw being half; its best-of
is whether the highest score is of a chosen one. The score is the mean accuracy of the rows.
"""

from collections.abc import Sequence
from itertools import product

from rewards.engine.benchmarks.case import (
    Benchmark,
    Case,
    Numbers,
    Scored,
    by_subset,
    prompt_of,
    texts,
)
from rewards.engine.benchmarks.reading import Row
from rewards.stats.drawn import Drawing


def case_of(row: Row) -> Case:
    return Case(
        id=str(row.get("id", "")),
        subset=str(row["subset"]),
        prompt=prompt_of(row),
        right=texts(row, "chosen"),
        wrong=texts(row, "rejected"),
    )


def numbers_of(scored: Sequence[Scored], drawing: Drawing) -> Numbers:
    """The accuracy of each subset; over all rows the score and the best-of."""
    found = {
        name: drawing.mean([accuracy(one) for one in those])
        for name, those in by_subset(scored).items()
    }
    found["score"], found["best of"] = drawing.means(
        [[accuracy(one) for one in scored], [best_of(one) for one in scored]]
    )
    return found


def accuracy(one: Scored) -> float:
    pairs = list(product(one.right, one.wrong))
    return sum((right > wrong) + (right == wrong) / 2 for right, wrong in pairs) / len(pairs)


def best_of(one: Scored) -> float:
    """The share of the highest scores that are of chosen answers."""
    most = max(*one.right, *one.wrong)
    return one.right.count(most) / (one.right.count(most) + one.wrong.count(most))


BENCHMARK = Benchmark("score", case_of, numbers_of)
