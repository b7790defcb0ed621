import numpy as np
import pytest

from commons.stats.logistic import logistic


def test_a_logit_is_the_logarithm_of_odds() -> None:
    """Odds of 3 to 1 are 3/4; even odds 1/2; and nothing overflows."""
    found = logistic(np.array([np.log(3), 0.0, -1e6, 1e6]))

    assert found == pytest.approx([0.75, 0.5, 0.0, 1.0])
