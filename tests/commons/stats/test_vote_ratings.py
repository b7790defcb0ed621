import evalica
import numpy as np
import pytest

from commons.stats.bradley_terry import bradley_terry
from commons.stats.errors import Disconnected, InconsistentData, NotConverged, NotEnoughData
from commons.stats.vote_ratings import Contests, rate_votes, resampled_limits, resampled_ratings
from tests.simulating import assert_covers

SCORES = np.array([0.8, 0.2, -0.3, -0.7])


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def contests(
    rng: np.random.Generator, *, prompts: int, by_prompt: float = 0.0, style: float = 0.0
) -> Contests:
    """Three votes a prompt; ``by_prompt`` is how much its items' worth varies from the whole's."""
    prompt = np.repeat(np.arange(prompts), 3)
    first = rng.integers(0, 4, size=len(prompt))
    second = (first + rng.integers(1, 4, size=len(prompt))) % 4
    worth = SCORES + rng.normal(scale=by_prompt, size=(prompts, 4))
    longer = rng.normal(size=(len(prompt), 1))
    apart = worth[prompt, first] - worth[prompt, second] + style * longer[:, 0]
    won = (rng.random(len(prompt)) < 1 / (1 + np.exp(-apart))).astype(float)
    return Contests(first, second, won, prompt, longer if style else None)


def some_of(votes: Contests, which: np.ndarray) -> Contests:
    return Contests(votes.first[which], votes.second[which], votes.won[which], votes.prompts[which])


def test_scores_without_style_are_those_of_the_table_of_wins() -> None:
    votes = contests(generator(), prompts=300)
    wins = np.zeros((4, 4))
    np.add.at(wins, (votes.first, votes.second), votes.won)
    np.add.at(wins, (votes.second, votes.first), 1 - votes.won)

    found = rate_votes(votes)

    assert found.scores == pytest.approx(bradley_terry(wins).scores)
    assert found.errors == pytest.approx(bradley_terry(wins).errors, rel=0.1)


def test_scores_are_those_of_evalica() -> None:
    votes = contests(generator(), prompts=300)
    theirs = evalica.bradley_terry(
        votes.first.tolist(),
        votes.second.tolist(),
        [evalica.Winner.X if won else evalica.Winner.Y for won in votes.won],
        tolerance=1e-12,
        limit=10_000,
    ).scores.sort_index()

    logits = np.log(theirs.to_numpy())
    assert rate_votes(votes).scores == pytest.approx(logits - logits.mean(), abs=1e-5)


def test_what_length_does_is_taken_out() -> None:
    """Item 0 is no better than item 1; its answers are longer, and voters like that."""
    rng, n = generator(), 4_000
    longer = rng.normal(loc=1.0, size=(n, 1))
    won = (rng.random(n) < 1 / (1 + np.exp(-0.7 * longer[:, 0]))).astype(float)
    first, second = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)

    plain = rate_votes(Contests(first, second, won, np.arange(n)))
    found = rate_votes(Contests(first, second, won, np.arange(n), longer))

    assert plain.limits[0, 0] > 0.2
    low, high = found.limits[0]
    assert low < 0 < high
    assert found.style == pytest.approx([0.7], abs=0.15)


def test_votes_that_repeat_one_another_within_a_prompt_are_not_counted_twice() -> None:
    """Each vote three times over, on the same prompt: the same errors as once."""
    once = contests(generator(), prompts=400)
    thrice = some_of(once, np.repeat(np.arange(len(once.first)), 3))

    assert rate_votes(thrice).errors == pytest.approx(rate_votes(once).errors)


def test_half_a_win_for_a_tie_has_the_error_of_what_varies() -> None:
    """All ties: nothing varies from what is expected, so nothing is uncertain."""
    n = 50
    both = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    found = rate_votes(Contests(*both, np.full(n, 0.5), np.arange(n)))

    assert found.errors == pytest.approx([0, 0], abs=1e-12)


def test_errors_are_those_of_resampled_prompts() -> None:
    votes = contests(generator(), prompts=400, by_prompt=1.5, style=0.5)

    resampled = resampled_ratings(votes, rng=generator(), rounds=300)

    assert resampled.std(axis=0) == pytest.approx(rate_votes(votes).errors, rel=0.15)


def test_a_vote_of_no_weight_is_none() -> None:
    votes = contests(generator(), prompts=200)
    half = np.where(votes.prompts < 100, 1.0, 0.0)
    some = votes.prompts < 100

    weighted = rate_votes(
        Contests(votes.first, votes.second, votes.won, votes.prompts, weights=half)
    )

    assert weighted.scores == pytest.approx(rate_votes(some_of(votes, some)).scores)


def test_a_style_that_decides_every_vote_is_an_error() -> None:
    votes = contests(generator(), prompts=50)
    decides = (2 * votes.won - 1)[:, None]

    with pytest.raises(NotConverged, match="leave it out"):
        rate_votes(Contests(votes.first, votes.second, votes.won, votes.prompts, decides))


def test_an_item_that_never_lost_has_no_rating() -> None:
    both = np.array([0, 0]), np.array([1, 1])
    with pytest.raises(Disconnected):
        rate_votes(Contests(*both, np.ones(2), np.arange(2)))


def test_one_prompt_has_no_interval() -> None:
    both = np.array([0, 0]), np.array([1, 1])
    with pytest.raises(NotEnoughData, match="two prompts"):
        rate_votes(Contests(*both, np.array([0.0, 1.0]), np.zeros(2, dtype=np.int64)))


@pytest.mark.parametrize(("first", "won"), [(1, 1.0), (-1, 1.0), (0, 2.0)])
def test_impossible_contests_are_refused(first: int, won: float) -> None:
    with pytest.raises(InconsistentData):
        Contests(np.array([first]), np.array([1]), np.array([won]), np.array([0]))


def test_intervals_hold_the_truth(replications: int) -> None:
    """With style, three votes a prompt; every score and the style in turn."""
    rng, truth = generator(), np.append(SCORES, 0.5)

    def held(which: int) -> bool:
        low, high = rate_votes(contests(rng, prompts=200, style=0.5)).limits[which]
        return bool(low <= truth[which] <= high)

    assert_covers(held(at % 5) for at in range(replications))


def test_resampled_intervals_hold_the_truth(replications: int) -> None:
    """The same votes, and the interval that supposes no normal error; of 99 rounds, to be quick."""
    rng, truth = generator(), np.append(SCORES, 0.5)

    def held(which: int) -> bool:
        votes = contests(rng, prompts=200, style=0.5)
        low, high = resampled_limits(votes, rng=rng, rounds=99)[which]
        return bool(low <= truth[which] <= high)

    assert_covers(held(at % 5) for at in range(replications))


def test_a_resampling_that_leaves_an_item_without_a_win_has_no_interval() -> None:
    """Of 20 prompts one is what item 1 has won: a third of the resamplings leave it out."""
    both = np.zeros(20, dtype=np.int64), np.ones(20, dtype=np.int64)
    won = np.append(0.0, np.ones(19))

    with pytest.raises(NotConverged):
        resampled_limits(Contests(*both, won, np.arange(20)), rng=generator())
