import numpy as np
import pytest

from commons.stats.wilson import wilson
from tests.simulating import assert_covers


def test_nothing_of_ten_by_hand() -> None:
    """z² / (n + z²) = 3.8415 / 13.8415."""
    assert wilson(0.0, 10) == pytest.approx((0, 0.27753), abs=1e-5)


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_intervals_hold_the_truth(replications: int, share: float) -> None:
    drawn = np.random.default_rng(7).binomial(200, share, size=replications) / 200

    assert_covers(low <= share <= high for low, high in (wilson(each, 200) for each in drawn))
