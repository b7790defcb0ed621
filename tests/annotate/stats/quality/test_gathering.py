"""What is gathered of rankings is what they say, in few bytes."""

import tracemalloc
from collections import defaultdict
from uuid import uuid4

import numpy as np
import pytest

from annotate.stats.quality.gathering import Gathered, Given, Said
from commons.stats.errors import InconsistentData

MONDAY = 7 * 105_000 + 1  # an ordinal that leaves 1 by 7 is one


def given(
    task: int, rater: int, *, day: int = MONDAY, answers: int = 3, first: bool = True
) -> Given:
    return Given(task, 10 * task, rater, 1, 0, day, answers, first, drawn=False)


def everything(rows: Gathered) -> np.ndarray:
    return np.ones(len(rows), dtype=np.bool_)


def test_rankings_come_out_as_they_went_in() -> None:
    """Task 1 offers three answers, task 2 two of other names; b could not be ranked by one."""
    rows = Gathered()
    rows.add(given(1, 5), 1.0, [["c"], ["a", "b"]], [3], ["a", "b", "c"])
    rows.add(given(2, 5, answers=2), 4.0, [["x"], ["y"]], [None], ["y", "x"])
    rows.add(given(1, 6, day=MONDAY + 7), 1.0, [["a"], ["c"]], [], ["a", "b", "c"])
    rows.add(given(2, 6, answers=2, day=MONDAY - 1), 4.0, [["y", "x"]], [], ["y", "x"])
    rows.add(given(3, 6), 1.0, [["a"], ["b"], ["c"]], [1, 2], ["a", "b", "c"])

    found = rows.doubled(everything(rows))

    assert found.rankings.tasks.tolist() == [1, 2, 1, 2]  # nobody else judged 3
    assert found.rankings.prompts.tolist() == [10, 20, 10, 20]
    assert found.rankings.raters.tolist() == [5, 5, 6, 6]
    assert found.rankings.tiers.tolist() == [[1, 1, 0], [1, 0, -1], [0, -1, 1], [0, 0, -1]]
    assert found.rankings.weights.tolist() == [1, 4, 1, 4]
    assert found.rankings.strengths is not None
    assert found.rankings.strengths.tolist() == [[0, 3, 3], [0] * 3, [0] * 3, [0] * 3]
    assert (found.weeks - found.weeks[0]).tolist() == [0, 0, 1, -1]
    assert found.sizes.tolist() == [3, 2, 3, 2]


def test_of_two_answers_the_strongest_step_between_them_counts() -> None:
    """a, then slightly b, then strongly c with d, then nothing said about e."""
    rows = Gathered()
    for rater in (1, 2):
        rows.add(
            given(1, rater, answers=5),
            1.0,
            [["a"], ["b"], ["c", "d"], ["e"]],
            [1, 3, None],
            ["a", "b", "c", "d", "e"],
        )

    found = rows.doubled(everything(rows)).rankings.strengths

    assert found is not None
    #                             ab ac ad ae bc bd be cd ce de
    assert found[0].tolist() == [1, 3, 3, 3, 3, 3, 3, 0, 0, 0]


def test_no_strength_at_all_is_none() -> None:
    rows = Gathered()
    for rater in (1, 2):
        rows.add(given(1, rater), 1.0, [["a"], ["b"]], [None], ["a", "b"])

    assert rows.doubled(everything(rows)).rankings.strengths is None


def test_what_a_ranking_is_of_comes_out_by_name() -> None:
    rows = Gathered()
    for task, rater, first in ((1, 4, True), (2, 4, True), (1, 5, False)):
        rows.add(given(task, rater, first=first), 1.0, [["a"], ["b"]], [], ["a", "b"])

    assert rows.column("task").tolist() == [1, 2, 1]
    assert rows.column("rater").tolist() == [4, 4, 5]
    assert rows.column("first").tolist() == [1, 1, 0]


def test_what_was_said_of_answers_is_of_the_rankings_that_are_kept() -> None:
    rows, said = Gathered(), defaultdict[str, Said](Said)
    for at, rater in enumerate((7, 8, 9)):
        rows.add(given(4, rater), 2.0, [["a"], ["b"]], [], ["a", "b"])
        said["harmful"].add(at, 1, at % 2)
    said["rude"].add(2, 0, 1)

    found = rows.marked(said, np.array([True, True, False]))

    assert list(found) == ["harmful"]
    harmful = found["harmful"]
    assert harmful.units.tolist() == [4 * 16 + 1] * 2
    assert harmful.raters.tolist() == [7, 8]
    assert harmful.prompts.tolist() == [40, 40]
    assert harmful.values.tolist() == [0, 1]
    assert harmful.weights.tolist() == [2, 2]


def test_an_answer_that_was_not_offered_is_refused() -> None:
    with pytest.raises(InconsistentData, match="'z', which is not offered"):
        Gathered().add(given(1, 1), 1.0, [["z"]], [], ["a", "b"])


def test_more_answers_than_there_is_room_for_are_refused() -> None:
    offered = [f"{at}" for at in range(17)]

    with pytest.raises(InconsistentData, match="task 1 offers more than 16"):
        Gathered().add(given(1, 1), 1.0, [offered], [], offered)


def test_a_ranking_takes_few_bytes_whatever_its_answers_are_called() -> None:
    """Nine numbers, a weight, 16 places and 15 steps are 111 bytes; what grows takes an eighth
    more, and twice while it is moved."""
    n, rows = 20_000, Gathered()
    tracemalloc.start()
    for at in range(n):
        offered = [str(uuid4()) for _ in range(4)]
        rows.add(given(at, 1), 1.0, [[each] for each in offered], [1, 2, 3], offered)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most / n < 300
