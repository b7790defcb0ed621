import pytest

from annotate.importing.fields import BadRow
from annotate.importing.laurel import answer_in, prompts_in
from annotate.importing.records import (
    ImportedAnswer,
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
)


def refusal(row: dict[str, object]) -> str:
    with pytest.raises(BadRow) as bad:
        list(prompts_in(row, 1))
    return str(bad.value)


def with_ranking(**ranking: object) -> dict[str, object]:
    answers = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
    return {"prompt": "Why?", "candidates": answers, "rankings": [ranking]}


def test_a_full_row_is_read_as_documented() -> None:
    row: dict[str, object] = {
        "id": "q-17",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Why is the sky blue?"},
        ],
        "skill": "physics",
        "language": "de",
        "source": "physics-questions",
        "candidates": [
            {
                "text": "Scattering.",
                "source": "model-a",
                "sampling": {"temperature": 0.7, "n": None},
            },
            {"messages": [{"role": "assistant", "content": "The sea."}]},
            {"text": "Nobody knows."},
        ],
        "demonstrations": [{"text": "Air scatters blue more.", "rater": "ada"}],
        "rankings": [
            {"tiers": [[0], [2]], "unrankable": [1], "strengths": [3], "rater": "ada"},
            {"tiers": [[1, 2]]},
        ],
    }

    assert list(prompts_in(row, 5)) == [
        ImportedPrompt(
            key="q-17",
            messages=(
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Why is the sky blue?"},
            ),
            skill="physics",
            language="de",
            source="physics-questions",
            candidates=(
                ImportedCandidate(
                    key="0",
                    messages=({"role": "assistant", "content": "Scattering."},),
                    source="model-a",
                    sampling={"temperature": 0.7, "n": None},
                ),
                ImportedCandidate(
                    key="1",
                    messages=({"role": "assistant", "content": "The sea."},),
                    source="unknown",
                    sampling={},
                ),
                ImportedCandidate(
                    key="2",
                    messages=({"role": "assistant", "content": "Nobody knows."},),
                    source="unknown",
                    sampling={},
                ),
            ),
            demonstrations=(
                ImportedDemonstration(
                    messages=({"role": "assistant", "content": "Air scatters blue more."},),
                    rater="ada",
                ),
            ),
            rankings=(
                ImportedRanking(
                    rater="ada", tiers=(("0",), ("2",)), unrankable=("1",), strengths=(3,)
                ),
                ImportedRanking(rater="imported", tiers=(("1", "2"),)),
            ),
            line=5,
        )
    ]


def test_a_prompt_alone_is_enough_and_its_key_is_a_digest_of_the_row() -> None:
    first, again, other = (
        next(prompts_in(row, 1))
        for row in ({"prompt": "Why?"}, {"prompt": "Why?"}, {"prompt": "How?"})
    )

    assert first == again
    assert first.key != other.key
    assert (first.skill, first.language, first.source) == ("", "en", "laurel")
    assert first.messages == ({"role": "user", "content": "Why?"},)


def test_a_number_is_a_good_name() -> None:
    assert next(prompts_in({"id": 17, "prompt": "Why?"}, 1)).key == "17"


def test_a_row_says_who_may_see_it_and_how_soon() -> None:
    row = {"external_id": "q-17", "prompt": "Why?", "clearance": "ward", "priority": 9}

    found, plain = next(prompts_in(row, 1)), next(prompts_in({"prompt": "Why?"}, 1))

    assert (found.key, found.clearance, found.priority) == ("q-17", "ward", 9)
    assert (plain.clearance, plain.priority) == ("", 5)


def test_a_further_candidate_names_its_prompt() -> None:
    row = {"prompt": 17, "text": "Air.", "source": "model-b", "sampling": {"seed": 1}}

    assert answer_in(row) == ImportedAnswer(
        prompt="17",
        candidate=ImportedCandidate(
            key="",
            messages=({"role": "assistant", "content": "Air."},),
            source="model-b",
            sampling={"seed": 1},
        ),
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"text": "a"}, "prompt is missing; name the prompt that this answers."),
        ({"prompt": "q"}, 'the row needs either "text" or "messages", and not both.'),
        ({"prompt": "q", "text": ""}, "text is empty; fill it in or leave the row out."),
        (
            {"prompt": "q", "messages": [{"role": "tool", "content": "a"}]},
            "messages ends with a tool's turn; an answer ends with the assistant's.",
        ),
        (
            {"prompt": "q", "text": "a", "rater": "ada"},
            "the row has no field named 'rater'; rename or remove it.",
        ),
    ],
)
def test_a_further_candidate_that_cannot_be_kept_is_refused(
    row: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadRow) as bad:
        answer_in(row)

    assert str(bad.value) == reason


