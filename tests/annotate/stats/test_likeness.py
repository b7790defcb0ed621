"""Texts are alike by the words that they share."""

import pytest

from annotate.stats.likeness import MOST_WORDS, likeness, words_of


def test_words_are_told_apart_from_what_is_in_every_text() -> None:
    assert words_of("The dose of Aspirin, aspirin — and 100 mg, Straße!") == [
        "aspirin",
        "dose",
        "strasse",
    ]


def test_of_a_long_text_the_longest_words_are_kept() -> None:
    text = " ".join(
        f"word{'x' * (at % 7)}{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(400)
    )

    kept = words_of(text)

    assert len(kept) == MOST_WORDS
    assert kept == sorted(kept)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["dose"], ["dose"], 1.0),
        (["dose", "aspirin"], ["dose", "stent"], 1 / 3),
        (["dose"], ["stent"], 0.0),
        ([], [], 0.0),
    ],
)
def test_likeness_is_the_share_of_common_words(
    one: list[str], other: list[str], expected: float
) -> None:
    assert likeness(one, other) == pytest.approx(expected)
