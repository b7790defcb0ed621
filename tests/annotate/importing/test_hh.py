import pytest

from annotate.importing.fields import BadRow
from annotate.importing.hh import prompts_in
from annotate.importing.records import ImportedCandidate, ImportedPrompt, ImportedRanking

START = "\n\nHuman: Hi there\n\nAssistant: Hello.\n\nHuman: Tell me:\n\n1. Why?"


def transcript(answer: str) -> str:
    return f"{START}\n\nAssistant: {answer}"


def messages(answer: str) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": "Hi there"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Tell me:\n\n1. Why?"},
        {"role": "assistant", "content": answer},
    ]


def test_the_common_start_is_the_prompt_and_the_last_turns_are_ranked() -> None:
    row = {"chosen": transcript("Because."), "rejected": transcript("No. ")}

    (prompt,) = prompts_in(row, 9)

    assert prompt == ImportedPrompt(
        key=prompt.key,
        messages=(
            {"role": "user", "content": "Hi there"},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "Tell me:\n\n1. Why?"},
        ),
        skill="",
        language="en",
        source="hh",
        candidates=(
            ImportedCandidate(
                key="chosen",
                messages=({"role": "assistant", "content": "Because."},),
                source="unknown",
                sampling={},
            ),
            ImportedCandidate(
                key="rejected",
                messages=({"role": "assistant", "content": "No."},),
                source="unknown",
                sampling={},
            ),
        ),
        demonstrations=(),
        rankings=(ImportedRanking(rater="hh", tiers=(("chosen",), ("rejected",))),),
        line=9,
    )


def test_message_lists_say_the_same_as_transcripts() -> None:
    spoken = prompts_in({"chosen": transcript("A"), "rejected": transcript("B")}, 1)
    listed = prompts_in({"chosen": messages("A"), "rejected": messages("B")}, 1)

    assert list(listed) == list(spoken)


def test_the_key_tells_the_pairs_of_one_prompt_apart() -> None:
    rows = [("A", "B"), ("A", "C"), ("B", "A"), ("A", "B")]

    keys = [
        next(prompts_in({"chosen": transcript(good), "rejected": transcript(bad)}, 1)).key
        for good, bad in rows
    ]

    assert len(set(keys)) == 3
    assert keys[0] == keys[3]


@pytest.mark.parametrize(
    ("chosen", "rejected", "reason"),
    [
        (transcript("A"), transcript("A"), "are the same"),
        (transcript("A"), "\n\nHuman: Else\n\nAssistant: B", "part before their last turns"),
        ("Hello", transcript("B"), 'chosen does not begin with "Human:"'),
        (f"Note{START}", transcript("B"), 'chosen does not begin with "Human:"'),
        (transcript("A"), transcript(" "), "a turn of Assistant in rejected is empty"),
        (transcript("A"), None, "rejected must be text, not missing"),
        ("\n\nHuman: A", "\n\nHuman: B", "the last turn of chosen holds a turn of user"),
        ("Assistant: A", "Assistant: B", "the prompt ends with the turn of nobody"),
        (messages("A"), [], "rejected is empty"),
        (transcript("A\0"), transcript("B"), "U\\+0000"),
    ],
)
def test_a_row_that_is_no_pair_is_refused(chosen: object, rejected: object, reason: str) -> None:
    with pytest.raises(BadRow, match=reason):
        list(prompts_in({"chosen": chosen, "rejected": rejected}, 1))
