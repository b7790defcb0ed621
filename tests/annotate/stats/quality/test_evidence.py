"""Who is named for judging no more like the others than a coin: not whoever sits beside one."""

import numpy as np
import pytest
from scipy import stats

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.bias.careless import Verdict
from annotate.stats.quality.doubled import Doubled
from annotate.stats.quality.evidence import KNOWN, Shown, shown_by

NAMED = (Verdict.CARELESS, Verdict.WEAK)


def doubled(raters: np.ndarray, tiers: np.ndarray, skills: np.ndarray | None = None) -> Doubled:
    """Tasks of two rankings each, one after the other: (tasks, 2) and (tasks, 2, answers)."""
    tasks = np.repeat(np.arange(len(raters)), 2)
    kinds = np.zeros(len(raters), np.int64) if skills is None else skills
    skill, none = np.repeat(kinds, 2), np.zeros(len(tasks), np.int64)
    flat = tiers.reshape(len(tasks), -1).astype(np.int8)
    rankings = Rankings(tasks, tasks, raters.ravel(), flat, np.ones(len(tasks)))
    return Doubled(rankings, skill, none, none, none + flat.shape[1])


def seen(
    rng: np.random.Generator, raters: np.ndarray, *, ties: int, coin: int = -1, tied: float = 0.2
) -> Doubled:
    """Everybody sees three answers' worth with noise and ties the last two now and then; rater
    ``ties`` ties all of them always, and ``coin`` sees noise alone."""
    worth = rng.normal(scale=1.5, size=(len(raters), 1, 3))
    noise = rng.gumbel(size=(len(raters), 2, 3))
    order = np.argsort(-np.where(raters[:, :, None] == coin, noise, worth + noise), axis=2)
    tiers = np.argsort(order, axis=2)
    last = rng.random((len(raters), 2, 1)) < tied
    tiers = np.where(last, np.minimum(tiers, 1), tiers)
    tiers[raters == ties] = 0
    return doubled(raters, tiers)


def pairs_drawn(rng: np.random.Generator, tasks: int, people: int) -> np.ndarray:
    return np.argsort(rng.random((tasks, people)), axis=1)[:, :2]


def named(found: dict[int, Shown]) -> set[int]:
    return {rater for rater, each in found.items() if each.verdict in NAMED}


def test_who_sits_beside_one_that_ties_everything_is_not_named() -> None:
    """0 and 1 agree always; 2 sits beside 3 alone, who prefers nothing that could be shared."""
    raters = np.array([[0, 1], [2, 3]] * 100)
    tiers = np.array([[[0, 1, 2], [0, 1, 2]], [[0, 1, 2], [0, 0, 0]]] * 100)

    found = shown_by(doubled(raters, tiers))

    assert {rater: each.verdict for rater, each in found.items()} == {
        0: Verdict.ATTENTIVE,
        1: Verdict.ATTENTIVE,
        3: Verdict.CARELESS,
    }


def test_where_nobody_prefers_anything_nothing_is_shown_of_anybody() -> None:
    assert shown_by(doubled(np.array([[0, 1]] * 30), np.zeros((30, 2, 3)))) == {}


def test_of_an_attentive_team_nobody_is_named_more_often_than_it_says(replications: int) -> None:
    """Looked at after every judgement, at 5 % for a whole campaign, beside one who ties everything
    and who is named nearly always. All of six see alike, but for that one."""
    rng, wrong, right = np.random.default_rng(7), 0, 0
    for _ in range(replications):
        found = named(shown_by(seen(rng, pairs_drawn(rng, 400, 6), ties=5), alpha=0.05))
        right += 5 in found
        wrong += bool(found - {5})

    assert wrong <= stats.binom.ppf(0.999, replications, 0.05)
    assert right >= 0.9 * replications


def test_who_tosses_coins_is_named_where_the_others_tie_much(replications: int) -> None:
    """Half of the others' rankings tie two answers; which they are tells nothing of the coin."""
    rng, right, wrong = np.random.default_rng(7), 0, 0
    for _ in range(replications // 4):
        teams = pairs_drawn(rng, 1_200, 6)
        found = named(shown_by(seen(rng, teams, ties=-1, coin=5, tied=0.5), alpha=0.05))
        right += 5 in found
        wrong += bool(found - {5})

    assert right >= 0.9 * (replications // 4)
    assert wrong <= stats.binom.ppf(0.999, replications // 4, 0.05)


def test_what_a_look_saw_a_later_look_sees_as_it_was() -> None:
    """Of three to a task some come long after the others: bets are settled as they come, none
    between others, or what grows by chance at any of many looks would be taken for evidence."""
    rng = np.random.default_rng(7)
    tasks, raters = 80, np.argsort(rng.random((80, 5)), axis=1)[:, :3]
    comes = rng.permutation(tasks * 3)
    task, rater = np.repeat(np.arange(tasks), 3)[comes], raters.ravel()[comes]
    tiers = rng.integers(0, 3, size=(tasks * 3, 3)).astype(np.int8)
    none = np.zeros(len(task), np.int64)
    whole = Doubled(Rankings(task, task, rater, tiers, np.ones(len(task))), none, none, none, none)
    before: dict[int, Shown] = {}

    for look in range(20, len(task) + 1, 5):
        now = shown_by(whole.where(np.arange(len(task)) < look), alpha=1e-9)
        for each, shown in before.items():
            assert now[each].capital >= shown.capital * (1 - 1e-9)
            assert now[each].judged >= shown.judged
        before = now

    assert len(before) == 5


@pytest.mark.parametrize("late", [False, True])
def test_what_is_asked_is_what_others_reached_before(late: bool) -> None:
    """Two who always agree set the level for the coin, if they were there first; else it is 1/2,
    below which a coin does not fall. Another skill sets none."""
    rng = np.random.default_rng(7)
    coins = rng.integers(0, 2, size=(60, 1)) * np.array([[1, -1]]) + np.array([[0, 1]])
    alike = np.tile([[0, 1], [0, 1]], (KNOWN, 1, 1)).reshape(KNOWN, 2, 2)
    coin = np.stack([coins, np.tile([0, 1], (60, 1))], axis=1)
    order = slice(None, None, -1 if late else 1)
    raters = np.concatenate([[[0, 1]] * KNOWN, [[2, 3]] * 60][order])
    tiers = np.concatenate([alike, coin][order])

    same = shown_by(doubled(raters, tiers))[2]
    other = shown_by(doubled(raters, tiers, skills=(raters[:, 0] == 2).astype(np.int64)))[2]

    assert same.capital > 10 * other.capital if not late else same.capital == other.capital
