import numpy as np
import pytest

from annotate.stats.reliability.consistency import Consistencies, consistencies_of
from annotate.stats.reliability.information import told_of
from annotate.stats.reliability.intervals import Profile
from annotate.stats.reliability.mixture import Mixture
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import FIRST, SECOND, TIE, Votes, cells_of
from commons.stats.errors import NotEnoughData
from tests.annotate.stats.reliability.voting import voted
from tests.simulating import assert_covers

ETA = np.array([0.5, 0.6, 0.75, 0.85, 0.9, 0.95])


def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def found(given: Votes) -> Consistencies:
    return consistencies_of(cells_of(given), prior=Prior(), tolerance=1e-3)


def unanimous(prompts: int, *, raters: int = 3, against: int = 0) -> Votes:
    """All say that the first answer is the better one, but for the last ``against`` raters."""
    said = np.where(np.arange(raters) < raters - against, FIRST, SECOND)
    prompt = np.repeat(np.arange(prompts), raters)
    rater, votes = np.tile(np.arange(raters), prompts), np.tile(said, prompts)
    return Votes(prompt, np.zeros_like(prompt), np.ones_like(prompt), rater, votes)


@pytest.mark.parametrize(("prompts", "answers"), [(200, 2), (200, 4), (600, 2), (600, 4)])
def test_intervals_hold_the_truth_up_to_raters_near_1(
    replications: int, prompts: int, answers: int
) -> None:
    """Three votes on every pair, by a crowd of six that goes from a coin to 0.95."""
    rng = generator()
    cells = (
        cells_of(voted(rng, prompts=prompts, eta=ETA, each=3, answers=answers)[0])
        for _ in range(replications)
    )

    fits = [consistencies_of(each, prior=Prior(), tolerance=1e-3) for each in cells]

    held = np.array([(each.lows <= ETA) & (each.highs >= ETA) for each in fits])
    for rater in held.T.tolist():
        assert_covers(rater)


def test_the_estimate_is_in_its_interval() -> None:
    for answers in (2, 3):
        fit = found(voted(generator(), prompts=60, eta=ETA, each=3, answers=answers)[0])

        assert ((fit.lows <= fit.values) & (fit.values <= fit.highs)).all()
        assert (fit.lows < fit.highs).all()


def test_who_is_never_contradicted_may_be_perfect() -> None:
    fit = found(unanimous(500))

    assert fit.highs.tolist() == [1, 1, 1]
    assert (fit.lows < 0.95).all()  # likelier than of perfect raters: the spread does not fit


def test_who_always_contradicts_may_be_perfectly_wrong() -> None:
    fit = found(unanimous(500, raters=4, against=1))

    assert fit.lows[3] == 0
    assert fit.highs[3] < 0.5


def test_of_votes_beside_nobody_elses_nothing_is_known() -> None:
    alone = Votes(*np.array([[each, 0, 1, 0, FIRST] for each in range(300)]).T)

    fit = found(alone)

    assert (fit.lows[0], fit.highs[0]) == (0, 1)


def test_a_tie_says_nothing_of_who_gave_it() -> None:
    given, _ = voted(generator(), prompts=400, eta=ETA, each=3, nearer=1.0)
    strict = given.said != TIE
    columns = (given.prompts, given.first, given.second, given.raters, given.said)

    with_ties, without = found(given), found(Votes(*(each[strict] for each in columns)))

    assert 0.2 < 1 - strict.mean() < 0.4
    assert with_ties.values.tolist() == without.values.tolist()
    assert with_ties.lows.tolist() == without.lows.tolist()
    assert with_ties.lows[3] > with_ties.highs[0]


def test_of_ties_alone_nothing_is_found() -> None:
    with pytest.raises(NotEnoughData, match="tie"):
        found(Votes(*np.array([[0, 0, 1, rater, TIE] for rater in range(3)]).T))


def test_four_times_the_prompts_halve_the_interval() -> None:
    widths = [
        np.ptp([(fit.lows[2], fit.highs[2])])
        for prompts in (400, 1600)
        for fit in [found(voted(generator(), prompts=prompts, eta=ETA, each=3)[0])]
    ]

    assert widths[1] / widths[0] == pytest.approx(0.5, abs=0.1)


def test_the_slope_by_ones_own_worth_is_that_of_the_likelihood() -> None:
    """By differences of log ∫ P(one vote | d) P(another | d) φ(d) dd, where d ~ N(0, 2·1.5²) and
    the other vote's rater is worth 0.8."""
    told = told_of(cells_of(unanimous(1, raters=2)), Mixture(np.array([0.9, 0.8]), 1.5))
    apart = np.sqrt(2) * 1.5 * np.linspace(-8, 8, 4001)
    better, weight = 1 / (1 + np.exp(-apart)), np.exp(-(apart**2) / 9)

    def likelihood(eta: float) -> float:
        votes = [each * better + (1 - each) * (1 - better) for each in (eta, 0.8)]
        return float(np.log((weight * votes[0] * votes[1]).sum() / weight.sum()))

    chance = 0.5 + (2 * 0.6 - 1) * (told.toward[0] - 0.5)
    slope = (2 * told.toward[0] - 1) / chance

    differences = (likelihood(0.6 + 1e-5) - likelihood(0.6 - 1e-5)) / 2e-5
    assert slope == pytest.approx(differences, abs=1e-4)


def test_at_the_likeliest_worth_the_slope_is_nothing() -> None:
    """With all but a ten millionth of the imagined votes gone, and so nobody to move."""
    given, _ = voted(generator(), prompts=400, eta=ETA, each=3)
    nearly_nothing = Prior(2e-7, 1e-7)
    fit = consistencies_of(cells_of(given), prior=nearly_nothing, tolerance=1e-7)
    eta = np.clip(fit.values, 1e-3, 1 - 1e-3)

    told = told_of(cells_of(given), Mixture(eta, fit.spread))

    inner = eta < 0.97
    slopes = Profile(told, eta, nearly_nothing).slope_at(eta)
    assert inner.sum() >= 3
    assert np.abs(slopes[inner]).max() < 0.05
