"""What is told where nothing can be compared."""

import numpy as np

from annotate.stats.agreement.rankings import NOT_PLACED
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.slices import agreement_told
from tests.annotate.stats.agreement.judging import rows


def test_where_nobody_places_any_answer_nothing_is_told_and_nothing_fails() -> None:
    """Six tasks whose two answers both raters call unrankable."""
    rankings = rows(*[[NOT_PLACED] * 2] * 12, tasks=[each // 2 for each in range(12)])
    none = np.zeros(12, dtype=np.int64)

    told = agreement_told(
        Doubled(rankings, none, none, none, none + 2), rng=np.random.default_rng(7)
    )

    assert (told.slices, told.left_out, told.changes) == ([], [], [])
