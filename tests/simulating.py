"""Whether intervals hold a truth that is known, as often as they say."""

from collections.abc import Iterable

from scipy import stats

MANY = 2_000  # replications from which the share itself is looked at


def assert_covers(held: Iterable[bool], level: float = 0.95) -> None:
    """Of few intervals the 99.9 % binomial limits are asked for, of many two points either way."""
    each = list(held)
    share = sum(each) / len(each)
    if len(each) >= MANY:
        least, most = level - 0.02, level + 0.02
    else:
        low, high = stats.binom.interval(0.999, len(each), level)
        least, most = low / len(each), high / len(each)
    assert least <= share <= most, f"{share:.1%} of {len(each)} intervals hold the truth"
