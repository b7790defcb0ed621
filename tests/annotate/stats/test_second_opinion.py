"""The chance of a second opinion, from the consistency of whoever gave the first."""

import numpy as np
import pytest

from annotate.stats.second_opinion import LEAST, chance_of_second


@pytest.mark.parametrize(
    ("consistency", "chance"),
    [(1.0, 0.1), (0.95, 0.1), (0.725, 0.3), (0.5, 0.5), (0.2, 0.5)],
)
def test_it_rises_from_the_floor_to_the_most(consistency: float, chance: float) -> None:
    """0.725 lies halfway between sure (0.95) and a coin (0.5): halfway between 0.1 and 0.5."""
    assert chance_of_second(consistency, floor=0.1, most=0.5) == pytest.approx(chance)


def test_every_item_has_some_chance() -> None:
    assert chance_of_second(1.0, floor=0.0, most=0.5) == LEAST
    assert chance_of_second(0.5, floor=0.4, most=0.3) == 0.4


def test_agreement_weighted_by_it_is_that_of_all_items() -> None:
    """Half of the first raters are surely consistent and agreed with in 9 of 10 items, half are
    coins and agreed with in 5 of 10: 0.7 in all. Of the items that are drawn the mean is 0.56 (the
    coins are drawn five times as often: (0.9 + 5 * 0.5) / 6 = 0.567); weighted it is 0.7, within
    four standard errors of the draw."""
    rng = np.random.default_rng(5)
    n = 40_000
    coins = np.arange(n) % 2 == 1
    chance = np.array([chance_of_second(0.5 if c else 1.0, floor=0.1, most=0.5) for c in coins])
    agrees = rng.random(n) < np.where(coins, 0.5, 0.9)
    drawn = rng.random(n) < chance

    plain = agrees[drawn].mean()
    weighted = np.average(agrees[drawn], weights=1 / chance[drawn])

    assert plain == pytest.approx(0.567, abs=0.025)
    assert weighted == pytest.approx(0.7, abs=0.025)
