"""Ratings of models out of the orders in which people put their answers."""

import math
import random

import pytest

from commons.stats.errors import Disconnected, NotEnoughData
from rewards.stats.leaderboard import ROUNDS, Answer, Ordered, leaderboard, votes_of

PLAIN = (3.0, 0.0)


def order(prompt: int, *tiers: str) -> Ordered:
    """Letters of a tier are models that it holds."""
    return Ordered(prompt, [[Answer(model, PLAIN) for model in tier] for tier in tiers])


def test_every_two_different_models_of_an_order_are_a_vote() -> None:
    """a above b and c, which are equal; the second a meets neither itself nor counts less."""
    votes = votes_of([order(1, "a", "bc"), order(2, "a", "a", "b")])

    told = [(vote.prompt, vote.first.model, vote.second.model, vote.won) for vote in votes]
    assert told == [
        (1, "a", "b", 1.0),
        (1, "a", "c", 1.0),
        (1, "b", "c", 0.5),
        (2, "a", "b", 1.0),
        (2, "a", "b", 1.0),
    ]


def test_two_models_by_hand() -> None:
    """a wins 30 of 40 prompts: log odds 3 = 1.0986 apart, so ±0.5493 around the mean. The sandwich
    of single votes is 1 / (40 · 3/4 · 1/4) for the difference, a quarter of that for each, times
    40/39: an error of 0.1849, and 1.96 of it each way."""
    votes = votes_of([order(at, "a", "b") if at % 4 else order(at, "b", "a") for at in range(40)])

    board = leaderboard(votes)

    first, second = board.rated
    half = math.log(3) / 2
    reach = 1.959964 * math.sqrt(40 / 39 / 7.5 / 4)
    assert (first.model, first.votes, first.best, first.worst) == ("a", 40, 1, 1)
    assert [first.value, second.value] == pytest.approx([half, -half])
    assert [first.low, first.high] == pytest.approx([half - reach, half + reach])
    assert (second.best, second.worst) == (2, 2)
    assert board.wins == {("a", "b"): 30.0, ("b", "a"): 10.0}
    assert (board.votes, board.prompts, board.style) == (40, 40, {})


def test_a_second_interval_comes_of_resampled_prompts_where_it_is_asked_for() -> None:
    """Of 400 prompts a wins three of four: both intervals are alike to a tenth of their width.
    Where b has won one of twenty, some resamplings leave that one out, and it has none."""
    many = votes_of([order(at, "a", "b") if at % 4 else order(at, "b", "a") for at in range(400)])
    few = votes_of([order(at, "a", "b") if at else order(at, "b", "a") for at in range(20)])

    first, second = leaderboard(many, rounds=ROUNDS).rated

    for each in (first, second):
        assert each.resampled is not None
        width = each.high - each.low
        assert each.resampled == pytest.approx((each.low, each.high), abs=width / 10)
        assert each.resampled != (each.low, each.high)
    assert leaderboard(many, rounds=ROUNDS).rated[0].resampled == first.resampled
    assert [each.resampled for each in leaderboard(few, rounds=ROUNDS).rated] == [None, None]
    assert [each.resampled for each in leaderboard(many).rated] == [None, None]


def test_what_the_votes_do_not_tell_shares_its_places() -> None:
    votes = votes_of([order(at, "a", "b") if at % 2 else order(at, "b", "a") for at in range(10)])

    assert [(each.best, each.worst) for each in leaderboard(votes).rated] == [(1, 2), (1, 2)]


def test_what_is_won_by_length_alone_is_taken_out() -> None:
    """Models are alike; the longer answer wins four times of five, and a's are longer by chance
    three times of four. With style it seems better, without it does not."""
    draw = random.Random(1)
    orders = []
    for prompt in range(1500):
        longer, shorter = ("a", "b") if draw.random() < 0.75 else ("b", "a")
        said = [Answer(longer, (6.0, 0.0)), Answer(shorter, (5.0, 0.0))]
        if draw.random() > 0.8:
            said.reverse()
        orders.append(Ordered(prompt, [[said[0]], [said[1]]]))

    board = leaderboard(votes_of(orders))

    found = {each.model: each for each in board.rated}
    assert found["a"].unstyled > 0.25
    assert abs(found["a"].value) < 0.15
    assert found["a"].low < 0 < found["a"].high
    assert set(board.style) == {"length"}


def test_a_style_that_decides_every_vote_is_left_in() -> None:
    """The longer answer always wins: there is no telling what the model adds."""
    said = [Answer("a", (6.0, 0.0)), Answer("b", (5.0, 0.0))]
    turned = [Answer("b", (6.0, 0.0)), Answer("a", (5.0, 0.0))]
    orders = [Ordered(at, [[x], [y]]) for at, (x, y) in enumerate([said, turned] * 10)]

    board = leaderboard(votes_of(orders))

    assert board.style == {}
    assert [each.value for each in board.rated] == [pytest.approx(0), pytest.approx(0)]


def test_too_few_votes_are_said() -> None:
    with pytest.raises(NotEnoughData):
        leaderboard([])
    with pytest.raises(Disconnected):
        leaderboard(votes_of([order(1, "a", "b"), order(2, "a", "b")]))
