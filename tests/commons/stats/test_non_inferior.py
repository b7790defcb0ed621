"""Several skills at once, none of which may be lost."""

import numpy as np
import pytest
from scipy.stats import norm

from commons.stats.non_inferior import Mean, chance_if_lost, not_shown


def test_the_p_value_is_the_normal_tail() -> None:
    mean = Mean(0.5, 0.05, 40)

    assert chance_if_lost(mean, 0.4) == pytest.approx(norm.sf(2.0))
    assert chance_if_lost(Mean(0.5, 0.0, 40), 0.4) == 0.0
    assert chance_if_lost(Mean(0.3, 0.0, 40), 0.4) == 1.0


def test_holm_asks_more_of_the_first_of_many() -> None:
    """Two errors above the floor: p = 0.023, below 0.05 alone but not below 0.05 / 3."""
    edge = Mean(0.5, 0.05, 40)
    clear = Mean(0.6, 0.05, 40)

    assert not_shown({"law": edge}, floor=0.4) == []
    assert not_shown({"law": edge, "logic": edge, "poetry": edge}, floor=0.4) == [
        "law",
        "logic",
        "poetry",
    ]
    assert not_shown({"law": edge, "logic": clear, "poetry": clear}, floor=0.4) == []


def test_a_loss_is_seldom_called_none() -> None:
    """Five skills that lie exactly at the floor: a false claim in at most one of twenty weeks."""
    draw = np.random.default_rng(3)
    weeks = 2000
    claims = 0
    for _ in range(weeks):
        wins = draw.normal(0.4, 0.3, size=(5, 60))
        means = {
            str(at): Mean(float(row.mean()), float(row.std(ddof=1) / 60**0.5), 60)
            for at, row in enumerate(wins)
        }
        claims += len(not_shown(means, floor=0.4)) < 5

    assert claims / weeks < 0.05 + 3.3 * (0.05 * 0.95 / weeks) ** 0.5
