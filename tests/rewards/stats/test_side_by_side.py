"""Two models on the same votes."""

from collections.abc import Sequence

import pytest

from commons.stats.errors import InconsistentData
from rewards.stats.resampling import Resampling
from rewards.stats.seen import Seen
from rewards.stats.side_by_side import side_by_side
from tests.rewards.stats.making import seen

DRAWN = Resampling(rounds=300)


def scored(*scores: Sequence[float], skills: Sequence[str] = ()) -> list[Seen]:
    """A ranking of one strict pair for each pair of scores."""
    names = skills or [""] * len(scores)
    return [seen(n, s, skill=names[n], texts=["aaaa", "bbbb"]) for n, s in enumerate(scores)]


def test_every_number_by_hand():
    """Ours right, right, drawn, wrong: 2.5 / 4. Theirs right, wrong, wrong, right: 2 / 4."""
    ours = scored((1, 0), (1, 0), (0, 0), (0, 1))
    theirs = scored((9, 0), (0, 9), (0, 9), (9, 0))

    found = side_by_side(ours, theirs, DRAWN)

    assert (found["pairs"], found["prompts"], found["ties"]) == (4, 4, 0)
    assert found["ours"]["value"] == pytest.approx(2.5 / 4)
    assert found["theirs"]["value"] == pytest.approx(2 / 4)
    assert found["difference"]["value"] == pytest.approx(0.5 / 4)
    assert found["flips"] == {"gained": 2, "lost": 1, "both_right": 1, "neither": 0}
    assert found["equally_long"]["difference"]["value"] == pytest.approx(0.5 / 4)
    assert [one["gap"] for one in found["gained"]] == [1, 0]
    assert [(one["gap"], one["their_gap"]) for one in found["lost"]] == [(-1, 9)]


def test_a_model_beside_itself_is_no_better_and_changes_nothing():
    ours = scored((1, 0), (0, 1), (2, 0))

    found = side_by_side(ours, ours, DRAWN)

    assert found["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert found["flips"] == {"gained": 0, "lost": 0, "both_right": 2, "neither": 1}
    assert (found["gained"], found["lost"]) == ([], [])


def test_the_difference_is_paired_by_prompt():
    """Ours is right on exactly one pair more of every prompt: the difference is sure."""
    ours = [seen(n, [3, 2, 1], [[0], [1], [2]]) for n in range(6)]
    theirs = [seen(n, [2, 3, 1], [[0], [1], [2]]) for n in range(6)]

    found = side_by_side(ours, theirs, DRAWN)

    assert found["difference"] == {
        "value": pytest.approx(1 / 3),
        "low": pytest.approx(1 / 3),
        "high": pytest.approx(1 / 3),
    }
    assert found["tau"]["difference"]["value"] == pytest.approx(2 / 3)


def test_ties_of_people_are_counted_apart():
    tied = [seen(n, [1, 0], [[0, 1]]) for n in range(3)]

    found = side_by_side(tied, tied, DRAWN)

    assert (found["pairs"], found["ties"], found["difference"]) == (0, 3, None)


def test_slices_say_where_pairs_flipped():
    skills = ["code", "code", "chat", "chat"]
    ours = scored((1, 0), (1, 0), (0, 1), (1, 0), skills=skills)
    theirs = scored((0, 1), (0, 1), (1, 0), (1, 0), skills=skills)

    found = side_by_side(ours, theirs, DRAWN)["slices"]["skill"]

    assert [(one["name"], one["gained"], one["lost"], one["pairs"]) for one in found] == [
        ("chat", 0, 1, 2),
        ("code", 2, 0, 2),
    ]
    assert found[1]["difference"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_scales_of_their_own_do_not_hide_a_change():
    """Theirs is 100 times as wide; the widest change is still the pair that ours is surest of."""
    ours = scored((3, 0), (1, 0), (0, 3))
    theirs = scored((0, 100), (0, 100), (0, 100))

    assert [one["gap"] for one in side_by_side(ours, theirs, DRAWN)["gained"]] == [3, 1]


def test_other_rankings_are_refused():
    with pytest.raises(InconsistentData, match="same rankings"):
        side_by_side(scored((1, 0)), scored((1, 0), (1, 0)), DRAWN)
