import numpy as np
import pytest

from annotate.stats.reliability.votes import FIRST, SECOND, TIE
from annotate.stats.stopping import Stop, first_better, standing_of
from commons.stats.errors import InconsistentData


def test_with_answers_far_apart_it_is_bayes_by_hand() -> None:
    """Then σ is 0 or 1, and two votes of η .8 and .6, both for the first: .48 to .08."""
    chance = first_better(np.array([[FIRST, FIRST]]), np.array([[0.8, 0.6]]), spread=1e5)

    assert chance == pytest.approx([0.48 / (0.48 + 0.08)], abs=1e-6)


def test_no_votes_leave_what_was_expected() -> None:
    none = np.zeros(0, dtype=np.int64)

    even = standing_of(none, np.zeros(0))
    tilted = standing_of(none, np.zeros(0), expected=2.0)

    assert even.first_better == pytest.approx(0.5)
    assert (even.votes, even.stop) == (0, Stop.ASK)
    assert 0.7 < tilted.first_better < 0.9


def test_a_vote_by_coin_and_a_tie_leave_everything_as_it_is() -> None:
    coin = first_better(np.array([[FIRST]]), np.array([[0.5]]))
    tie = first_better(np.array([[TIE]]), np.array([[0.95]]))

    assert coin == pytest.approx([0.5])
    assert tie == pytest.approx([0.5])


def test_the_other_vote_is_the_other_answer() -> None:
    eta = np.array([[0.9, 0.7]])
    one = first_better(np.array([[FIRST, FIRST]]), eta)

    assert first_better(np.array([[SECOND, SECOND]]), eta) == pytest.approx(1 - one)


def test_it_stops_when_sure_and_when_enough() -> None:
    eta = np.full(5, 0.9)

    assert standing_of(np.full(3, FIRST), eta[:3]).stop is Stop.SURE
    assert standing_of(np.full(3, FIRST), eta[:3], least=4).stop is Stop.ASK
    mixed = np.array([FIRST, SECOND, FIRST, SECOND, FIRST])
    assert standing_of(mixed, eta).stop is Stop.ENOUGH
    assert standing_of(mixed, eta, most=6).stop is Stop.ASK


def test_a_vote_without_its_rater_is_refused() -> None:
    with pytest.raises(InconsistentData, match="consistency"):
        first_better(np.zeros((1, 2), dtype=np.int64), np.zeros((1, 1)))


def test_what_it_says_comes_true_as_often_as_it_says() -> None:
    rng, pairs = np.random.default_rng(7), 40_000
    apart = rng.normal(scale=1.5 * np.sqrt(2), size=(pairs, 1))
    eta = rng.choice([0.5, 0.7, 0.95], size=(pairs, 3))
    toward = 1 / (1 + np.exp(-apart))
    said = np.where(rng.random((pairs, 3)) < eta * toward + (1 - eta) * (1 - toward), FIRST, SECOND)

    chance = first_better(said, eta)

    for low in (0.1, 0.3, 0.5, 0.7, 0.9):
        some = (chance >= low - 0.1) & (chance < low + 0.1)
        assert (apart[some, 0] > 0).mean() == pytest.approx(chance[some].mean(), abs=0.02)


def test_as_right_as_three_votes_with_six_of_ten() -> None:
    """Three of ten raters toss coins, and it is known who. The majority of three votes counts
    theirs; who stops when sure asks once more where the first vote was a coin."""
    rng, pairs, most = np.random.default_rng(7), 20_000, 5
    apart = rng.normal(scale=1.5 * np.sqrt(2), size=(pairs, 1))
    eta = np.where(rng.random((pairs, most)) < 0.3, 0.5, 0.95)
    toward = 1 / (1 + np.exp(-apart))
    said = np.where(rng.random((pairs, most)) < eta * toward + (1 - eta) * (1 - toward), 0, 1)

    believed, asked = np.zeros(pairs), np.full(pairs, most)
    for votes in range(most, 0, -1):
        chance = first_better(said[:, :votes], eta[:, :votes])
        stops = np.maximum(chance, 1 - chance) >= (0.75 if votes < most else 0)
        believed[stops], asked[stops] = chance[stops], votes

    majority = (said[:, :3] == FIRST).sum(axis=1) > 1
    better = apart[:, 0] > 0
    assert ((believed > 0.5) == better).mean() >= (majority == better).mean()
    assert asked.sum() <= 0.6 * 3 * pairs
