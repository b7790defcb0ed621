"""κ of each question about an answer: of flags by being alike, of ratings by how far grades lie
apart. Of every two raters, and of all of them together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from annotate.stats.agreement.kappa import Kappas, Penalty, weighted_kappas
from annotate.stats.agreement.overall_kappa import OverallKappa, overall_kappa
from annotate.stats.quality.doubled import Marked
from annotate.stats.quality.facets import Slice
from commons.stats.errors import StatisticsError

FLAG, RATING = "flag", "rating"
PENALTIES = {FLAG: Penalty.NOMINAL, RATING: Penalty.QUADRATIC}
BY_CHANCE = 0.0
Found = TypeVar("Found")
ByQuestion = Mapping[str, Mapping[str, Found]]  # by FLAG or RATING, then by the question's name


@dataclass(frozen=True, slots=True, eq=False)
class KappasTold:
    """What is undefined is left out."""

    pairs: ByQuestion[Kappas]
    whole: ByQuestion[OverallKappa]

    def slices(self) -> Iterator[Slice]:
        for facet, named in self.whole.items():
            for name, found in named.items():
                yield Slice("kappa", facet, (), name, found.estimate, BY_CHANCE)

    def agreed(self) -> dict[str, dict[str, list[float]]]:
        """How far people agreed on each question, and would by chance: of what each κ is made."""
        return {
            facet: {name: [found.agreed, found.by_chance] for name, found in named.items()}
            for facet, named in self.whole.items()
        }

    def spreads(self, facet: str) -> dict[str, dict[str, float]]:
        """Of each question how κ of every two raters spreads."""
        return {
            name: {
                "pairs": len(found.values),
                "median": float(np.median(found.values)),
                "lowest": float(found.values.min()),
                "highest": float(found.values.max()),
            }
            for name, found in self.pairs[facet].items()
            if len(found.values)
        }


def kappas_told(flags: Mapping[str, Marked], ratings: Mapping[str, Marked]) -> KappasTold:
    asked = {FLAG: flags, RATING: ratings}
    return KappasTold(
        {facet: _each(said, _of_pairs, PENALTIES[facet]) for facet, said in asked.items()},
        {facet: _each(said, _of_all, PENALTIES[facet]) for facet, said in asked.items()},
    )


def _each(
    questions: Mapping[str, Marked], of: Callable[[Marked, Penalty], Found], penalty: Penalty
) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for name, said in questions.items():
        with suppress(StatisticsError):
            found[name] = of(said, penalty)
    return found


def _of_pairs(said: Marked, penalty: Penalty) -> Kappas:
    grades = said.values - int(said.values.min(initial=0))
    return weighted_kappas(said.units, said.raters, grades, said.prompts, penalty=penalty)


def _of_all(said: Marked, penalty: Penalty) -> OverallKappa:
    grades = said.values - int(said.values.min(initial=0))
    distance = penalty.between(int(grades.max(initial=0)) + 1)
    return overall_kappa(
        said.units, said.raters, grades, said.prompts, said.weights, distance=distance
    )
