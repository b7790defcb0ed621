"""A machine beside people: the same votes for both, and what it thinks of a place."""

from dataclasses import replace

import numpy as np
import pytest

from annotate.stats.agreement.rankings import Rankings
from annotate.stats.quality.machines import Machine, beside_people, first_of, leaning_of
from tests.simulating import assert_covers

RNG = 7


def people(
    tiers: list[list[int]], tasks: list[int], weights: list[float] | None = None
) -> Rankings:
    rows = np.array(tasks, np.int64)
    said = np.array(tiers, np.int8).reshape(len(tasks), -1 if tasks else 2)
    return Rankings(rows, rows, np.arange(len(rows)), said, np.array(weights or [1.0] * len(rows)))


def machine(tiers: list[list[int]], first: float = 0.0, strict: float = 0.0) -> Machine:
    n = np.arange(len(tiers))
    return Machine(n, n, np.array(tiers, np.int8), np.full(len(n), first), np.full(len(n), strict))


def test_two_votes_and_a_machine_by_hand() -> None:
    """Six tasks of two answers and two people. In four they agree, so each vote is with the other:
    8 right; in two they do not: 4 wrong. The machine says the same everywhere: right for the 8, and
    for one of the two people where they disagree, who is asked by the other's word: 2 of 4."""
    agree, differ = [[0, 1], [0, 1]], [[0, 1], [1, 0]]
    tasks = [at for at in range(6) for _ in range(2)]
    found = beside_people(
        people([*agree * 4, *differ * 2], tasks),
        machine([[0, 1]] * 6),
        rng=np.random.default_rng(RNG),
    )

    assert found is not None
    assert found.votes == 12
    assert found.people.value == pytest.approx(8 / 12)
    assert found.machine.value == pytest.approx(10 / 12)
    assert found.lead.value == pytest.approx(2 / 12)
    assert found.lead.low <= 2 / 12 <= found.lead.high


def test_a_tie_of_the_machine_is_half_and_what_it_did_not_see_is_nothing() -> None:
    tasks = [at for at in range(7) for _ in range(2)]
    found = beside_people(
        people([[0, 1], [0, 1]] * 7, tasks),
        machine([[0, 0]] * 5),
        rng=np.random.default_rng(RNG),
    )

    assert found is not None
    assert (found.votes, found.machine.value, found.people.value) == (10, 0.5, 1.0)


def test_ties_of_people_and_even_votes_are_no_consensus() -> None:
    """Of three people one ties: each of the two others has the other, and a tie asks nothing."""
    tasks = [at for at in range(5) for _ in range(3)]
    found = beside_people(
        people([[0, 1], [0, 1], [0, 0]] * 5, tasks),
        machine([[1, 0]] * 5),
        rng=np.random.default_rng(RNG),
    )

    assert found is not None
    assert (found.votes, found.people.value, found.machine.value) == (10, 1.0, 0.0)


def test_an_answer_that_nobody_placed_tells_nothing() -> None:
    tasks = [at for at in range(5) for _ in range(2)]
    found = beside_people(
        people([[0, 1, -1], [0, 1, 2]] * 5, tasks),
        machine([[0, 1, -1, -1]] * 5),
        rng=np.random.default_rng(RNG),
    )

    assert found is not None
    assert (found.votes, found.machine.value) == (10, 1.0)


def test_what_was_unlikely_to_be_judged_twice_weighs_more() -> None:
    """One task in five disagrees with the machine, and stands for four: 4 / (4 + 4) is wrong."""
    tasks = [at for at in range(5) for _ in range(2)]
    found = beside_people(
        people([[0, 1]] * 8 + [[1, 0]] * 2, tasks, [1.0] * 8 + [4.0] * 2),
        machine([[0, 1]] * 5),
        rng=np.random.default_rng(RNG),
    )

    assert found is not None
    assert found.machine.value == pytest.approx(0.5)


@pytest.mark.parametrize("tasks", [[], [0, 0], [0, 0, 1, 1, 2, 2, 3, 3]])
def test_of_fewer_than_five_prompts_nothing_is_said(tasks: list[int]) -> None:
    said = people([[0, 1]] * len(tasks), tasks)

    assert beside_people(said, machine([[0, 1]] * 6), rng=np.random.default_rng(RNG)) is None


def test_raters_who_are_right_at_85_percent_reach_what_two_of_them_do() -> None:
    """1,000 tasks, two people and a machine, all right at 85 %: 0.85² + 0.15² = 0.745 for both."""
    rng = np.random.default_rng(RNG)
    right = rng.random((1_000, 3)) < 0.85
    said = np.where(right[..., None], [0, 1], [1, 0]).astype(np.int8)
    tasks = [at for at in range(1_000) for _ in range(2)]
    found = beside_people(
        people(said[:, :2].reshape(-1, 2).tolist(), tasks), machine(said[:, 2].tolist()), rng=rng
    )

    assert found is not None
    assert found.people.low < 0.745 < found.people.high
    assert found.machine.low < 0.745 < found.machine.high
    assert found.lead.low < 0 < found.lead.high


def test_who_always_takes_the_first_is_seen_in_both_orders() -> None:
    orders = [["a", "b", "c"], ["c", "b", "a"]]

    assert first_of(orders, [[["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]]) == (6, 6)
    assert first_of(orders, [[["a"], ["b"], ["c"]]] * 2) == (3, 6)
    assert first_of(orders, [[["a", "b"], ["c"]]] * 2) == (2, 4)
    assert first_of(orders, [[["a"], ["b"], ["c"]]]) == (0, 0)


def test_a_leaning_is_told_with_its_interval() -> None:
    rng = np.random.default_rng(RNG)
    found = leaning_of(machine([[0, 1]] * 10, first=2, strict=2), rng=rng)

    assert found is not None
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert leaning_of(machine([[0, 1]] * 4, first=1, strict=2), rng=rng) is None
    assert leaning_of(machine([[0, 1]] * 10), rng=rng) is None


def test_intervals_hold_the_truth(replications: int) -> None:
    """Two people right at 85 % and a machine at 90 %, on 200 prompts of two answers: .745 of people
    and .9 · .85 + .1 · .15 = .78 of the machine, which is .035 above them."""
    rng, tasks = np.random.default_rng(RNG), [at for at in range(200) for _ in range(2)]
    found = []
    for _ in range(replications):
        right = rng.random((200, 3)) < np.array([0.85, 0.85, 0.9])
        said = np.where(right[..., None], [0, 1], [1, 0]).astype(np.int8)
        both = people(said[:, :2].reshape(-1, 2).tolist(), tasks)
        one = beside_people(both, machine(said[:, 2].tolist()), rng=rng)
        assert one is not None
        found.append(one)

    assert_covers(each.people.low <= 0.745 <= each.people.high for each in found)
    assert_covers(each.machine.low <= 0.78 <= each.machine.high for each in found)
    assert_covers(each.lead.low <= 0.035 <= each.lead.high for each in found)


def test_the_interval_of_a_leaning_holds_the_truth(replications: int) -> None:
    """Twelve strict pairs of each of 200 prompts; 55 of 100 go to the first, of some more."""
    rng, found = np.random.default_rng(RNG), []
    said = machine([[0, 1]] * 200, strict=12)
    for _ in range(replications):
        first = rng.binomial(12, rng.beta(5.5, 4.5, 200)).astype(float)
        found.append(leaning_of(replace(said, first=first), rng=rng))

    assert_covers(each is not None and each.low <= 0.55 <= each.high for each in found)
