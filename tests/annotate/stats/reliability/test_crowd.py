import numpy as np
import pytest

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.reliability.consistency import consistencies_of
from annotate.stats.reliability.crowd import crowd_bradley_terry
from annotate.stats.reliability.prior import Prior
from annotate.stats.reliability.votes import FIRST, SECOND, TIE, Votes, cells_of, votes_of
from commons.stats.bradley_terry import bradley_terry
from commons.stats.errors import InconsistentData, NotConverged, NotEnoughData
from tests.annotate.stats.reliability.voting import voted
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def votes(*rows: tuple[int, int, int, int, int]) -> Votes:
    return Votes(*np.array(rows).T)


def test_a_ranking_is_a_vote_on_every_two_answers_it_places() -> None:
    """[1, 0, 0, not placed]: the second beats the first, so does the third, these two are tied."""
    one = np.array([5])
    rankings = Rankings(one, one, one, np.array([[1, 0, 0, -1]], dtype=np.int8), np.ones(1))

    found = votes_of(rankings)

    rows = np.column_stack([found.first, found.second, found.said]).tolist()
    assert rows == [[0, 1, SECOND], [0, 2, SECOND], [1, 2, TIE]]


def test_a_vote_means_the_same_whichever_answer_stands_first() -> None:
    one = votes((0, 0, 1, 0, FIRST), (0, 0, 1, 1, FIRST), (0, 0, 1, 1, TIE))
    turned = votes((0, 1, 0, 0, SECOND), (0, 0, 1, 1, FIRST), (0, 1, 0, 1, TIE))

    assert [turn.tolist() for turn in cells_of(one).turns] == [
        turn.tolist() for turn in cells_of(turned).turns
    ]


def test_raters_by_coin_are_told_from_those_who_read() -> None:
    eta = np.array([0.95] * 7 + [0.5] * 3)
    given, _ = voted(generator(), prompts=600, eta=eta, each=4)

    found = crowd_bradley_terry(given).consistency

    assert found.lows[:7].min() > found.highs[7:].max()
    assert (found.lows[7:] < 0.5).all()
    assert (found.highs[7:] > 0.5).all()


def test_who_always_says_the_contrary_counts_the_other_way_round() -> None:
    eta = np.array([0.9, 0.9, 0.9, 0.9, 0.1])
    given, scores = voted(generator(), prompts=400, eta=eta, each=5)

    found = crowd_bradley_terry(given)

    assert found.consistency.highs[4] < 0.2
    best = found.scores.argmax(axis=1) == scores.argmax(axis=1)
    assert best.mean() > 0.7


def test_the_order_is_better_than_that_of_counted_wins() -> None:
    """With a third of the raters tossing coins."""
    eta = np.array([0.95] * 8 + [0.5] * 4)
    given, scores = voted(generator(), prompts=800, eta=eta, each=4, answers=4)

    found = crowd_bradley_terry(given).scores

    won = np.zeros(scores.shape)
    np.add.at(won, (given.prompts, given.first), given.said == FIRST)
    np.add.at(won, (given.prompts, given.second), given.said == SECOND)
    assert alike(found, scores) > alike(won, scores) + 0.03


def alike(one: np.ndarray, other: np.ndarray) -> float:
    one, other = (each - each.mean(axis=1, keepdims=True) for each in (one, other))
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def test_with_sure_raters_scores_are_bradley_terrys_drawn_to_the_middle() -> None:
    """With η near 1 and a wide prior the scores are those of ``commons.stats.bradley_terry``."""
    wins = np.array([[0, 8, 9], [4, 0, 7], [3, 5, 0]])
    rows = [
        (0, i, j, rater, FIRST)
        for i, j in np.argwhere(wins).tolist()
        for rater in range(wins[i, j])
    ]

    found = crowd_bradley_terry(votes(*rows), prior=Prior(1e9, 1.0), spread=100.0)

    assert found.scores[0] == pytest.approx(bradley_terry(wins).scores, abs=1e-3)


def test_a_tie_draws_two_answers_together() -> None:
    apart = crowd_bradley_terry(votes((0, 0, 1, 0, FIRST), (0, 0, 1, 1, FIRST)))
    nearer = crowd_bradley_terry(votes((0, 0, 1, 0, FIRST), (0, 0, 1, 1, TIE)))

    assert apart.scores[0, 0] > nearer.scores[0, 0] > 0
    assert apart.scores[0].sum() == pytest.approx(0, abs=1e-3)


def test_a_rater_of_twelve_votes_is_not_judged() -> None:
    given, _ = voted(generator(), prompts=2_000, eta=np.full(6, 0.85), each=3)
    twelve = (given.raters < 5) | (given.prompts < 8)
    columns = (given.prompts, given.first, given.second, given.raters, given.said)
    few = Votes(*(each[twelve] for each in columns))

    found = crowd_bradley_terry(few).consistency

    assert found.votes[5] < 15
    assert found.highs[5] - found.lows[5] > 0.3
    assert found.highs[0] - found.lows[0] < 0.2


def test_answers_that_nobody_voted_on_are_known_as_such() -> None:
    found = crowd_bradley_terry(votes((4, 0, 2, 0, FIRST), (9, 1, 0, 0, TIE)))

    assert found.prompts.tolist() == [4, 9]
    assert found.judged.tolist() == [[True, False, True], [True, True, False]]


def test_no_votes_are_no_ratings() -> None:
    with pytest.raises(NotEnoughData, match="no votes"):
        votes_of(Rankings(*(np.zeros(0, int),) * 3, np.zeros((0, 3), np.int8), np.zeros(0)))


def test_a_vote_on_one_answer_is_refused() -> None:
    with pytest.raises(InconsistentData, match="two different answers"):
        votes((0, 1, 1, 0, FIRST))


def test_a_search_that_is_cut_short_is_an_error() -> None:
    given, _ = voted(generator(), prompts=50, eta=np.full(4, 0.8), each=3)

    with pytest.raises(NotConverged, match="after 3 steps"):
        consistencies_of(cells_of(given), prior=Prior(), max_iterations=3)


def test_intervals_hold_the_truth(replications: int) -> None:
    """Ten raters, 300 prompts of four votes on each of three pairs; every rater in turn."""
    rng, eta = generator(), np.linspace(0.5, 0.85, 10)

    def held(who: int) -> bool:
        cells = cells_of(voted(rng, prompts=300, eta=eta, each=4)[0])
        found = consistencies_of(cells, prior=Prior(), tolerance=1e-3)
        return bool(found.lows[who] <= eta[who] <= found.highs[who])

    assert_covers(held(at % 10) for at in range(replications))
