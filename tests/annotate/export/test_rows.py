from dataclasses import replace
from typing import Any

import pytest

from annotate.export.batches import rows_of
from annotate.export.columns import columns_of
from annotate.export.policy import MARGINS, Policy
from annotate.export.rows import (
    Row,
    batches_of_rankings,
    preference_rows,
    prompt_row,
    ranked_row,
    sft_row,
    unpaired_rows,
)
from annotate.questions import Question, Questions, Scale
from tests.annotate.export.judgements import (
    ABOUT,
    about,
    asked,
    demonstration,
    ranking,
    said,
    word,
)

PLAIN = Policy()
BELOW = Policy(unrankable="below")
RATED = Policy(rating="helpful", rating_at_least=3)
TOOL = {"type": "function", "function": {"name": "dose"}}


def test_a_demonstration_becomes_one_conversation() -> None:
    assert sft_row(demonstration(1)) == {
        "messages": [
            {"role": "user", "content": "ask 1"},
            {"role": "assistant", "content": "say 1"},
        ],
        "answer_from": 1,
        **ABOUT,
        "demonstration_id": "d1",
        "rater": "r-1",
    }


def test_calls_of_tools_leave_with_their_arguments_as_json_text() -> None:
    """Sorted: a database may give the names of an object in any order."""
    call = {"name": "dose", "arguments": {"weight": 70, "drug": "aspirin"}}
    result = {"role": "tool", "name": "dose", "content": "100 mg"}
    spoken = {"role": "assistant", "content": "", "tool_calls": [{"function": call, "id": "c1"}]}
    written = replace(
        demonstration(3),
        about=replace(about(3), tools=[TOOL]),
        answer=[spoken, result, *said("100 mg.")],
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


def test_a_prompt_alone_has_no_answer_and_no_rater() -> None:
    row = prompt_row(replace(about(1), tools=[TOOL]))

    tools = '[{"function":{"name":"dose"},"type":"function"}]'
    assert row == {"prompt": asked("ask 1"), **ABOUT, "tools": tools}


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
        "sources": ["model-1", "", "", ""],
        **ABOUT,
        "ranking_id": "k1",
        "rater": "r-1",
    }


def test_an_ideal_answer_stands_beside_what_was_ranked() -> None:
    row = ranked_row(ranking([["a"], ["b"]], strengths=[2], ideal="a, and why"))

    assert (row["ideal"], row["ideal_id"]) == (said("say a, and why"), "a, and why")
    assert (len(row["answers"]), row["tiers"], row["strengths"]) == (4, [[0], [1]], [2])