def test_odd_but_harmless_characters_are_kept_as_they_are() -> None:
    text = "  tab\t, line\r\n, Ω, 🜁, עברית\u200f, \u00ad\n"

    assert next(prompts_in({"prompt": text}, 1)).messages[0]["content"] == text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, 'the row needs either "prompt" or "messages", and not both.'),
        (
            {"prompt": "a", "messages": []},
            'the row needs either "prompt" or "messages", and not both.',
        ),
        ({"prompt": 3}, "prompt must be text, not a number."),
        ({"prompt": " \n"}, "prompt is empty; fill it in or leave the row out."),
        ({"prompt": "a\0b"}, "prompt holds the control character U+0000; remove it."),
        ({"prompt": "a\x1b[2J"}, "prompt holds the control character U+001B; remove it."),
        (
            {"prompt": "a\ud800"},
            "prompt holds half of a surrogate pair; write the whole character.",
        ),
        ({"messages": "a"}, "messages must be a list of messages, not text."),
        ({"messages": []}, "messages is empty; give it at least one message."),
        ({"messages": [None]}, "messages[0] must be an object, not missing."),
        (
            {"messages": [{"role": "human", "content": "a"}]},
            "messages[0].role is 'human'; use one of system, user, assistant, tool.",
        ),
        (
            {"messages": [{"role": ["user"], "content": "a"}]},
            "messages[0].role is ['user']; use one of system, user, assistant, tool.",
        ),
        (
            {"messages": [{"role": "user", "content": ["a"]}]},
            "messages[0].content must be text, not a list.",
        ),
        (
            {"messages": [{"role": "user", "content": "a", "tool_calls": []}]},
            "messages[0] has no field named 'tool_calls'; rename or remove it.",
        ),
        (
            {"messages": [{"role": "assistant", "content": "a"}]},
            "messages ends with the turn of assistant; a prompt ends with the user's.",
        ),
        (
            {"prompt": "a", "candidate": []},
            "the row has no field named 'candidate'; rename or remove it.",
        ),
        ({"prompt": "a", "id": True}, "id must be text, not true or false."),
        ({"prompt": "a", "id": ""}, "id is empty; fill it in or leave the row out."),
        ({"prompt": "a", "skill": "s" * 65}, "skill has 65 characters; shorten it to 64."),
        ({"prompt": "a", "priority": 0}, "priority is 0; use 1 (comes first) to 9 (comes last)."),
        ({"prompt": "a", "priority": 1.5}, "priority must be a whole number, not a number."),
        (
            {"prompt": "a", "id": "b", "external_id": "b"},
            'external_id is another word for "id"; leave one of the two out.',
        ),
        ({"prompt": "a", "candidates": {}}, "candidates must be a list, not an object."),
        ({"prompt": "a", "candidates": ["b"]}, "candidates[0] must be an object, not text."),
        (
            {"prompt": "a", "candidates": [{}]},
            'candidates[0] needs either "text" or "messages", and not both.',
        ),
        (
            {"prompt": "a", "candidates": [{"text": ""}]},
            "candidates[0].text is empty; fill it in or leave the row out.",
        ),
        (
            {"prompt": "a", "candidates": [{"messages": [{"role": "user", "content": "b"}]}]},
            "candidates[0].messages holds a turn of user; an answer holds the assistant's.",
        ),
        (
            {"prompt": "a", "candidates": [{"messages": [{"role": "tool", "content": "b"}]}]},
            "candidates[0].messages ends with a tool's turn; an answer ends with the assistant's.",
        ),
        (
            {"prompt": "a", "candidates": [{"text": "b"}, {"text": "c"}, {"text": "b"}]},
            "candidate 2 repeats candidate 0 word for word; leave one of them out.",
        ),
        (
            {"prompt": "a", "candidates": [{"text": "b", "sampling": {"p": float("inf")}}]},
            "candidates[0].sampling.p is not a finite number; leave it out.",
        ),
        (
            {"prompt": "a", "candidates": [{"text": "b", "sampling": {"stop": ["c"]}}]},
            "candidates[0].sampling.stop must be text, a number, true, false or null, not a list.",
        ),
        (
            {"prompt": "a", "candidates": [{"text": "b", "sampling": {"k\0": 1}}]},
            "a key of candidates[0].sampling holds the control character U+0000; remove it.",
        ),
        (
            {"prompt": "a", "demonstrations": [{"text": "b", "rater": " "}]},
            "demonstrations[0].rater is empty; fill it in or leave the row out.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(row: dict[str, object], reason: str) -> None:
    assert refusal(row) == reason


@pytest.mark.parametrize(
    ("ranking", "reason"),
    [
        (
            {"tiers": [[0], [3]]},
            "rankings[0].tiers[1] names candidate 3, but there are 3; count them from 0.",
        ),
        (
            {"tiers": [[0], [-1]]},
            "rankings[0].tiers[1] names candidate -1, but there are 3; count them from 0.",
        ),
        (
            {"tiers": [[0], [True]]},
            "rankings[0].tiers[1] must be a whole number, not true or false.",
        ),
        ({"tiers": [[0], ["1"]]}, "rankings[0].tiers[1] must be a whole number, not text."),
        ({"tiers": [0, 1]}, "rankings[0].tiers[0] must be a list, not a number."),
        ({"tiers": [[0], [], [1]]}, "rankings[0].tiers holds an empty tier; remove it."),
        (
            {"tiers": [[0], [1]], "unrankable": [0]},
            "rankings[0] places a candidate twice; name each of them once.",
        ),
        ({"tiers": [[0]]}, "rankings[0] places 1 candidate; a ranking needs two."),
        (
            {"tiers": [[0], [1]], "strengths": [1, 2]},
            "rankings[0].strengths has 2 entries for 1 boundaries between tiers; give one each.",
        ),
        (
            {"tiers": [[0], [1]], "strengths": [4]},
            "rankings[0].strengths holds 4; use 1, 2, 3 or null.",
        ),
        ({"order": []}, "rankings[0] has no field named 'order'; rename or remove it."),
    ],
)
def test_an_impossible_ranking_is_refused(ranking: dict[str, object], reason: str) -> None:
    assert refusal(with_ranking(**ranking)) == reason


def test_a_ranking_may_say_that_all_are_bad() -> None:
    (prompt,) = prompts_in(with_ranking(unrankable=[2, 0, 1]), 1)

    assert prompt.rankings == (
        ImportedRanking(rater="imported", tiers=(), unrankable=("2", "0", "1")),
    )


TOOL = {"type": "function", "function": {"name": "dose", "parameters": {"type": "object"}}}
CALLED = {"type": "function", "function": {"name": "dose", "arguments": {"drug": "aspirin"}}}


def test_a_prompt_may_offer_tools_and_its_answers_may_call_them():
    call = {"role": "assistant", "tool_calls": [CALLED]}
    typed = {"function": {"name": "dose", "arguments": '{"drug": "aspirin"}'}}
    result = {"role": "tool", "name": "dose", "content": "100 mg"}
    last = {"role": "assistant", "content": "100 mg."}
    row = {
        "prompt": "How much?",
        "tools": [TOOL],
        "candidates": [
            {"messages": [call, result, last]},
            {"messages": [{**call, "tool_calls": [CALLED, typed]}, result, result, last]},
        ],
    }

    prompt = next(prompts_in(row, 1))

    kept = {"role": "assistant", "content": "", "tool_calls": [CALLED]}
    assert prompt.tools == (TOOL,)
    assert [candidate.messages for candidate in prompt.candidates] == [
        (kept, result, last),
        (kept | {"tool_calls": [CALLED, CALLED]}, result, result, last),
    ]


def test_answers_that_differ_in_a_call_alone_are_two_answers():
    other = {"type": "function", "function": {"name": "dose", "arguments": {"drug": "heparin"}}}
    answers = [[{"role": "assistant", "tool_calls": [each]}] for each in (CALLED, other)]
    row = {"prompt": "How much?", "candidates": [{"messages": each} for each in answers]}

    assert len(next(prompts_in(row, 1)).candidates) == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("tools", {}, "tools must be a list"),
        ("tools", [TOOL, TOOL], "tools offers “dose” twice"),
        ("tools", [{"type": "function", "function": {}}], "tools.0.function.name must be a word"),
        ("messages", [{"role": "user", "content": "x", "tool_calls": [CALLED]}], "tool_calls"),
        (
            "messages",
            [
                {
                    "role": "assistant",
                    "tool_calls": [{"function": {"name": "a", "arguments": "{"}}],
                },
                {"role": "user", "content": "x"},
            ],
            r"messages\[0\].tool_calls\[0\].function.arguments are no JSON",
        ),
        (
            "messages",
            [
                {"role": "assistant", "tool_calls": [{"function": {}}]},
                {"role": "user", "content": "x"},
            ],
            r"messages\[0\].tool_calls\[0\].function.name is empty",
        ),
    ],
)
def test_an_odd_tool_or_call_is_refused_with_its_place(field: str, value: object, said: str):
    row = {field: value} if field == "messages" else {"prompt": "x", field: value}

    with pytest.raises(BadRow, match=said):
        next(prompts_in(row, 1))
