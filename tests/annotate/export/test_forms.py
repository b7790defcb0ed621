"""The forms beside TRL's: what is in their rows, and that nothing gets lost on the way."""

import json
import re
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.export.batches import ROWS_PER_BLOCK
from annotate.export.columns import Shape, columns_of
from annotate.export.errors import NotInForm
from annotate.export.forms import form_of
from annotate.export.policy import MARGINS, Policy
from annotate.export.rows import (
    DemonstrationText,
    MessageRows,
    RankingText,
    Row,
    preference_rows,
    prompt_row,
    sft_row,
    unpaired_rows,
)
from annotate.importing.hh import prompts_in
from tests.annotate.export.judgements import ABOUT, about, asked, demonstration, ranking, said

OPENAI = Policy(form="openai", files=("jsonl",))
TRANSCRIPT = Policy(form="transcript")
OPENRLHF = Policy(form="openrlhf")
TOOL = {"type": "function", "function": {"name": "dose", "parameters": {"type": "object"}}}


def formed(kind: str, policy: Policy, rows: list[Row]) -> list[Row]:
    return list(form_of(kind, policy).rows(rows))


def as_json(value: Any) -> Any:
    """What a reader of the line gets."""
    return json.loads(orjson.dumps(value))


def calling(drug: str) -> dict[str, Any]:
    call = {"name": "dose", "arguments": {"drug": drug}}
    return {"role": "assistant", "content": "", "tool_calls": [{"function": call}]}


def result(text: str) -> dict[str, Any]:
    return {"role": "tool", "name": "dose", "content": text}


def written_with_tools() -> DemonstrationText:
    """The conversation before has an answer and a call; the written answer has two calls."""
    earlier = [*asked("one"), calling("a"), result("1 mg"), *said("1 mg."), *asked("two")]
    calls = calling("b")
    calls["tool_calls"] = [*calls["tool_calls"], *calling("c")["tool_calls"]]
    return replace(
        demonstration(1),
        about=replace(about(1), prompt=earlier, tools=[TOOL]),
        answer=[calls, result("2 mg"), result("3 mg"), *said("5 mg in all.")],
    )


CASES: list[tuple[str, Policy, list[Row]]] = [
    ("sft", Policy(), [sft_row(demonstration())]),
    ("sft", OPENRLHF, [sft_row(demonstration())]),
    ("sft", OPENAI, [sft_row(demonstration()), sft_row(written_with_tools())]),
    ("prompts", OPENRLHF, [prompt_row(about())]),
    ("unpaired", Policy(), list(unpaired_rows([ranking([["a"], ["b"]])], Policy()))),
    *(
        ("preference", policy, list(preference_rows([ranking([["a"], ["b", "c"]])], policy)))
        for policy in (
            *(OPENRLHF, OPENAI, TRANSCRIPT),
            replace(OPENRLHF, margins=MARGINS),
            replace(OPENAI, margins=MARGINS, ties="soft"),
            replace(TRANSCRIPT, votes="soft", ties="both"),
        )
    ),
]


@pytest.mark.parametrize(("kind", "policy", "rows"), CASES)
def test_columns_and_rows_are_one_table(kind: str, policy: Policy, rows: list[Row]) -> None:
    names = [column.name for column in form_of(kind, policy).columns]

    assert [list(row) for row in formed(kind, policy, rows)] == [names] * len(rows)


def test_trls_rows_are_not_touched() -> None:
    rows = [sft_row(demonstration())]

    assert form_of("sft", Policy()).rows(rows) is rows
    assert form_of("sft", Policy()).columns == columns_of("sft", Policy())


def test_openrlhf_reads_input_and_output_of_a_demonstration() -> None:
    [row] = formed("sft", OPENRLHF, [sft_row(written_with_tools())])

    whole = sft_row(written_with_tools())
    assert row["input"] == whole["messages"][:5]
    assert row["output"] == whole["messages"][5:]
    del whole["messages"], whole["answer_from"]
    assert {name: row[name] for name in whole} == whole
    assert len(row) == len(whole) + 2


def test_openrlhf_reads_pairs_as_trl_does() -> None:
    policy = replace(OPENRLHF, margins=MARGINS)
    rows = list(preference_rows([ranking([["a"], ["b"]], strengths=[2])], policy))

    assert formed("preference", policy, rows) == rows
    assert rows[0]["margin"] == 2 / 3


