"""Some of many are drawn with chances that are known and kept."""

import numpy as np
import pytest

from commons.stats.errors import InconsistentData
from commons.stats.inclusion import drawn_by_chance, inclusion_chances


def test_a_part_is_chance_alone_and_the_rest_goes_by_size() -> None:
    """Two of four, a half at random: 1/4 each, and of the other one 1/10, 2/10, 3/10, 4/10."""
    chances = inclusion_chances(np.array([1.0, 2.0, 3.0, 4.0]), 2, at_random=0.5)

    assert chances == pytest.approx([0.35, 0.45, 0.55, 0.65])


def test_what_would_pass_one_is_certain_and_the_rest_shares_what_is_left() -> None:
    """Two by size alone of 8, 1, 1: 1.6 is 1, and one is left for two alike."""
    assert inclusion_chances(np.array([8.0, 1.0, 1.0]), 2) == pytest.approx([1, 0.5, 0.5])


def test_without_sizes_all_are_alike_and_few_are_all_drawn() -> None:
    assert inclusion_chances(np.zeros(4), 1) == pytest.approx([0.25] * 4)
    assert inclusion_chances(np.array([0.0, 5.0]), 3, at_random=0.1) == pytest.approx([1, 1])
    assert len(inclusion_chances(np.zeros(0), 3)) == 0


def test_nothing_is_left_out_for_ever_while_a_share_is_chance() -> None:
    chances = inclusion_chances(np.array([0.0, 1e9, 1.0]), 1, at_random=0.3)

    assert chances.min() == pytest.approx(0.1)
    assert chances.sum() == pytest.approx(1)


@pytest.mark.parametrize("sizes", [[-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_odd_sizes_are_refused(sizes: list[float]) -> None:
    with pytest.raises(InconsistentData, match="sizes must be finite"):
        inclusion_chances(np.array(sizes), 1)


def test_exactly_as_many_are_drawn_each_as_often_as_its_chance_says() -> None:
    """4,000 draws: three errors of a share of 1/2 are 0.024."""
    chances = inclusion_chances(np.array([1.0, 2.0, 3.0, 4.0, 90.0]), 3, at_random=0.2)
    rng = np.random.default_rng(1)
    counts = np.zeros(5)

    for _ in range(4000):
        drawn = drawn_by_chance(chances, rng=rng)
        assert len(drawn) == 3
        assert list(drawn) == sorted(set(drawn))
        counts[drawn] += 1

    assert counts / 4000 == pytest.approx(chances, abs=0.025)


def test_a_total_is_estimated_without_bias() -> None:
    """Horvitz and Thompson 1952: the mean of Σ value / chance over draws is the total, 55."""
    values = np.arange(1.0, 11.0)
    chances = inclusion_chances(values**2, 4, at_random=0.3)
    rng = np.random.default_rng(2)

    found = []
    for _ in range(3000):
        drawn = drawn_by_chance(chances, rng=rng)
        found.append((values[drawn] / chances[drawn]).sum())

    assert np.mean(found) == pytest.approx(55, abs=3 * np.std(found) / np.sqrt(3000))
