import numpy as np
import pytest

from annotate.stats.bias.effort import hurry, own_verbosity, paste_shares
from tests.simulating import assert_covers


def generator() -> np.random.Generator:
    return np.random.default_rng(7)


def test_who_takes_less_than_reading_takes_is_hurried() -> None:
    """1,000 words at 600 a minute are 100 seconds. What was not measured is neither."""
    words = np.array([1000.0, 1000.0, 1000.0, np.nan])
    seconds = np.array([99.0, 100.0, np.nan, 5.0])

    found = hurry(np.zeros(4, int), np.arange(4), words, seconds, rng=generator(), least=2)

    assert found.hurried.tolist() == [True, False, False, False]
    assert (found.shares.values.tolist(), found.shares.n.tolist()) == ([0.5], [2])


def test_the_share_that_was_pasted_is_of_characters() -> None:
    typed, pasted = np.array([100.0, 0.0, np.nan]), np.array([0.0, 300.0, 50.0])

    found = paste_shares(np.zeros(3, int), np.arange(3), typed, pasted, rng=generator(), least=2)

    assert (found.values.tolist(), found.n.tolist()) == ([0.75], [2])


def test_ones_own_texts_are_compared_with_other_peoples() -> None:
    """Rater 0 writes four times as much as 1 and 2 on each prompt; their mean, of 0 and the other,
    is twice as much as they write: log 4, and -log 2 for both."""
    raters = np.tile([0, 1, 2], 6)
    prompts = np.repeat(np.arange(6), 3)
    words = np.tile([400.0, 100.0, 100.0], 6)

    found = own_verbosity(raters, prompts, words, prompts, rng=generator())

    assert found.values == pytest.approx([np.log(4), -np.log(2), -np.log(2)])


def test_a_text_of_its_own_kind_says_nothing() -> None:
    raters, prompts = np.zeros(6, int), np.arange(6)

    found = own_verbosity(raters, prompts, np.full(6, 10.0), prompts, rng=generator())

    assert (len(found.keys), len(found.left_out)) == (0, 0)


def test_intervals_of_hurry_hold_the_truth(replications: int) -> None:
    """Two raters; of their 200 rankings each 20 and 5 of 100 take less than reading takes."""
    rng, truth = generator(), np.array([0.2, 0.05])
    raters, prompts = np.repeat([0, 1], 200), np.tile(np.arange(200), 2)
    found = []
    for _ in range(replications):
        seconds = np.where(rng.random(400) < truth[raters], 50.0, 200.0)
        found.append(hurry(raters, prompts, np.full(400, 1000.0), seconds, rng=rng).shares)

    for rater, share in enumerate(truth):
        assert_covers(each.lows[rater] <= share <= each.highs[rater] for each in found)


def test_intervals_of_what_was_pasted_hold_the_truth(replications: int) -> None:
    """Texts of some 150 words with a long tail, of which a part is pasted, 1/3 on the mean."""
    rng, found, raters = generator(), [], np.zeros(200, dtype=np.int64)
    for _ in range(replications):
        size, share = rng.lognormal(7, 0.6, 200), rng.beta(1, 2, 200)
        one = paste_shares(raters, np.arange(200), size * (1 - share), size * share, rng=rng)
        found.append(one)

    assert_covers(each.lows[0] <= 1 / 3 <= each.highs[0] for each in found)


@pytest.mark.parametrize("shared", [True, False])
def test_intervals_of_own_length_hold_the_truth(replications: int, shared: bool) -> None:
    """Rater 0 writes e^.3 times as much as the three others: on the same prompts, of which some
    want more than others do, or each on their own prompts of the same kinds."""
    rng, found = generator(), []
    raters = np.repeat(np.arange(4), 200)
    prompts = np.tile(np.arange(200), 4) if shared else np.arange(800)
    alike = prompts if shared else np.arange(800) % 5
    for _ in range(replications):
        wanted = rng.normal(5, 0.5, 800)[prompts]
        words = np.exp(wanted + rng.normal(0, 0.4, 800) + 0.3 * (raters == 0))
        found.append(own_verbosity(raters, prompts, words, alike, rng=rng))

    assert_covers(each.lows[0] <= 0.3 <= each.highs[0] for each in found)