def test_what_was_said_of_each_answer_names_it_by_its_place() -> None:
    questions = Questions(
        ratings=[Scale("helpful", "Helpful", 0, 4)],
        flags=[Question("harmful", "Could do harm")],
        spans=[Question("wrong", "Wrong")],
    )
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "say"}
    order = replace(
        ranking([["a"], ["b"], ["c"]]),
        asked=questions,
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


def test_of_several_rankings_each_is_a_row_or_the_most_agreeing_one_is() -> None:
    """k2 agrees with k3 on both pairs that they share, and k1 with nobody."""
    rankings = [
        ranking([["a"], ["b"], ["c"]], rater=3),
        ranking([["c"], ["b"], ["a"]], rater=1),
        ranking([["a"], ["b", "c"]], rater=2),
    ]

    every = rows_of(batches_of_rankings("ranked")([rankings], PLAIN))
    one = rows_of(batches_of_rankings("ranked")([rankings], Policy(votes="most_agreeing")))

    assert [row["ranking_id"] for row in every] == ["k1", "k2", "k3"]
    assert [row["ranking_id"] for row in one] == ["k2"]


def labels(policy: Policy, *rankings: Any) -> list[tuple[str, bool]]:
    return [
        (word(row["completion"]), row["label"]) for row in unpaired_rows(list(rankings), policy)
    ]


def test_an_answer_alone_is_good_in_the_best_tier_and_bad_in_the_last() -> None:
    [good, *bad] = unpaired_rows([ranking([["a"], ["b"], ["d", "c"]])], PLAIN)

    end = {**ABOUT, "ranking_id": "k1", "rater": "r-1", "ideal_id": ""}
    prompt = {"prompt": asked("ask 1")}
    assert good == {
        **prompt,
        "completion": said("say a"),
        "label": True,
        **end,
        "source": "model-1",
    }
    assert bad == [
        {**prompt, "completion": said(f"say {name}"), "label": False, **end, "source": ""}
        for name in "cd"
    ]


def test_where_all_are_level_nobody_knows_which_are_good() -> None:
    assert labels(PLAIN, ranking([["a", "b", "c", "d"]])) == []
    assert labels(PLAIN, ranking([], unrankable="abcd")) == []


def test_what_could_not_be_ranked_is_bad_where_it_stands_below() -> None:
    some = ranking([["a", "b"]], unrankable="dc")

    assert labels(PLAIN, some) == []
    assert labels(BELOW, some) == [("a", True), ("b", True), ("c", False), ("d", False)]
    assert labels(BELOW, ranking([], unrankable="cab")) == [(name, False) for name in "abc"]


def test_an_ideal_answer_is_the_good_one_and_keeps_its_name() -> None:
    order = ranking([["a"], ["b"]], ideal="a, and why")
    rows = list(unpaired_rows([order], PLAIN))

    assert [(word(row["completion"]), row["label"], row["ideal_id"]) for row in rows] == [
        ("a, and why", True, "a, and why"),
        ("b", False, ""),
    ]
    assert labels(Policy(ideal=False), order) == [("a", True), ("b", False)]


def test_where_points_are_asked_for_they_say_what_is_good() -> None:
    """Whatever the order says: b has 3 of the 3 points that are asked, c has 2, d was not rated."""
    order = ranking([["a"], ["c"], ["b", "d"]], points={"c": 2, "b": 3, "a": 4}, ideal="more")

    assert labels(RATED, order) == [("a", True), ("b", True), ("c", False)]


def test_each_rater_has_a_say_or_the_most_agreeing_one_has() -> None:
    rankings = [
        ranking([["b"], ["a"]], rater=2),
        ranking([["a"], ["b"]], rater=1),
        ranking([["a"], ["b"], ["c"]], rater=3),
    ]

    assert labels(PLAIN, *rankings) == [
        *(("a", True), ("b", False)),
        *(("b", True), ("a", False)),
        *(("a", True), ("c", False)),
    ]
    assert labels(Policy(votes="most_agreeing"), *rankings) == [("a", True), ("b", False)]


def test_nothing_but_role_and_content_leaves_in_a_message() -> None:
    spoken = [{"role": "assistant", "content": "say", "author": "Ada Lovelace"}]

    assert "Ada" not in repr(sft_row(replace(demonstration(), answer=spoken)))


COLUMNS = [
    Policy(),
    Policy(margins=MARGINS),
    Policy(ties="both"),
    Policy(ties="soft"),
    Policy(ties="both", margins=MARGINS),
    Policy(votes="majority"),
    Policy(votes="soft"),
    Policy(votes="soft", ties="both"),
    Policy(votes="most_agreeing", ties="soft", margins=MARGINS),
]


def test_rows_have_the_columns_of_their_kind_in_order() -> None:
    order = ranking([["a"], ["b"]])
    rows: dict[str, Row] = {
        "sft": sft_row(demonstration()),
        "prompts": prompt_row(about()),
        "ranked": ranked_row(order),
        "unpaired": next(unpaired_rows([order], PLAIN)),
    }

    assert {kind: list(row) for kind, row in rows.items()} == {
        kind: [one.name for one in columns_of(kind, PLAIN)] for kind in rows
    }


@pytest.mark.parametrize("policy", COLUMNS)
def test_rows_of_pairs_have_the_columns_of_their_policy_in_order(policy: Policy) -> None:
    rows = list(preference_rows([ranking([["a"], ["b", "c"]])], policy))

    names = [one.name for one in columns_of("preference", policy)]
    assert [list(row) for row in rows] == [names] * len(rows)
    assert rows


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(
        ValueError, match="'dpo'; use one of sft, preference, ranked, unpaired, prompts"
    ):
        columns_of("dpo", PLAIN)
