"""An answer that gives its writer away is found; one that speaks of llamas is not."""

import pytest

from rewards.engine.blindness import names_its_maker
from tests.rewards.engine.conftest import asks


@pytest.mark.parametrize(
    "answer",
    [
        "I am SmolLM, how can I help?",
        "As ChatGPT, I have no opinion.",
        "I'm Claude and I cook.",
        "My name is Gemini.",
        "I am an AI assistant named Bo.",
        "I was trained by Hugging Face.",
        "I am a language model developed by Acme.",
    ],
)
def test_an_answer_that_names_its_maker_is_found(answer: str) -> None:
    assert names_its_maker(answer, asks("Who are you?"))


@pytest.mark.parametrize(
    "answer",
    [
        "Claude Monet painted water lilies.",
        "Gemini follows Taurus, and a llama eats hay.",
        "I am a careful cook, and so are you.",
        "The assistant, trained well, hands over the scalpel.",
    ],
)
def test_an_innocent_answer_stays(answer: str) -> None:
    assert not names_its_maker(answer, asks("Tell me something."))


def test_what_the_prompt_brings_up_may_be_answered() -> None:
    assert not names_its_maker("OpenAI was founded in 2015.", asks("When was OpenAI founded?"))
