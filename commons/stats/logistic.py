"""The logistic function, σ: from a logit to a chance."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FARTHEST = 700.0  # beyond it exp overflows, and the chance is 0 or 1 to the last digit


def logistic(logits: Floats) -> Floats:
    """1 / (1 + exp(-logit))."""
    return np.asarray(1 / (1 + np.exp(np.clip(-logits, -FARTHEST, FARTHEST))), dtype=np.float64)
