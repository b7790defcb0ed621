"""The baseline that counts words."""

import numpy as np
import pytest

from rewards.stats.bag_of_words import PLACES, Lesson, Words, fit, gaps_of
from rewards.stats.seen import Pairs, Seen
from tests.rewards.stats.making import seen


def polite(number: int, *, order: tuple[int, int] = (0, 1)) -> Seen:
    """Two answers of equal length; the better one says please."""
    texts = [f"please {'ab' * (number % 7)}", f"rather {'ab' * (number % 7)}"]
    return seen(number, [0, 0], texts=[texts[at] for at in order])


def test_it_learns_which_word_people_like_and_finds_it_on_other_prompts():
    gaps = gaps_of([polite(n) for n in range(30)], Pairs.of([polite(n) for n in range(40, 50)]))

    assert gaps is not None
    assert (gaps > 0).all()


def test_it_learns_nothing_from_nothing():
    held_out = Pairs.of([polite(1), polite(2)])

    assert gaps_of([], held_out) is None
    assert gaps_of([polite(1)], held_out) is None
    assert gaps_of([polite(1), polite(2)], Pairs.of([])) is None


def test_a_text_is_the_log_of_its_counted_words_and_neighbours():
    """ "a b a": a twice, b once, "a b" and "b a" once each."""
    words = Words.of(["a b a"])

    assert sorted(words.values) == pytest.approx([np.log(2)] * 3 + [np.log(3)])
    assert words.scores(np.ones(PLACES)).tolist() == pytest.approx([3 * np.log(2) + np.log(3)])


def test_words_of_scripts_without_spaces_are_told_apart():
    assert len(Words.of(["好的"]).values) == 3


def test_the_fit_does_not_move_where_both_answers_are_alike():
    same = [seen(n, [0, 0], texts=["same words", "same words"]) for n in range(5)]

    weights = fit(Lesson.of(same))

    assert weights is not None
    assert not weights.any()