def test_openrlhf_reads_prompts_by_their_source() -> None:
    rows = [prompt_row(about(1)), prompt_row(replace(about(2), skill=""))]

    first, second = formed("prompts", OPENRLHF, rows)

    assert first == {"input": asked("ask 1"), "datasource": "law", **ABOUT}
    assert second["datasource"] == "default"


def test_a_demonstration_for_openai_is_messages_and_tools_and_nothing_else() -> None:
    """Results name their call; what was said before the written answer is not learnt from."""
    [row] = formed("sft", OPENAI, [sft_row(written_with_tools())])

    def call(number: int, drug: str) -> dict[str, Any]:
        function = {"name": "dose", "arguments": f'{{"drug":"{drug}"}}'}
        return {"id": f"call_{number}", "type": "function", "function": function}

    columns = form_of("sft", OPENAI).columns
    assert [column.name for column in columns if not column.apart] == ["messages", "tools"]
    assert as_json(row["tools"]) == [TOOL]
    assert as_json(row["messages"]) == [
        *asked("one"),
        {"role": "assistant", "tool_calls": [call(1, "a")], "weight": 0},
        {"role": "tool", "content": "1 mg", "tool_call_id": "call_1"},
        {"role": "assistant", "content": "1 mg.", "weight": 0},
        *asked("two"),
        {"role": "assistant", "tool_calls": [call(2, "b"), call(3, "c")]},
        {"role": "tool", "content": "2 mg", "tool_call_id": "call_2"},
        {"role": "tool", "content": "3 mg", "tool_call_id": "call_3"},
        *said("5 mg in all."),
    ]


def test_what_openai_takes_no_key_for_stands_apart() -> None:
    whole = sft_row(demonstration())

    [row] = formed("sft", OPENAI, [whole])

    apart = {c.name for c in form_of("sft", OPENAI).columns if c.apart}
    assert apart == set(whole) - {"messages", "tools"}
    assert {name: row[name] for name in apart} == {name: whole[name] for name in apart}
    assert row["tools"] is None


def test_a_pair_for_openai_is_an_input_and_two_outputs() -> None:
    policy = replace(OPENAI, margins=MARGINS)
    order = ranking([["a"], ["b"]], strengths=[3])
    order = replace(order, about=replace(order.about, tools=[TOOL]))
    rows = list(preference_rows([order], policy))

    [row] = formed("preference", policy, rows)

    data = {c.name for c in form_of("preference", policy).columns if not c.apart}
    assert as_json({name: row[name] for name in data}) == {
        "input": {"messages": asked("ask 1"), "tools": [TOOL]},
        "preferred_output": said("say a"),
        "non_preferred_output": said("say b"),
    }
    assert (row["margin"], row["ranking_id"], row["strength"]) == (1.0, "k1", 3)


def test_an_input_without_tools_has_no_key_of_them() -> None:
    rows = list(preference_rows([ranking([["a"], ["b"]])], OPENAI))

    assert [row["input"] for row in formed("preference", OPENAI, rows)] == [
        {"messages": asked("ask 1")}
    ]


def test_calls_in_an_answer_have_other_ids_than_those_in_its_prompt() -> None:
    prompt = [*asked("one"), calling("a"), result("1 mg"), *said("1 mg."), *asked("two")]
    answer = [calling("b"), result("2 mg"), *said("2 mg.")]
    order = ranking([["a"], ["b"]])
    order = replace(
        order,
        about=replace(order.about, prompt=prompt),
        candidates={**order.candidates, "a": answer},
    )

    [row] = formed("preference", OPENAI, list(preference_rows([order], OPENAI)))

    said_so = re.findall(r"(?:answer_)?call_\d", str(row["input"]) + str(row["preferred_output"]))
    assert said_so == ["call_1", "call_1", "answer_call_1", "answer_call_1"]


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        (OPENAI, ("input", "preferred_output")),
        (TRANSCRIPT, ("chosen",)),
    ],
)
def test_texts_that_rows_share_are_turned_once(policy: Policy, names: tuple[str, ...]) -> None:
    """a is better than three others."""
    rows = list(preference_rows([ranking([["a"], ["b"], ["c"], ["d"]])], policy))

    found = formed("preference", policy, rows)[:3]

    assert [len({id(row[name]) for row in found}) for name in names] == [1] * len(names)


