"""The rankings of which agreement is told, in the order in which they were made."""

from dataclasses import dataclass, replace

import numpy as np

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.arrays import Flags, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Doubled:
    """Rankings of tasks that several people judged, with what a slice is cut by.

    ``skills`` and ``languages`` are numbers of the reader's; ``weeks`` count from whenever the
    reader likes; ``sizes`` are how many answers were offered. One entry for each ranking.
    """

    rankings: Rankings
    skills: Ints
    languages: Ints
    weeks: Ints
    sizes: Ints

    def __len__(self) -> int:
        return len(self.skills)

    def where(self, kept: Flags) -> "Doubled":
        """Some of the rankings; the order stays."""
        given = self.rankings
        rankings = replace(
            given,
            tasks=given.tasks[kept],
            prompts=given.prompts[kept],
            raters=given.raters[kept],
            tiers=given.tiers[kept],
            weights=given.weights[kept],
            strengths=None if given.strengths is None else given.strengths[kept],
        )
        columns = (self.skills, self.languages, self.weeks, self.sizes)
        return Doubled(rankings, *(each[kept] for each in columns))

    def without(self, raters: Ints) -> "Doubled":
        """What the others said."""
        return self.where(np.asarray(~np.isin(self.rankings.raters, raters), dtype=np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Answers to one question about an answer (a flag, a rating), of doubled tasks.

    ``values`` are what was said, whole numbers; what was not answered has no entry.
    """

    units: Ints  # (n,) which answer of which task
    raters: Ints
    prompts: Ints
    values: Ints
    weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]

    def without(self, raters: Ints) -> "Marked":
        kept = ~np.isin(self.raters, raters)
        return Marked(
            self.units[kept],
            self.raters[kept],
            self.prompts[kept],
            self.values[kept],
            self.weights[kept],
        )
