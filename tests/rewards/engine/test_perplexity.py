"""How surprised a policy is by what experts wrote."""

import math
from pathlib import Path

import numpy as np
import pytest

from rewards.engine.data import Demonstration, open_snapshot
from rewards.engine.perplexity import Surprise, compared_perplexity, surprise
from tests.rewards.engine.conftest import asks, freeze_sft, says, sft_row
from tests.rewards.tiny import plant_policy


def test_a_policy_that_writes_like_the_experts_is_less_surprised(
    base: Path, tmp_path: Path
) -> None:
    fond = plant_policy(tmp_path / "fond", base, letter="z", by=0.6)
    rows = [sft_row(number, "zzzz zzzz") for number in range(6)]
    snapshot = open_snapshot(freeze_sft(tmp_path / "frozen", test=rows), "sft")
    shown = list(snapshot.demonstrations("test"))

    ours, theirs = (surprise(folder, shown, 1024) for folder in (fond, base))
    found = compared_perplexity(ours, theirs, rng=np.random.default_rng(0))

    assert found["demonstrations"] == 6
    assert math.exp(ours.mean) < math.exp(theirs.mean)
    assert found["ratio"] == pytest.approx(
        dict.fromkeys(("value", "low", "high"), math.exp(ours.mean - theirs.mean)), rel=1e-2
    )


def test_only_the_answer_counts_and_what_does_not_fit_is_cut(base: Path) -> None:
    """ "zzzz", the token that ends the turn and the line break after it: six tokens."""
    shown = [Demonstration("p", asks("why?"), says("zzzz"))]

    assert surprise(base, shown, 1024).tokens == [6]
    assert surprise(base, shown, 16).tokens == [4]  # a quarter of the limit


def test_perplexity_by_hand() -> None:
    """Means log 4 and log 2: perplexities 4 and 2, and a ratio of 2 at every prompt."""
    ours = Surprise(["a", "b"], [2 * math.log(4), 4 * math.log(4)], [2, 4])
    theirs = Surprise(["a", "b"], [2 * math.log(2), 4 * math.log(2)], [2, 4])

    found = compared_perplexity(ours, theirs, rng=np.random.default_rng(0))

    assert found == {
        "policy": pytest.approx(4),
        "against": pytest.approx(2),
        "demonstrations": 2,
        "ratio": pytest.approx({"value": 2, "low": 2, "high": 2}),
    }


def test_one_prompt_has_no_interval() -> None:
    one = Surprise(["a", "a"], [1.0, 2.0], [1, 1])

    assert compared_perplexity(one, one, rng=np.random.default_rng(0))["ratio"] is None
