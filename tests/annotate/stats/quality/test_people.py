"""What is found of each rater does not hang on what is found of anything else."""

import numpy as np
import pytest

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.quality import people
from annotate.stats.quality.people import Person, people_of
from annotate.stats.reliability.consistency import SPREAD, Consistencies, consistencies_of
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import Cells
from commons.stats.errors import NotConverged


def alike(tasks: int) -> Rankings:
    """Three raters who order three answers of each task in the same way."""
    task = np.repeat(np.arange(tasks), 3)
    rng = np.random.default_rng(7)
    tiers = np.repeat(np.argsort(rng.random((tasks, 3)), axis=1), 3, axis=0).astype(np.int8)
    return Rankings(task, task, np.tile(np.arange(3), tasks), tiers, np.ones(3 * tasks))


def found_in(judged: Rankings) -> dict[int, Person]:
    return people_of(None, judged, {}, rng=np.random.default_rng(7))


def test_where_a_wider_spread_finds_nothing_the_narrower_figure_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged, spreads = alike(200), []

    def narrow_only(cells: Cells, *, prior: Prior, spread: float = SPREAD) -> Consistencies:
        spreads.append(spread)
        if spread > SPREAD:
            raise NotConverged("too wide.")
        return consistencies_of(cells, prior=prior, spread=spread)

    monkeypatch.setattr(people, "consistencies_of", narrow_only)
    found = found_in(judged)

    assert spreads == [SPREAD, 2 * SPREAD, 4 * SPREAD]
    etas = [found[rater].consistency for rater in range(3)]
    assert all(each is not None and each.value > 0.95 and each.n == 200 for each in etas)


def test_consistency_is_told_though_no_scores_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores of answers are of no rater, and nobody asks for them here."""
    monkeypatch.setattr("annotate.stats.reliability.crowd.STEPS", 0)

    found = found_in(alike(200))

    assert all(found[rater].consistency is not None for rater in range(3))
