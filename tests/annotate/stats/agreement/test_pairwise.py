from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.pairwise import (
    agreement_by_strength,
    chance_of,
    pairwise,
    pairwise_agreement,
    tau_b,
    tie_share,
)
from annotate.stats.agreement.rankings import Rankings, doubles_of, tiers_of
from annotate.stats.arrays import codes_of
from commons.stats import agreement
from commons.stats.agreement import TieRule
from commons.stats.errors import InconsistentData, NotEnoughOverlap
from commons.stats.resampling import Sliced
from tests.annotate.stats.agreement.judging import rankings_by, rows
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def orders_of(rankings: Rankings) -> dict[str, list[agreement.Order]]:
    found: dict[str, list[agreement.Order]] = {}
    for task, tiers in zip(rankings.tasks, rankings.tiers, strict=True):
        order = [[str(a) for a in np.flatnonzero(tiers == t)] for t in range(tiers.max() + 1)]
        found.setdefault(str(task), []).append(order)
    return found


@pytest.mark.parametrize("ties", list(TieRule))
def test_it_is_the_figure_that_is_reckoned_one_by_one(ties: TieRule) -> None:
    rankings = rankings_by(generator(), tasks=60, raters=3, answers=4)

    found = pairwise_agreement(rankings, ties=ties, rng=generator()).estimate
    by_hand = agreement.pairwise_agreement(orders_of(rankings), ties=ties, rng=generator())

    assert found.value == pytest.approx(by_hand.value)
    assert found.n == by_hand.n
    assert (found.low, found.high) == pytest.approx((by_hand.low, by_hand.high), abs=0.02)


def test_each_rater_has_the_same_say_however_many_judged_the_task() -> None:
    """Three raters, two of them alike: 1 of 3, halved. Two alike: 1 of 1. (1/2 + 1) / (3/2 + 1)."""
    up, down = [0, 1], [1, 0]
    rankings = rows(up, up, down, up, up, tasks=[0, 0, 0, 1, 1])

    found = pairwise_agreement(rankings, ties=TieRule.DROP, rng=generator())

    assert found.estimate.value == pytest.approx(3 / 5)


def test_a_task_with_half_the_chance_to_be_doubled_counts_twice() -> None:
    """One task agrees, three do not; the one had half the chance: (2 · 1) / (2 · 1 + 3) = 2/5."""
    up, down = [0, 1], [1, 0]
    rankings = rows(
        up, up, up, down, up, down, down, up, tasks=[0, 0, 1, 1, 2, 2, 3, 3],
        weights=[2, 2, 1, 1, 1, 1, 1, 1],
    )  # fmt: skip

    found = pairwise_agreement(rankings, ties=TieRule.DROP, rng=generator())

    assert found.estimate.value == pytest.approx(2 / 5)


@pytest.mark.parametrize("ties", list(TieRule))
def test_raters_who_look_at_nothing_reach_the_level_of_chance(ties: TieRule) -> None:
    rankings = rankings_by(generator(), tasks=4_000, signal=0.0, tied=0.5, unplaced=0.0)

    found = pairwise_agreement(rankings, ties=ties, rng=generator())

    assert found.estimate.low < found.chance < found.estimate.high


def test_the_level_of_chance_by_hand() -> None:
    """A fifth of ties: by EXACT 0.04 + 0.64 / 2; by HALF 0.5 + 0.02."""
    assert chance_of(0.2, TieRule.EXACT) == pytest.approx(0.36)
    assert chance_of(0.2, TieRule.HALF) == pytest.approx(0.52)


def test_ties_are_counted_among_what_was_said_of_doubled_tasks() -> None:
    """Two of four; the third task has one rater, and what he ties is not compared."""
    rankings = rows([0, 0], [0, 1], [0, 0], [1, 0], [0, 0], tasks=[0, 0, 1, 1, 2])

    assert tie_share(rankings) == pytest.approx(2 / 4)


def test_tau_is_that_of_scipy() -> None:
    rankings = rankings_by(generator(), tasks=40, answers=5)
    taus = []
    for task in range(40):
        one, other = rankings.tiers[rankings.tasks == task]
        both = (one >= 0) & (other >= 0)
        taus.append(
            stats.kendalltau(one[both], other[both]).statistic if both.sum() > 1 else np.nan
        )

    found = tau_b(rankings).overall(rng=generator())

    assert found.value == pytest.approx(np.nanmean(taus))
    assert found.n == np.isfinite(taus).sum()


def test_a_double_in_which_one_ties_everything_has_no_tau() -> None:
    rankings = rows(
        [0, 0], [0, 1], [0, 1], [0, 1], [0, 1], [1, 0], tasks=[0, 0, 1, 1, 2, 2]
    )  # fmt: skip

    assert (tau_b(rankings).overall(rng=generator()).value, tau_b(rankings).counts[0]) == (0.0, 0.0)


