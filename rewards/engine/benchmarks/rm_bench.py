"""RM-Bench (Liu et al. 2024, "RM-Bench: Benchmarking Reward Models with Subtlety and Style").

File: ``total_dataset.json``, or the files of the domains, which name it: id, prompt, domain, and
three chosen and three rejected answers each: concise, detailed, detailed with markdown. A chosen
answer of style i wins against a rejected one of style j where it scores higher; a draw is lost. Of
the matrix of wins, i = row, j = column:

    hard    the mean above the diagonal: the rejected answer has the richer style
    normal  the mean of the diagonal: equal styles
    easy    the mean below it

In each of chat, math, code and safety (both safety files together); a domain's number is the mean
of its three, and the score the mean of the four domains (RM-Bench, ``scripts/utils.py``).
"""

from collections.abc import Sequence

import numpy as np

from commons.sentences import sentence as _
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
from rewards.engine.errors import BadInput
from rewards.stats.drawn import Drawing, average

DOMAINS = ("chat", "math", "code", "safety")
LEVELS = ("hard", "normal", "easy")
STYLES = 3


def case_of(row: Row) -> Case:
    right, wrong = texts(row, "chosen"), texts(row, "rejected")
    if len(right) != STYLES or len(wrong) != STYLES:
        raise BadInput(
            _(
                "'chosen' and 'rejected' must hold %(styles)s answers each, one a style.",
                styles=STYLES,
            )
        )
    said = str(row.get("domain") or row["file"])
    domain = next((name for name in DOMAINS if said.startswith(name)), None)
    if domain is None:
        raise BadInput(
            _(
                "the domain %(named)s is none of %(known)s.",
                named=repr(said),
                known=", ".join(DOMAINS),
            )
        )
    return Case(str(row.get("id", "")), domain, prompt_of(row), right, wrong)


def numbers_of(scored: Sequence[Scored], drawing: Drawing) -> Numbers:
    """Hard, normal and easy of each domain; domains; the score where all four are there."""
    found: Numbers = {}
    for domain, those in by_subset(scored).items():
        columns = np.array([levels_of(one) for one in those]).T  # (3, cases)
        *levels, found[domain] = drawing.means([*columns, columns.mean(axis=0)])
        found |= {f"{domain}: {name}": level for name, level in zip(LEVELS, levels, strict=True)}
    if all(domain in found for domain in DOMAINS):
        for name in LEVELS:
            found[name] = average((1.0, found[f"{domain}: {name}"]) for domain in DOMAINS)
        found["score"] = average((1.0, found[domain]) for domain in DOMAINS)
    return found


def levels_of(one: Scored) -> tuple[float, float, float]:
    """Hard, normal and easy of one prompt."""
    won = np.array(one.right)[:, None] > np.array(one.wrong)[None, :]  # (style, style)
    above, below = np.triu_indices(STYLES, 1), np.tril_indices(STYLES, -1)
    return float(won[above].mean()), float(np.diag(won).mean()), float(won[below].mean())


BENCHMARK = Benchmark("score", case_of, numbers_of, ("total_dataset",))
