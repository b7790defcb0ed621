"""What can be seen of an answer without understanding it."""

import pytest

from commons.stats.texts import MARK, refuses

REFUSED = [
    "I'm sorry, but I can't help with that.",
    "I cannot assist you here.",
    "I am very sorry: this is beyond what I do.",
    "As an AI language model, I can’t provide that.",
    "Tut mir leid, das kann ich nicht.",
    "Es tut mir leid, dabei kann ich nicht helfen.",
    "Ich kann Ihnen dabei leider nicht weiterhelfen.",
    "Das darf ich dir nicht sagen.",
    "Ich werde diese Frage nicht beantworten.",
]
ANSWERED = [
    "I'm sorry to hear that you are ill. Drink much, and rest.",
    "I am so sorry for your loss. A letter may begin like this.",
    "Es tut mir leid, das zu hören. Trinken Sie viel.",
    "Es tut mir leid, dass es Ihnen schlecht geht: ruhen Sie sich aus.",
    "I cannot swim, but I row.",
    "Ich kann nicht schwimmen, aber rudern.",
    "Das kann ich empfehlen.",
    "Wer nicht helfen kann, ruft Hilfe: ich kann das bestätigen.",
    "A long way in, after two hundred characters of an answer. " * 4 + "I'm sorry.",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_is_told_by_how_it_begins(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", ANSWERED)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not refuses(text)


MARKED = ["# Dose", "Take:\n- water", "1. Wait", "**No**", "[this](a)", "```\nx\n```", "|a|b|"]


@pytest.mark.parametrize("text", MARKED)
def test_markdown_is_told_by_its_marks(text: str) -> None:
    assert MARK.search(text)


@pytest.mark.parametrize("text", ["Well - no.", "In 1914 it began.", "A #1 hit.", "2 * 3 is 6", ""])
def test_plain_text_has_none(text: str) -> None:
    assert not MARK.search(text)
