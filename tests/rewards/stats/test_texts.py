"""What can be seen of an answer without understanding it."""

import pytest

from rewards.stats.texts import refuses

REFUSED = [
    "I'm sorry, but I can't help with that.",
    "I cannot assist you here.",
    "Es tut mir leid, dabei kann ich nicht helfen.",
    "Ich kann Ihnen dabei leider nicht weiterhelfen.",
    "Das darf ich dir nicht sagen.",
    "Ich werde diese Frage nicht beantworten.",
]
ANSWERED = [
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
