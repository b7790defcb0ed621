"""How sure labels are: noise is found where a text was judged twice, an author by other prompts."""

import numpy as np
import pytest

from bench.label_noise import by_author, compared, likeness, log_odds, repeated


def line(prompt: str, *answers: tuple[str, str, float]) -> dict[str, object]:
    return {
        "prompt": prompt,
        "responses": [
            {"model": name, "text": text, "score": score} for name, text, score in answers
        ],
    }


def test_the_same_text_judged_twice_tells_the_noise_and_another_text_does_not():
    text = "one two three four five"
    lines = [
        line("why", ("a", text, 0.5), ("b", f"{text} ", 0.25), ("c", "other words", 0.1)),
        line("why", ("a", text, 0.5)),  # found in a second file: no second judgement
        line("how", ("a", text, 0.9)),
    ]

    assert repeated(lines) == [pytest.approx(np.log(3), abs=1e-3)]
    assert likeness("a b c d", "a b c e") == pytest.approx(1 / 3)
    assert (np.isfinite(log_odds(0.0)), np.isfinite(log_odds(1.0))) == (True, True)


def test_who_wrote_an_answer_is_judged_by_other_prompts():
    lines = [line(str(number), ("good", "a b", 0.9), ("bad", "c", 0.1)) for number in range(10)]

    pairs, gaps, equal = compared(lines)

    assert by_author(pairs).tolist() == [1.0] * 10
    assert gaps.tolist() == pytest.approx([2 * np.log(9)] * 10, abs=1e-2)
    assert not equal.any()
