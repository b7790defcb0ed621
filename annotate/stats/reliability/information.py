"""What each vote says of its rater in the light of the other votes on its pair.

Let g be the chance that a consistent vote is for the first answer, by all votes of the pair but
this one. Then this one is for it with the chance p(η) = 1/2 + (2 η - 1) (g - 1/2), and the slope of
the pair's log-likelihood by η is (2 g - 1) e with e = (y - p) / (p (1 - p)), where y is 1 for the
first answer and else 0. That is exact however far η is moved, so it takes no new integral.
Another rater's slope on the pair, by the logit of his η, is what it is without this vote plus
(2 η - 1) e ∂g / ∂logit: one number for every two votes says how each moves with the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from annotate.stats.arrays import Floats, Ints, codes_of
from annotate.stats.reliability.mixture import Mixture, Part, posterior_of, tables_of, toward_of
from annotate.stats.reliability.votes import FIRST, SAYINGS, Cells

SURE = 1e-9  # how near g comes to 0 and 1, that nothing is divided by 0


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Some votes, and beside each another one on the same pair."""

    votes: slice
    others: slice
    raters: Ints  # the other's · raters + the vote's
    tilts: Floats  # ∂g of the vote / ∂logit of the other's η


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    size: int  # raters
    prompts: Ints  # (n,)
    raters: Ints  # (n,)
    said: Floats  # (n,), y
    toward: Floats  # (n,), g
    links: list[Links]

    def by_rater(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.raters, values, self.size), dtype=np.float64)

    def by_two(self, values: Iterable[Floats]) -> Floats:
        """Values of each of ``links``, summed by the other's rater and the vote's."""
        sums = np.zeros(self.size**2)
        for links, each in zip(self.links, values, strict=True):
            sums += np.bincount(links.raters, each, len(sums))
        return sums.reshape(self.size, self.size)

    def squares_by_prompt(self, slopes: Floats) -> tuple[Floats, Ints]:
        """A rater's votes on one prompt hang together and are summed first; and the prompts of
        each rater."""
        _, first, prompt = np.unique(
            codes_of(self.prompts, self.raters), return_index=True, return_inverse=True
        )
        sums, whose = np.bincount(prompt, slopes), self.raters[first]
        squares = np.asarray(np.bincount(whose, sums**2, self.size), dtype=np.float64)
        return squares, np.bincount(whose, minlength=self.size)


def told_of(cells: Cells, mixture: Mixture) -> Told:
    """Of cells without ties."""
    size, toward = len(mixture.eta), toward_of(mixture.spread)
    columns: list[tuple[Ints, Ints, Floats, Floats]] = []
    links: list[Links] = []
    start = 0
    for part, without in _without_each(cells, mixture):
        for turn, weights in zip(part.turns, without, strict=True):
            prompts = cells.prompts[part.cells][: len(turn)]
            said = np.where(turn % SAYINGS == FIRST, 1.0, 0.0)
            columns.append((prompts, turn // SAYINGS, said, weights @ toward))
        links.extend(_links(part, without, mixture, start))
        start += sum(len(turn) for turn in part.turns)
    prompts, raters, said, leans = (np.concatenate(each) for each in zip(*columns, strict=True))
    return Told(size, prompts, raters, said, np.clip(leans, SURE, 1 - SURE), links)


def _without_each(cells: Cells, mixture: Mixture) -> Iterator[tuple[Part, list[Floats]]]:
    """The chances of the nodes as the other votes leave them, (cells, nodes) for each turn."""
    chances = np.exp(tables_of(mixture).log_chance)
    for part in posterior_of(cells.turns, mixture):
        weights = part.weights.T.astype(np.float64)
        without = [weights[: len(turn)] / chances[turn] for turn in part.turns]
        yield part, [each / each.sum(axis=1, keepdims=True) for each in without]


def _links(part: Part, without: list[Floats], mixture: Mixture, start: int) -> Iterator[Links]:
    size, toward = len(mixture.eta), toward_of(mixture.spread)
    by_logit = np.repeat(mixture.eta * (1 - mixture.eta), SAYINGS)[:, None]
    slopes = tables_of(mixture).slope * by_logit
    starts = start + np.cumsum([0, *(len(turn) for turn in part.turns)])
    deviations = [each * (toward - (each @ toward)[:, None]) for each in without]
    for one, other in permutations(range(len(part.turns)), 2):
        n = min(len(part.turns[one]), len(part.turns[other]))
        beside = part.turns[other][:n]
        yield Links(
            slice(starts[one], starts[one] + n),
            slice(starts[other], starts[other] + n),
            beside // SAYINGS * size + part.turns[one][:n] // SAYINGS,
            np.einsum("cn,cn->c", deviations[one][:n], slopes[beside]),
        )
