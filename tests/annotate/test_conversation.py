"""What may stand in an answer of several messages."""

import pytest

from annotate.conversation import flaws, plain_answer, settled, text_of
from tests.annotate.test_tools import DOSE

Message = dict[str, object]


def says(text: str) -> Message:
    return {"role": "assistant", "content": text}


def calls(*arguments: object, name: str = "dose", text: str = "") -> Message:
    made = [
        {"type": "function", "function": {"name": name, "arguments": each}} for each in arguments
    ]
    return {"role": "assistant", "content": text, "tool_calls": made}


def gives(text: str, name: str = "dose") -> Message:
    return {"role": "tool", "name": name, "content": text}


def asks(text: str) -> Message:
    return {"role": "user", "content": text}


ASPIRIN: dict[str, object] = {"drug": "aspirin"}
WHOLE = [
    calls(ASPIRIN, {"drug": "ibuprofen"}, text="I look both up."),
    gives("100 mg"),
    gives("400 mg"),
    says("100 mg and 400 mg."),
    asks("And together?"),
    says("Better not."),
]


def told(messages: list[Message], *, turns: int = 5) -> list[tuple[str, str]]:
    return [(flaw.path, flaw.said.split(";")[0]) for flaw in flaws(messages, [DOSE], turns=turns)]


@pytest.mark.parametrize("messages", [[says("Because.")], WHOLE])
def test_a_whole_answer_has_no_flaws(messages: list[Message]) -> None:
    assert told(messages) == []


@pytest.mark.parametrize(
    ("messages", "found"),
    [
        ([], [("0.role", "The last block is the answer in words")]),
        ([says(" \n")], [("0.content", "It is empty")]),
        ([asks("Why?"), says("So.")], [("0.role", "A follow-up question comes after an answer")]),
        (
            [says("One."), says("Two.")],
            [("1.role", "Two texts of the assistant follow each other")],
        ),
        ([says("One."), asks("Why?")], [("1.role", "The last block is the answer in words")]),
        ([gives("x"), says("So.")], [("0.role", "No call waits for this result")]),
        (
            [calls(ASPIRIN), says("So.")],
            [("1.role", "The result of “dose” comes first")],
        ),
        (
            [calls(ASPIRIN), gives("x", name="now"), says("So.")],
            [("1.name", "The call before it is of “dose”")],
        ),
        (
            [calls(ASPIRIN), gives("x"), gives("y"), says("So.")],
            [("2.role", "No call waits for this result")],
        ),
        ([calls(ASPIRIN), gives(" "), says("So.")], [("1.content", "The result is empty")]),
        (
            [calls({}), gives("x"), says("So.")],
            [("0.tool_calls.0.function.arguments", "“drug” is missing")],
        ),
        (
            [calls({"drug": 7}), gives("x"), says("So.")],
            [
                (
                    "0.tool_calls.0.function.arguments.drug",
                    "drug: 7 is not of the type string.",
                )
            ],
        ),
        (
            [calls(ASPIRIN, name="now"), gives("x", name="now"), says("So.")],
            [("0.tool_calls.0.function.name", "There is no tool “now”")],
        ),
        (
            [{"role": "system", "content": "x"}],
            [
                ("0.role", "It is the assistant’s, a tool’s or the user’s"),
                ("0.role", "The last block is the answer in words"),
            ],
        ),
        ([says("One.") | {"author": "Ada"}], [("0.author", "Nobody knows “author” here")]),
        ([{"role": "assistant", "content": 7}], [("0.content", "Its content is a text")]),
        ([says("\0")], [("0.content", "It holds a NUL character")]),
        ([says("x")] * 61, [("60", "An answer has at most 60 blocks")]),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    messages: list[Message], found: list[tuple[str, str]]
) -> None:
    assert told(messages) == found


def test_a_conversation_has_no_more_turns_than_are_wanted() -> None:
    assert told(WHOLE, turns=1) == [("4.role", "Here a conversation has at most 1 turn(s)")]


def test_a_prompt_without_tools_takes_no_calls() -> None:
    found = [flaw.said for flaw in flaws([calls({}), gives("x"), says("So.")], [], turns=1)]

    assert found == ["This prompt offers no tools; remove the call."]


def test_arguments_that_were_typed_are_read_and_others_stay() -> None:
    typed = [
        calls('{"drug": "aspirin"}', "", '{"drug"', ASPIRIN),
        {**says("So."), "tool_calls": []},
    ]

    assert settled(typed) == [calls(ASPIRIN, {}, '{"drug"', ASPIRIN), says("So.")]
    assert settled("no list") == []


def test_a_text_alone_is_a_plain_answer() -> None:
    assert plain_answer([says("Because.")]) == "Because."
    assert plain_answer(WHOLE) is None
    assert plain_answer([calls(ASPIRIN)]) is None


def test_the_text_of_an_answer_leaves_out_calls_results_and_questions() -> None:
    assert text_of(WHOLE) == "I look both up.\n\n100 mg and 400 mg.\n\nBetter not."
    assert text_of([calls(ASPIRIN), gives("x"), says("So.")]) == "So."
