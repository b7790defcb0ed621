"""Which of a policy's own answers are held against each other."""

from rewards.engine.improving.pairs import best_of, widest_pair
from rewards.engine.improving.samples import Sample

LOOP = "I am here. " * 20


def sample(text: str, score: float, *, finished: bool = True) -> Sample:
    return Sample(text, [1, 2], finished, score)


def test_the_two_furthest_apart_of_about_equal_length() -> None:
    """The best is twice as long as the others: log 2 = 0.69 is more than 0.2."""
    longer, good, bad = sample("b" * 20, 3.0), sample("c" * 10, 2.0), sample("d" * 11, 0.0)

    assert widest_pair([bad, longer, good], most_apart=0.2) == (good, bad)
    assert widest_pair([bad, longer, good], most_apart=1.0) == (longer, bad)


def test_no_pair_where_nothing_can_be_told_apart() -> None:
    assert widest_pair([sample("same", 1.0), sample("same", 0.0)], 1.0) is None
    assert widest_pair([sample("one", 1.0), sample("two", 1.0)], 1.0) is None
    assert widest_pair([], 1.0) is None


def test_what_says_nothing_or_loops_is_never_held_up_as_the_better_one() -> None:
    good, empty = sample("x" * len(LOOP), 0.0), sample("", 9.0)

    assert widest_pair([sample(LOOP, 5.0), good], 1.0) is None
    assert widest_pair([empty, sample("a", 1.0)], 5.0) is None
    assert widest_pair([good, sample(LOOP, -1.0)], 1.0) == (good, sample(LOOP, -1.0))


def test_the_best_answer_is_not_much_longer_than_the_usual_one() -> None:
    usual, better, longest = sample("a" * 10, 0.0), sample("b" * 11, 1.0), sample("c" * 30, 2.0)

    assert best_of([usual, better, longest], most_longer=0.2) == better
    assert best_of([usual, better, longest], most_longer=2.0) == longest
    assert best_of([sample("", 1.0)], most_longer=1.0) is None
    assert best_of([], most_longer=1.0) is None


def test_an_answer_that_was_cut_off_is_learned_without_an_end() -> None:
    assert sample("a", 0.0).as_learned(7) == [1, 2, 7]
    assert sample("a", 0.0, finished=False).as_learned(7) == [1, 2]
