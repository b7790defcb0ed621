"""The covariance of consistencies: the sandwich of a composite likelihood, by prompt.

The slope of a pair's log-likelihood by η is the mean of its votes' slopes over what they together
say about the answers' difference. Outer products of slopes, summed over pairs, are the information
(Berndt, Hall, Hall and Hausman 1974, "Estimation and Inference in Nonlinear Structural Models"),
and summed over prompts what the slopes really vary by: pairs of one ranking hang together.
"""

import numpy as np

from annotate.stats.arrays import Floats, Ints, codes_of
from annotate.stats.reliability.mixture import Mixture, Part, Tables, posterior_of, tables_of
from annotate.stats.reliability.votes import SAYINGS, Cells


class _Sums:
    """Information (raters, raters), and the slope of every vote."""

    def __init__(self, raters: int) -> None:
        self.information = np.zeros((raters, raters))
        self.prompts: list[Ints] = []
        self.raters: list[Ints] = []
        self.slopes: list[Floats] = []

    def add(self, cells: Cells, part: Part, tables: Tables) -> None:
        size = len(self.information)
        weights = part.weights.T.astype(np.float64)  # (cells, nodes)
        earlier: list[tuple[Ints, Floats]] = []
        for turn in part.turns:
            n, rater = len(turn), turn // SAYINGS
            slope = np.einsum("cn,cn->c", weights[:n], tables.slope[turn])
            self.information.flat[:: size + 1] += np.bincount(rater, slope**2, size)
            for other, then in earlier:
                pairs = rater * size + other[:n]
                both = np.bincount(pairs, slope * then[:n], size**2).reshape(size, size)
                self.information += both + both.T
            earlier.append((rater, slope))
            self.prompts.append(cells.prompts[part.cells][:n])
            self.raters.append(rater)
            self.slopes.append(slope)

    def outer(self) -> Floats:
        """The sum over prompts of the outer product of the prompt's slopes."""
        prompts, raters = np.concatenate(self.prompts), np.concatenate(self.raters)
        cell = codes_of(prompts, raters)
        first = np.unique(cell, return_index=True)[1]  # by prompt: what shares one stands together
        slopes = np.bincount(cell, np.concatenate(self.slopes))
        prompt, rater = prompts[first], raters[first]
        size = len(self.information)
        outer = np.zeros_like(self.information)
        outer.flat[:: size + 1] = np.bincount(rater, slopes**2, size)
        for apart in range(1, int(np.bincount(prompt).max())):
            same = prompt[apart:] == prompt[:-apart]
            pairs = rater[apart:][same] * size + rater[:-apart][same]
            products = slopes[apart:][same] * slopes[:-apart][same]
            both = np.bincount(pairs, products, size**2).reshape(size, size)
            outer += both + both.T
        return outer


def covariance_of(cells: Cells, mixture: Mixture, curvature: Floats) -> Floats:
    """Of the logits of η, (raters, raters).

    ``curvature`` is that of the prior, on this scale, and counts like data. A rater's own slopes
    vary by at least what the model says: with few prompts, less is chance.
    """
    sums, tables = _Sums(len(mixture.eta)), tables_of(mixture)
    for part in posterior_of(cells.turns, mixture):
        sums.add(cells, part, tables)
    scale = mixture.eta * (1 - mixture.eta)
    bread, meat = (each * np.outer(scale, scale) for each in (sums.information, sums.outer()))
    own = np.diag_indices_from(bread)
    meat[own] = np.maximum(meat[own], bread[own]) + curvature
    bread[own] += curvature
    inverse = np.linalg.inv(bread)
    return np.asarray(inverse @ meat @ inverse, dtype=np.float64)
