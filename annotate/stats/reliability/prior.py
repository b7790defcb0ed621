"""What is imagined of every rater before anything is known."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Prior:
    """Beta(right, wrong) of η, as if each rater had cast so many votes before."""

    right: float = 2.0
    wrong: float = 1.0

    def log_density(self, logits: Floats) -> float:
        """Of the logits of η, but for a constant."""
        right, wrong = np.logaddexp(0, -logits).sum(), np.logaddexp(0, logits).sum()
        return float(-self.right * right - self.wrong * wrong)

    def slope(self, eta: Floats) -> Floats:
        """Of the logarithm of that density, by the logits."""
        return self.right - (self.right + self.wrong) * eta

    def curvature(self, eta: Floats) -> Floats:
        return (self.right + self.wrong) * eta * (1 - eta)
