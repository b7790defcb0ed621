import numpy as np
import pytest

from annotate.stats.bias.leanings import Leanings, leanings_of
from annotate.stats.bias.many import benjamini_hochberg
from commons.stats.errors import InconsistentData
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def leaning(rng: np.random.Generator, truth: np.ndarray, *, prompts: int = 200, votes: int = 3):
    """Raters with these leanings (raters, k); in each prompt's votes something hangs together."""
    n, k = prompts * votes, truth.shape[1]
    raters = np.repeat(np.arange(len(truth)), n)
    prompt = np.tile(np.repeat(np.arange(prompts), votes), len(truth))
    x = rng.normal(size=(len(raters), k))
    x[:, 0] = np.where(x[:, 0] > 0, 0.5, -0.5)
    logits = (x * truth[raters]).sum(axis=1)
    took = (rng.random(len(raters)) < 1 / (1 + np.exp(-logits))).astype(float)
    return raters, prompt, x, took


def test_one_feature_by_hand() -> None:
    """The first is taken 30 times of 40, x = 1 throughout: Firth adds half a vote to each side."""
    took = np.repeat([1.0, 0.0], [30, 10])
    one = np.zeros(40, dtype=np.int64)

    found = leanings_of(one, np.arange(40), np.ones((40, 1)), took)

    assert found.values == pytest.approx(np.array([[np.log(30.5 / 10.5)]]), abs=1e-5)


def test_who_always_takes_the_first_has_a_finite_leaning() -> None:
    one = np.zeros(30, dtype=np.int64)
    found = leanings_of(one, np.arange(30), np.ones((30, 1)), np.ones(30))

    assert found.values[0, 0] == pytest.approx(np.log(30.5 / 0.5), abs=1e-3)


def test_every_rater_and_feature_has_its_own() -> None:
    truth = np.array([[1.5, 0.0], [0.0, 0.8], [0.0, 0.0]])

    found = leanings_of(*leaning(generator(), truth, prompts=1_000))

    assert found.values == pytest.approx(truth, abs=0.25)
    assert (benjamini_hochberg(found.chances[:, 0]) < 0.01).tolist() == [True, False, False]
    assert (benjamini_hochberg(found.chances[:, 1]) < 0.01).tolist() == [False, True, False]


def test_what_others_think_is_no_leaning() -> None:
    """Longer answers are better here; who only follows what they are worth does not lean."""
    rng, n = generator(), 3_000
    longer = rng.normal(size=n)
    took = (rng.random(n) < 1 / (1 + np.exp(-longer))).astype(float)
    one, prompts = np.zeros(n, dtype=np.int64), np.arange(n)

    plain = leanings_of(one, prompts, longer[:, None], took)
    beside = leanings_of(one, prompts, longer[:, None], took, offset=longer)

    assert plain.lows[0, 0] > 0.8
    assert beside.lows[0, 0] < 0 < beside.highs[0, 0]


def test_a_rater_of_few_prompts_is_left_out_by_name() -> None:
    raters = np.array([4] * 25 + [9] * 30)
    prompts = np.concatenate([np.arange(25), np.arange(30) % 10])
    took = np.tile([0.0, 1.0, 1.0, 0.0, 0.5], 11)

    found = leanings_of(raters, prompts, np.ones((55, 1)), took)

    assert (found.raters.tolist(), found.left_out.tolist()) == ([4], [9])
    assert found.prompts.tolist() == [25]


def test_nobody_with_enough_prompts_is_nobody() -> None:
    one = np.zeros(3, dtype=np.int64)
    found = leanings_of(one, np.arange(3), np.ones((3, 1)), np.ones(3))

    assert (len(found.raters), found.left_out.tolist()) == (0, [0])


def test_columns_of_other_lengths_are_refused() -> None:
    one = np.zeros(3, dtype=np.int64)
    with pytest.raises(InconsistentData, match="equally long"):
        leanings_of(one, np.arange(3), np.ones((2, 1)), np.ones(3))


def test_intervals_hold_the_truth(replications: int) -> None:
    rng, truth = generator(), np.array([[0.6, 0.4]])

    def held(which: int) -> bool:
        found: Leanings = leanings_of(*leaning(rng, truth))
        return bool(found.lows[0, which] <= truth[0, which] <= found.highs[0, which])

    assert_covers(held(at % 2) for at in range(replications))
