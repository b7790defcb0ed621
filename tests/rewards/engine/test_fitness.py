"""Which answers are fit to be shown beside others."""

import pytest

from rewards.engine.fitness import blank_the_unfit, why_unfit
from rewards.engine.prompts import Prompt
from rewards.engine.voices import Slot, Voice
from tests.rewards.engine.conftest import asks

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
ROUND = "and so on and so on and so on and so on and so on"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("I am ChatGPT, at your service.", "maker"),
        (ROUND, "looping"),
        ("Yes.", "alike"),  # a short one: the same words, whatever the signs between them
        ("No.", ""),
        (f"{LONG} fifteen", "alike"),
        ("Something else entirely, which nobody has said before.", ""),
    ],
)
def test_why_an_answer_is_not_shown(text: str, why: str) -> None:
    assert why_unfit(text, asks("Why?"), [LONG, "yes"]) == why


def test_answers_are_alike_from_four_of_five_pairs_of_words_on() -> None:
    """13 pairs of 14 words. With the last word another, 12 are common and 14 in all: 0.857. With
    two words in the middle others, 10 are common and 16 in all: 0.625."""
    last = LONG.replace("fourteen", "more")
    middle = LONG.replace("seven eight", "VII VIII")

    assert why_unfit(last, asks("Why?"), [LONG]) == "alike"
    assert why_unfit(middle, asks("Why?"), [LONG]) == ""


def test_what_stands_stays_and_what_comes_second_goes() -> None:
    prompt, voice = Prompt("p", asks("Why?")), Voice("m", "s", 1.0)
    stands, first, second, new = (
        Slot(prompt, voice, number, text)
        for number, text in enumerate(["Because.", "because", LONG, f"{LONG}!"])
    )

    blank_the_unfit([stands, first, second, new], [first, second, new])

    assert [each.text for each in (stands, first, second, new)] == ["Because.", "", LONG, ""]
    assert [each.unfit for each in (stands, first, second, new)] == [[], ["alike"], [], ["alike"]]


def test_what_another_model_said_counts() -> None:
    slot = Slot(Prompt("p", asks("Why?")), Voice("m", "s", 1.0), text="Because it is.")

    blank_the_unfit([slot], [slot], beside=["because it IS"])

    assert slot.unfit == ["alike"]
