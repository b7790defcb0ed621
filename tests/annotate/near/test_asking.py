"""What a prompt asks is compared whatever its form, and as closely as the Jaccard index says."""

import pytest

from annotate.near.asking import NEAR, asked_in, form_of, shingles_of
from commons.likeness import jaccard, words_of


def words(first: int, last: int) -> str:
    return " ".join(f"w{number}" for number in range(first, last + 1))


def test_all_that_the_user_said_is_asked_and_nothing_else():
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "Two."},
        {"role": "user", "content": "Three?"},
    ]

    assert asked_in(messages) == "One?\nThree?"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("How do I, an OLD man,\n\tboil eggs?", "how do i an old man boil eggs"),
        ("17 is not 71; 3.5_x", "17 is not 71 3 5 x"),
        ("Straße — ＡＢＣ ﬁn", "strasse abc fin"),
        ("nai\u0308ve “naïve”", "naïve naïve"),
        ("हिन्दी में", "हिन्दी में"),
        ("日本語のABC", "日 本 語 の abc"),
        ("ไทย", "ไ ท ย"),
        ("🜁 + 🜂", ""),
    ],
)
def test_words_are_the_same_in_every_form(said: str, expected: str):
    assert " ".join(words_of(said)) == expected


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("Why?", " why ", True),
        ("What is 3 + 4?", "what is  3 + 4", True),
        ("What is 3 + 4?", "What is 3 * 4?", False),
        ("🜁", "🜂", False),
        ("How do I boil eggs?", "How - do I boil: EGGS", True),
    ],
)
def test_a_short_prompt_is_near_to_its_equals_alone(one: str, other: str, are_one: bool):
    assert (form_of(one, words_of(one)) == form_of(other, words_of(other))) is are_one
    assert jaccard(shingles_of(one), shingles_of(other)) == float(are_one)


def test_the_jaccard_index_by_hand():
    """Of 19 words one in the middle is exchanged: 18 pairs each, 16 of them in common."""
    one, other = words(1, 19), f"{words(1, 9)} other {words(11, 19)}"

    assert jaccard(shingles_of(one), shingles_of(other)) == 16 / 20 == NEAR


def test_one_word_less_is_too_few():
    one, other = words(1, 18), f"{words(1, 9)} other {words(11, 18)}"

    assert jaccard(shingles_of(one), shingles_of(other)) == 15 / 19 < NEAR


def test_four_words_of_five_are_another_prompt():
    assert jaccard(shingles_of(words(1, 4)), shingles_of(words(1, 5))) == 0


def test_text_without_spaces_is_compared_by_letters():
    """Of 28 characters one is exchanged: 27 pairs each, 25 in common; 25/29 is near."""
    one = "".join(chr(0x4E00 + number) for number in range(28))
    other = one[:10] + "龍" + one[11:]

    assert jaccard(shingles_of(one), shingles_of(other)) == 25 / 29
