"""Pairs are drawn by need with chances that are known, and a pair is settled by its interval."""

import numpy as np
import pytest

from rewards.stats.contests import (
    NEVER_MET,
    all_pairs,
    draw_pairs,
    meetings_of,
    pair_chances,
    pairs_in_need,
)
from rewards.stats.leaderboard import Answer, Vote, leaderboard

A, B, C = (Answer(name, (0.0, 0.0)) for name in "abc")


def test_two_votes_on_one_prompt_are_one_trial():
    """One prompt 1 and 1/2, one prompt 0 as b sees it against a: a won 0.75 and 1, so 0.875."""
    votes = [Vote(1, A, B, 1.0), Vote(1, A, B, 0.5), Vote(2, B, A, 0.0)]

    found = meetings_of(votes)[("a", "b")]

    assert (found.votes, found.prompts, found.won) == (3, 2, 0.875)
    assert found.turned().won == 0.125
    assert (found.turned().low, found.turned().high) == (1 - found.high, 1 - found.low)


def test_a_pair_is_in_need_until_its_interval_is_narrow_enough():
    """Of 100 prompts, half won: Wilson's interval is 0.404 to 0.596, so 0.192 wide."""
    votes = [Vote(number, A, B, float(number % 2)) for number in range(100)]
    known = meetings_of(votes)
    wanted = [("a", "b"), ("a", "c")]

    assert known[("a", "b")].width == pytest.approx(0.192, abs=5e-4)
    assert pairs_in_need(wanted, known, narrow_enough=0.2) == [("a", "c")]
    assert pairs_in_need(wanted, known, narrow_enough=0.19) == wanted
    assert NEVER_MET.width == 1


def test_a_share_goes_to_the_needy_and_the_rest_evenly_to_all():
    """Three pairs, one in need: 0.7 + 0.3 / 3 = 0.8 for it, 0.1 for each other one."""
    pairs = all_pairs({"c", "a", "b"})

    chances = pair_chances(pairs, [("a", "c")], by_need=0.7)

    assert chances == {
        ("a", "b"): pytest.approx(0.1),
        ("a", "c"): pytest.approx(0.8),
        ("b", "c"): pytest.approx(0.1),
    }
    assert list(pair_chances(pairs, [], by_need=0.7).values()) == [pytest.approx(1 / 3)] * 3


def test_pairs_are_drawn_as_often_as_their_chances_say():
    """10,000 draws at 0.8: 8,000 expected, with a standard deviation of 40."""
    chances = {("a", "b"): 0.2, ("a", "c"): 0.8}

    drawn = draw_pairs(chances, 10_000, np.random.default_rng(7))

    assert abs(drawn.count(("a", "c")) - 8000) < 160


def test_weighed_by_its_chance_a_pair_that_met_often_decides_no_more():
    """a beats b in 3 of 4, b beats c in 3 of 4, but c beats a in 3 of 4: a circle, so all are
    equal where each pair counts alike. Counted as they came, the pair that met thrice as often
    (a, b) would lift a above b."""
    often = [Vote(number, A, B, float(number % 4 > 0), weight=1 / 0.6) for number in range(24)]
    others = [Vote(24 + n, B, C, float(n % 4 > 0), weight=1 / 0.2) for n in range(8)]
    others += [Vote(32 + n, C, A, float(n % 4 > 0), weight=1 / 0.2) for n in range(8)]
    plain = [Vote(v.prompt, v.first, v.second, v.won) for v in often + others]

    weighed = {each.model: each.value for each in leaderboard(often + others).rated}
    unweighed = {each.model: each.value for each in leaderboard(plain).rated}

    assert weighed == {name: pytest.approx(0, abs=1e-6) for name in "abc"}
    assert unweighed["a"] - unweighed["b"] > 0.2
