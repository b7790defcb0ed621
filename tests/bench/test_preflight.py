"""What the pre-flight is measured with is the same for the same seed, and hard to remember."""

from bench.preflight import HOSTILE, rankings, spent


def test_the_same_items_come_again_and_no_answer_twice() -> None:
    first, again = (list(rankings(0, 20)) for _ in range(2))

    assert first == again
    answers = [answer[0]["content"] for each in first for answer in each.candidates.values()]
    assert len(set(answers)) == 80


def test_answers_are_of_the_size_that_is_promised() -> None:
    answers = [answer for each in rankings(0, 20) for answer in each.candidates.values()]
    sizes = [len(answer[0]["content"]) for answer in answers]

    assert 900 < sum(sizes) / len(sizes) < 1200


def test_hostile_texts_are_read_to_their_end() -> None:
    assert all(spent(pattern, 1_000) > 0 for pattern in HOSTILE.values())