def test_each_pair_of_raters_has_its_own_figure() -> None:
    """Raters 0 and 1 always agree; 2 contradicts both."""
    rankings = rows(*[[0, 1], [0, 1], [1, 0]] * 6, tasks=[at // 3 for at in range(18)])
    doubles = doubles_of(rankings)
    pairs = codes_of(rankings.raters[doubles.one], rankings.raters[doubles.other])

    found = pairwise(rankings, ties=TieRule.DROP).by(pairs, rng=generator())

    assert found.keys.tolist() == [0, 1, 2]  # 0 with 1, 0 with 2, 1 with 2
    assert found.values.tolist() == [1.0, 0.0, 0.0]
    assert found.n.tolist() == [6, 6, 6]


def test_a_slice_with_too_few_prompts_is_left_out_by_name() -> None:
    rankings = rankings_by(generator(), tasks=24, unplaced=0.0)
    skill = np.where(rankings.tasks[doubles_of(rankings).one] < 20, 5, 9)

    found = pairwise(rankings, ties=TieRule.HALF).by(skill, rng=generator())

    assert (found.keys.tolist(), found.left_out.tolist(), found.n.tolist()) == ([5], [9], [20])


def test_a_strong_preference_is_shared_more_often() -> None:
    """Strength 3: both alike on 6 tasks. Strength 1: the other says the contrary, on 5."""
    tiers = [[0, 1]] * 12 + [[0, 1], [1, 0]] * 5
    tasks = [at // 2 for at in range(22)]
    plain = rows(*tiers, tasks=tasks)
    strengths = np.array([[3]] * 12 + [[1]] * 10, dtype=np.int8)
    rankings = Rankings(
        plain.tasks, plain.prompts, plain.raters, plain.tiers, plain.weights, strengths
    )

    found = agreement_by_strength(rankings, rng=generator())

    assert (found.keys.tolist(), found.values.tolist()) == ([1, 3], [0.0, 1.0])


def test_without_strengths_there_is_nothing_to_slice() -> None:
    with pytest.raises(InconsistentData, match="no strengths"):
        agreement_by_strength(rows([0, 1], [0, 1], tasks=[0, 0]), rng=generator())


@pytest.mark.parametrize("tasks", [[0, 1, 2], [0, 0, 1]])
def test_fewer_than_two_doubled_prompts_have_no_agreement(tasks: list[int]) -> None:
    rankings = rows([0, 1], [0, 1], [0, 1], tasks=tasks)

    with pytest.raises(NotEnoughOverlap, match="needs two"):
        pairwise_agreement(rankings, ties=TieRule.DROP, rng=generator())


def test_an_answer_that_was_not_offered_is_refused_by_name() -> None:
    with pytest.raises(InconsistentData, match="ranking 1 places 'c'"):
        tiers_of([[["a"]], [["c"]]], [["a", "b"], ["a", "b"]])


def test_tiers_stand_under_the_answers_that_were_offered() -> None:
    found = tiers_of([[["b"], ["a"]], [["x", "z"]]], [["a", "b"], ["x", "y", "z"]])

    assert found.tolist() == [[1, 0, -1], [0, -1, 0]]


@pytest.mark.parametrize("figure", ["agreement", "tau"])
def test_intervals_hold_the_truth(figure: str, replications: int) -> None:
    def measured(rng: np.random.Generator, tasks: int):
        rankings = rankings_by(rng, tasks=tasks)
        return pairwise(rankings, ties=TieRule.HALF) if figure == "agreement" else tau_b(rankings)

    rng = generator()
    truth = measured(rng, 150_000).overall(rng=rng, rounds=2).value

    found = [measured(rng, 200).overall(rng=rng, rounds=400) for _ in range(replications)]

    assert_covers(each.low <= truth <= each.high for each in found)


def by_strength(rng: np.random.Generator, tasks: int, rounds: int = 400) -> Sliced:
    """Who sees two answers wider apart in order says so: strength 1, 2 or 3."""
    given = rankings_by(rng, tasks=tasks)
    apart = np.abs(given.tiers[:, [0, 0, 1]] - given.tiers[:, [1, 2, 2]])
    strengths = np.clip(apart + rng.integers(0, 2, apart.shape), 1, 3).astype(np.int8)
    return agreement_by_strength(replace(given, strengths=strengths), rng=rng, rounds=rounds)


def test_intervals_by_strength_hold_the_truth(replications: int) -> None:
    rng = generator()
    truth = by_strength(rng, 100_000, rounds=2).values

    found = [by_strength(rng, 200) for _ in range(replications)]

    for at, each in enumerate(truth):
        assert_covers(one.lows[at] <= each <= one.highs[at] for one in found)