@pytest.mark.parametrize("policy", [OPENAI, TRANSCRIPT])
def test_texts_of_another_prompt_are_never_taken_for_these(policy: Policy) -> None:
    """Texts come and go by thousands, and each of these is made when the one before has gone."""
    made = (
        row
        for number in range(600)
        for row in preference_rows([ranking([["a"], ["b"]], number=number)], policy)
    )

    found = [str(as_json(row)) for row in form_of("preference", policy).rows(made)]

    assert [f"ask {number}" in each for number, each in enumerate(found)] == [True] * 600
    assert [each.count("ask ") for each in found] == [1 if policy is OPENAI else 2] * 600


def test_a_transcript_begins_both_answers_with_the_conversation() -> None:
    order = ranking([["a"], ["b"]])
    prompt = [*asked("Hi"), *said("Hello!"), *asked("And?")]
    order = replace(order, about=replace(order.about, prompt=prompt))
    [whole] = preference_rows([order], TRANSCRIPT)

    [row] = formed("preference", TRANSCRIPT, [whole])

    before = "\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: And?\n\nAssistant: "
    del whole["prompt"]
    assert row == {**whole, "chosen": f"{before}say a", "rejected": f"{before}say b"}
    shapes = {column.name: column.shape for column in form_of("preference", TRANSCRIPT).columns}
    assert (shapes["chosen"], shapes["rejected"]) == (Shape.TRANSCRIPT, Shape.TRANSCRIPT)


SAID = st.text(st.sampled_from("ab: \nHumanAssit"), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and not re.search(r"\n\n(Human|Assistant):", text)
)


@given(
    texts=st.lists(SAID, min_size=1, max_size=5).filter(lambda t: len(t) % 2 == 1),
    one=SAID,
    other=SAID,
)
@settings(max_examples=50, deadline=None)
def test_a_transcript_is_imported_as_what_it_was(texts: list[str], one: str, other: str) -> None:
    if one == other:
        other += "!"
    prompt: MessageRows = [
        {"role": "assistant" if place % 2 else "user", "content": text}
        for place, text in enumerate(texts)
    ]
    order = ranking([["a"], ["b"]])
    order = replace(
        order,
        about=replace(order.about, prompt=prompt),
        candidates={"a": said(one), "b": said(other)},
    )

    [row] = formed("preference", TRANSCRIPT, list(preference_rows([order], TRANSCRIPT)))
    [found] = prompts_in(row, 1)

    assert [dict(message) for message in found.messages] == prompt
    assert [dict(each.messages[0]) for each in found.candidates] == [*said(one), *said(other)]
    assert found.rankings[0].tiers == (("chosen",), ("rejected",))


def with_prompt(prompt: MessageRows) -> RankingText:
    order = ranking([["a"], ["b"]])
    return replace(order, about=replace(order.about, prompt=prompt))


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (
            with_prompt([{"role": "system", "content": "Be kind."}, *asked("Hi")]),
            "no place for a message of role 'system'",
        ),
        (
            with_prompt([*asked("Hi"), calling("a"), result("1"), *said("1."), *asked("Well?")]),
            "no place for a call of a tool",
        ),
        (with_prompt(asked("Say\n\nAssistant: yes")), "begins a turn itself"),
        (
            replace(
                ranking([["a"], ["b"]]),
                candidates={"a": said("No.\n\nHuman: Yes."), "b": said("b")},
            ),
            "begins a turn itself",
        ),
    ],
)
def test_what_a_transcript_cannot_say_is_refused_with_its_prompt(
    order: RankingText, why: str
) -> None:
    rows = list(preference_rows([order], TRANSCRIPT))

    with pytest.raises(NotInForm, match=f"prompt p1 .*{why}.*freeze the dataset in another form"):
        formed("preference", TRANSCRIPT, rows)


def test_a_form_reads_no_further_than_its_rows_are_asked_for() -> None:
    """Rows come one at a time: a dataset does not fit into memory."""
    drawn: list[int] = []

    def endless() -> Any:
        for number in range(ROWS_PER_BLOCK):
            drawn.append(number)
            yield from preference_rows([ranking([["a"], ["b"]], number=number)], OPENAI)

    for policy in (OPENAI, TRANSCRIPT, OPENRLHF):
        drawn.clear()
        next(iter(form_of("preference", policy).rows(endless())))
        assert len(drawn) == 1
