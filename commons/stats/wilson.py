"""An interval for a share."""

import math
from statistics import NormalDist


def wilson(share: float, trials: float, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval (1927) of a share of ``trials``, which may be an effective number."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    reach *= z / (1 + z * z / trials)
    return max(0.0, middle - reach), min(1.0, middle + reach)
