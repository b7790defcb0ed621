from dataclasses import replace

import pytest

from annotate.export.columns import columns_of
from annotate.export.rows import MARGINS, IdealText, preference_rows, ranked_row, sft_row
from annotate.questions import Question, Questions, Scale
from tests.annotate.export.judgements import asked, demonstration, ranking, said


def test_a_demonstration_becomes_one_conversation() -> None:
    assert sft_row(demonstration(3)) == {
        "messages": [
            {"role": "user", "content": "ask 3"},
            {"role": "assistant", "content": "say 3"},
        ],
        "tools": None,
        "answer_from": 1,
        "prompt_id": "p3",
        "demonstration_id": "d3",
        "rater": "r-1",
        "skill": "law",
        "language": "en",
    }


def test_calls_of_tools_leave_with_their_arguments_as_json_text() -> None:
    """Sorted: a database may give the names of an object in any order."""
    call = {"name": "dose", "arguments": {"weight": 70, "drug": "aspirin"}}
    result = {"role": "tool", "name": "dose", "content": "100 mg"}
    spoken = {"role": "assistant", "content": "", "tool_calls": [{"function": call, "id": "c1"}]}
    written = replace(
        demonstration(3),
        answer=[spoken, result, *said("100 mg.")],
        tools=[{"type": "function", "function": {"name": "dose"}}],
    )

    row = sft_row(written)

    text = {"name": "dose", "arguments": '{"drug":"aspirin","weight":70}'}
    assert row["messages"] == [
        *asked("ask 3"),
        {**spoken, "tool_calls": [{"type": "function", "function": text}]},
        result,
        *said("100 mg."),
    ]
    assert row["tools"] == '[{"function":{"name":"dose"},"type":"function"}]'


def test_a_ranking_becomes_a_row_for_each_strict_preference() -> None:
    """b over a, d; then the tie of a and d gives nothing, and c could not be ranked."""
    rows = list(preference_rows(ranking([["b"], ["a", "d"]], unrankable=["c"], strengths=[2])))

    about = {
        "prompt_id": "p1",
        "ranking_id": "k1",
        "ideal_id": "",
        "rater": "r-1",
        "strength": 2,
        "skill": "law",
        "language": "en",
    }
    start = {"prompt": asked("ask 1"), "chosen": said("say b")}
    assert rows == [
        {**start, "rejected": said("say a"), **about},
        {**start, "rejected": said("say d"), **about},
    ]


def test_a_margin_is_on_every_row_or_on_none() -> None:
    """a over b is 1 (slightly), a over c at least that much, and b over c is not known."""
    order = ranking([["a"], ["b"], ["c"]], strengths=[1, None])

    without = list(preference_rows(order))
    with_margins = list(preference_rows(order, margins=MARGINS))

    assert ["margin" in row for row in without] == [False, False, False]
    assert [row["margin"] for row in with_margins] == [1 / 3, 1 / 3, 0.0]


def test_a_ranking_is_kept_as_it_was_given() -> None:
    row = ranked_row(ranking([["d"], ["b", "a"]], unrankable=["c"], strengths=[3]))

    assert row == {
        "prompt": asked("ask 1"),
        "answers": [said("say a"), said("say b"), said("say c"), said("say d")],
        "tiers": [[3], [1, 0]],
        "unrankable": [2],
        "strengths": [3],
        "ratings": None,
        "flags": None,
        "spans": None,
        "reason": "",
        "ideal": None,
        "ideal_id": "",
        "prompt_id": "p1",
        "ranking_id": "k1",
        "rater": "r-1",
        "skill": "law",
        "language": "en",
    }


def test_an_ideal_answer_is_better_than_every_tier():
    """a over b is 2; the ideal one over a was not asked, and over b it is at least that much."""
    order = replace(
        ranking([["a"], ["b"]], unrankable=["c", "d"], strengths=[2]),
        ideal=IdealText("i1", said("say a, and why")),
    )

    pairs = [
        (row["chosen"], row["rejected"], row["strength"], row["ideal_id"])
        for row in preference_rows(order)
    ]
    row = ranked_row(order)

    ideal = said("say a, and why")
    assert pairs == [
        (ideal, said("say a"), None, "i1"),
        (ideal, said("say b"), 2, "i1"),
        (said("say a"), said("say b"), 2, ""),
    ]
    assert (row["ideal"], row["ideal_id"]) == (ideal, "i1")
    assert (len(row["answers"]), row["tiers"], row["strengths"]) == (4, [[0], [1]], [2])


def test_an_ideal_answer_of_a_single_tier_is_better_than_all_of_it():
    order = replace(ranking([["a", "b"]]), ideal=IdealText("i1", said("say more")))

    pairs = [(row["rejected"], row["strength"]) for row in preference_rows(order)]

    assert pairs == [(said("say a"), None), (said("say b"), None)]


def test_what_was_said_of_each_answer_names_it_by_its_place():
    asked = Questions(
        ratings=[Scale("helpful", "Helpful", 0, 4)],
        flags=[Question("harmful", "Could do harm")],
        spans=[Question("wrong", "Wrong")],
    )
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "say"}
    order = replace(
        ranking([["a"], ["b"], ["c"]]),
        asked=asked,
        reason="a is short.",
        answers={
            "c": {"ratings": {"helpful": 0}, "spans": [span, span | {"why": "It is not."}]},
            "b": {"flags": {"harmful": False}},
        },
    )

    row = ranked_row(order)
    nothing = ranked_row(replace(order, answers={}))

    assert row["ratings"] == [{"answer": 2, "name": "helpful", "value": 0}]
    assert row["flags"] == [{"answer": 1, "name": "harmful", "value": False}]
    at = {"answer": 2, "name": "wrong", "start": 0, "end": 3, "quote": "say"}
    assert row["spans"] == [at | {"why": ""}, at | {"why": "It is not."}]
    assert row["reason"] == "a is short."
    assert (nothing["ratings"], nothing["flags"], nothing["spans"]) == ([], [], [])


@pytest.mark.parametrize(
    ("tiers", "unrankable", "strengths"),
    [
        ([["a"], ["b"], ["c"], ["d"]], [], [None, None, None]),
        ([["a", "b", "c", "d"]], [], []),
        ([], ["a", "b", "c", "d"], []),
    ],
)
def test_strengths_that_were_never_asked_are_null_at_every_boundary(
    tiers: list[list[str]], unrankable: list[str], strengths: list[None]
) -> None:
    row = ranked_row(ranking(tiers, unrankable=unrankable))

    assert (row["strengths"], len(row["tiers"])) == (strengths, len(tiers))


def test_nothing_but_role_and_content_leaves_in_a_message() -> None:
    named = demonstration()
    leaky = type(named)(
        **{name: getattr(named, name) for name in named.__slots__ if name != "answer"},
        answer=[{"role": "assistant", "content": "say", "author": "Ada Lovelace"}],
    )

    assert "Ada" not in repr(sft_row(leaky))


def test_rows_have_the_columns_of_their_kind_in_order() -> None:
    order = ranking([["a"], ["b"]])

    assert list(sft_row(demonstration())) == [one.name for one in columns_of("sft")]
    assert list(ranked_row(order)) == [one.name for one in columns_of("ranked")]
    for margins in (None, MARGINS):
        columns = columns_of("preference", margins=margins is not None)
        (row,) = preference_rows(order, margins=margins)
        assert list(row) == [one.name for one in columns]


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'dpo'; use one of sft, preference, ranked"):
        columns_of("dpo")
