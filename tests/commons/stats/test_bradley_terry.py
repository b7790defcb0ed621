import evalica
import numpy as np
import pytest

from commons.stats.bradley_terry import bradley_terry
from commons.stats.errors import Disconnected, InconsistentData, NotConverged, NotEnoughData
from tests.simulating import assert_covers

# American League East 1987; row beat column. Agresti (1990), "Categorical Data Analysis",
# table 10.10: Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Baltimore.
BASEBALL = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
]


def test_two_items_by_hand() -> None:
    """3 wins to 1: the scores are log 3 apart, and its variance is 1/3 + 1/1 (Woolf)."""
    found = bradley_terry([[0, 3], [1, 0]])

    assert found.scores == pytest.approx([np.log(3) / 2, -np.log(3) / 2])
    assert found.error_between(0, 1) == pytest.approx(np.sqrt(4 / 3))
    assert found.errors == pytest.approx([np.sqrt(4 / 3) / 2] * 2)


def test_the_baseball_table_of_the_literature() -> None:
    """Abilities against Baltimore and their errors as in Turner and Firth (2012), "Bradley-Terry

    Models in R: The BradleyTerry2 Package", section 2.
    """
    found = bradley_terry(BASEBALL)

    abilities = found.scores - found.scores[-1]
    errors = [found.error_between(team, 6) for team in range(6)]
    assert abilities == pytest.approx([1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0], abs=5e-5)
    assert errors == pytest.approx([0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319], abs=5e-5)


def test_the_scores_are_those_of_evalica() -> None:
    wins = np.array(BASEBALL)
    first, second = np.nonzero(wins)
    repeats = wins[first, second]

    theirs = evalica.bradley_terry(
        np.repeat(first, repeats).tolist(),
        np.repeat(second, repeats).tolist(),
        [evalica.Winner.X] * int(repeats.sum()),
        tolerance=1e-12,
        limit=10_000,
    ).scores.sort_index()

    logits = np.log(theirs.to_numpy())
    assert bradley_terry(BASEBALL).scores == pytest.approx(logits - logits.mean(), abs=1e-5)


def test_a_tie_is_half_a_win_to_each() -> None:
    """2 wins, 1 loss and 1 tie are 2.5 to 1.5."""
    found = bradley_terry([[0, 2.5], [1.5, 0]])

    assert found.scores[0] - found.scores[1] == pytest.approx(np.log(2.5 / 1.5))


def test_the_errors_are_those_of_a_simulation() -> None:
    """Where results are drawn from known scores, found ones scatter as widely as the errors say."""
    rng = np.random.default_rng(2)
    truth = np.array([1.0, 0.3, -0.2, -1.1])
    chance = 1 / (1 + np.exp(truth[None, :] - truth[:, None]))
    found = []
    for _ in range(500):
        upper = np.triu(rng.binomial(60, chance), 1)
        found.append(bradley_terry(upper + np.tril(60 - upper.T, -1)))

    scatter = np.std([ratings.scores for ratings in found], axis=0)
    stated = np.mean([ratings.errors for ratings in found], axis=0)
    assert stated == pytest.approx(scatter, rel=0.12)  # 500 draws know a deviation to 3 %


def test_lopsided_wins_still_converge() -> None:
    found = bradley_terry([[0.0, 1e6], [1.0, 0.0]])

    assert found.scores[0] - found.scores[1] == pytest.approx(np.log(1e6))


def test_wins_that_lead_whole_steps_astray_converge_by_halved_ones() -> None:
    """At the maximum everyone wins just as often as expected; whole steps end where all is flat."""
    wins = np.array(
        [
            [0, 0, 0, 314, 18998],
            [0, 0, 1, 1, 0],
            [4346, 280, 0, 1, 76],
            [0, 28, 0, 0, 10],
            [883, 0, 0, 3430, 0],
        ]
    )

    scores = bradley_terry(wins).scores

    chance = 1 / (1 + np.exp(scores[None, :] - scores[:, None]))
    expected = ((wins + wins.T) * chance).sum(axis=1)
    assert expected == pytest.approx(wins.sum(axis=1))


@pytest.mark.parametrize(
    ("wins", "why"),
    [
        ([[0, 5], [0, 0]], "never lost to items 1"),
        ([[0, 0], [5, 0]], "never beat items 1"),
        ([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], "items 2, 3"),
    ],
)
def test_items_that_no_chain_of_wins_ties_together_have_no_ratings(
    wins: list[list[int]], why: str
) -> None:
    with pytest.raises(Disconnected, match=why):
        bradley_terry(wins)


def test_a_search_that_is_cut_short_is_an_error_not_an_answer() -> None:
    with pytest.raises(NotConverged, match="within 2 steps"):
        bradley_terry(BASEBALL, max_iterations=2)


@pytest.mark.parametrize(
    "wins", [[[0, 1]], [[0, -1], [1, 0]], [[1, 1], [1, 0]], [[0, float("nan")], [1, 0]]]
)
def test_impossible_wins_are_refused(wins: list[list[float]]) -> None:
    with pytest.raises(InconsistentData):
        bradley_terry(wins)


def test_one_item_has_no_rating() -> None:
    with pytest.raises(NotEnoughData):
        bradley_terry([[0]])


def test_intervals_hold_the_truth(replications: int) -> None:
    """1,200 games among four, 200 of every two; each difference from the first in turn."""
    rng, truth = np.random.default_rng(7), np.array([1.0, 0.3, -0.2, -1.1])
    chance = 1 / (1 + np.exp(truth[None, :] - truth[:, None]))

    def held(other: int) -> bool:
        upper = np.triu(rng.binomial(200, chance), 1)
        found = bradley_terry(upper + np.tril(200 - upper.T, -1))
        apart = found.scores[0] - found.scores[other]
        return bool(abs(apart - truth[0] + truth[other]) <= 1.96 * found.error_between(0, other))

    assert_covers(held(1 + at % 3) for at in range(replications))
