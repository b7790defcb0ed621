import numpy as np
import pytest
from scipy import stats

from annotate.stats.bias.many import benjamini_hochberg, holm
from commons.stats.errors import InconsistentData

# Benjamini and Hochberg (1995), section 4: fifteen tests of a trial of heart attacks.
FOUND = "1 4 19 95 201 278 298 344 459 3240 4262 5719 6528 7590 10000"  # of ten thousand
TRIAL = np.array(FOUND.split(), dtype=np.float64) / 10_000


def test_the_trial_of_the_literature() -> None:
    """At .05 they reject four by the false discovery rate; Bonferroni, and Holm, three."""
    assert (benjamini_hochberg(TRIAL) <= 0.05).sum() == 4
    assert (holm(TRIAL) <= 0.05).sum() == 3


def test_order_is_kept_and_the_figures_are_those_of_scipy() -> None:
    mixed = np.random.default_rng(7).permutation(TRIAL)

    assert benjamini_hochberg(mixed) == pytest.approx(stats.false_discovery_control(mixed))


def test_holm_by_hand() -> None:
    """Sorted .01, .02, .03 times 3, 2, 1: .03, .04, .03; none less than the one before."""
    assert holm(np.array([0.03, 0.01, 0.02])) == pytest.approx([0.04, 0.03, 0.04])


@pytest.mark.parametrize("correct", [holm, benjamini_hochberg])
def test_an_undefined_chance_is_refused(correct) -> None:
    with pytest.raises(InconsistentData, match="undefined"):
        correct(np.array([0.1, np.nan]))
