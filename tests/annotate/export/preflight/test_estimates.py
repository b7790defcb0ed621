import pytest
from scipy.stats import binomtest

from annotate.export.preflight.estimates import Share, share_of
from annotate.export.preflight.kept import Groups
from commons.stats.wilson import wilson


def groups(*sums):
    made = Groups()
    for key, (hits, trials) in enumerate(sums):
        made.hear(key, hits, trials)
    return made


def test_wilsons_interval_is_that_of_scipy():
    other = binomtest(7, 20).proportion_ci(0.95, method="wilson")

    assert wilson(0.35, 20) == pytest.approx((other.low, other.high))


def test_pairs_that_agree_within_prompts_count_as_prompts():
    """Two prompts of 10 all hit, two of 10 none: r = 1/2, v = 4/3 · 4 · 25 / 1600 = 1/12, so that
    40 pairs count as (1/4) / (1/12) = 3."""
    found = share_of(groups((10, 10), (10, 10), (0, 10), (0, 10)))

    low, high = wilson(0.5, 3)
    assert (found.value, found.of, found.groups) == (0.5, 40, 4)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_pairs_never_count_as_more_than_they_are():
    """Every prompt is split in half: between them there is no variance at all."""
    found = share_of(groups((1, 2), (1, 2), (1, 2)))

    assert (found.low, found.high) == pytest.approx(wilson(0.5, 6))


def test_where_every_pair_hits_prompts_are_counted():
    found = share_of(groups((5, 5), (5, 5), (5, 5)))

    assert found == Share(1, *wilson(1, 3), 0.95, 15, 3)
    assert found.low < 1


def test_one_prompt_has_a_share_and_no_interval():
    assert share_of(groups((2, 3))) == Share(2 / 3, None, None, 0.95, 3, 1)


def test_nothing_has_no_share():
    assert share_of(groups((0, 0))) is None
