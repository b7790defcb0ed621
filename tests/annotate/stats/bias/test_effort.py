import numpy as np
import pytest

from annotate.stats.bias.effort import hurry, own_verbosity, paste_shares


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
