"""Two reward folders on the same held-out rankings."""

from pathlib import Path

import pytest

from rewards.engine.compare_rewards import main
from rewards.engine.errors import BadInput
from tests.rewards.engine.conftest import Run, freeze_ranked, ranked_row
from tests.rewards.tiny import plant_judge


def test_two_judges_of_two_letters(run: Run, base: Path, tmp_path: Path) -> None:
    """Three prompts like e and one likes a: 3/4 for the one, 1/4 for the other."""
    likes_e, likes_a = (plant_judge(tmp_path / x, base, letter=x) for x in ("e", "a"))
    rows = [ranked_row(n, ["ee", "aa"], [[0], [1]]) for n in range(3)]
    rows.append(ranked_row(3, ["aa", "ee"], [[0], [1]]))
    snapshot = freeze_ranked(
        tmp_path / "frozen", train=rows[:1], validation=rows[:2], test=rows[2:]
    )

    found = run(main, {"snapshot": snapshot, "model": likes_e, "against": likes_a})

    assert isinstance(found["ours"], dict)
    assert isinstance(found["difference"], dict)
    assert found["pairs"] == 4
    assert found["ours"]["value"] == pytest.approx(3 / 4)
    assert found["difference"]["value"] == pytest.approx(2 / 4)
    assert found["flips"] == {"gained": 3, "lost": 1, "both_right": 0, "neither": 0}


def test_nothing_held_out_is_refused(run: Run, base: Path, tmp_path: Path) -> None:
    judge = plant_judge(tmp_path / "judge", base, letter="e")
    snapshot = freeze_ranked(tmp_path / "frozen", train=[ranked_row(1, ["e", "a"], [[0], [1]])])

    with pytest.raises(BadInput, match="no ranking on validation or test"):
        run(main, {"snapshot": snapshot, "model": judge, "against": judge})
