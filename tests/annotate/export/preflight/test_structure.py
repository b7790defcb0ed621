import pytest

from annotate.export.preflight.items import Item
from annotate.export.preflight.structure import mismatched
from tests.annotate.export.judgements import asked, said
from tests.annotate.export.preflight.judged import ranked, report_on, written

CALL = {"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}


def test_sides_that_differ_in_white_space_only_are_equal():
    item = ranked("say  it\n", " say it", "Say it", pairs=[(0, 1), (0, 2)])

    found = report_on(item).structure

    assert (found.rows, found.equal_pairs) == (2, 1)
    assert found.equal_named == [{"prompt_id": "p1", "chosen": 0, "rejected": 1}]


def test_answers_of_white_space_are_empty_and_calls_are_not():
    calls = [{"role": "assistant", "content": "", "tool_calls": [CALL]}]
    item = Item("p1", asked("ask"), [said(" \n"), calls, said("say")], [(1, 0), (1, 2)], *REST)

    found = report_on(item).structure

    assert (found.answers, found.empty_answers, found.rows_with_an_empty_answer) == (3, 1, 1)
    assert found.empty_named == [{"prompt_id": "p1", "answer": 0}]


REST = (None, "", "", "en")


def test_an_empty_prompt_is_named_as_the_prompt():
    found = report_on(written("say", prompt=""), kind="sft").structure

    assert found.empty_prompts == 1
    assert found.empty_named == [{"prompt_id": "p1", "answer": None}]


@pytest.mark.parametrize(
    ("prompt", "answers", "expected"),
    [
        (asked("ask"), [said("say"), said("no")], False),
        (asked("ask"), [said("say"), [*asked("ask"), *said("say")]], True),
        ([*asked("ask"), *said("say")], [said("more")], True),
        ([*asked("ask"), {"role": "assistant", "tool_calls": [CALL]}], [said("say")], True),
        (
            [*asked("ask"), {"role": "assistant", "tool_calls": [CALL]}],
            [[{"role": "tool", "content": "2"}, *said("2")]],
            False,
        ),
        (said("say"), [], False),
    ],
)
def test_an_answer_takes_the_turn_that_its_prompt_leaves_open(prompt, answers, expected):
    assert mismatched(Item("p1", prompt, answers, (), *REST)) is expected


def test_rows_that_repeat_another_are_counted_and_the_first_is_not():
    """The same pair of two raters, and once more the other way round."""
    items = [ranked("a", "b"), ranked("a", "b", rater="r-2"), ranked("b", "a")]

    found = report_on(*items).structure

    assert (found.rows, found.duplicate_rows, found.duplicate_rows_share) == (3, 1, 1 / 3)
    assert found.duplicate_rows_sampled == 1


def test_a_prompt_repeats_another_under_another_id_only():
    items = [
        written("a", prompt_id="p1"),
        written("b", prompt_id="p1"),
        written("c", prompt_id="p2"),
        written("d", prompt="other", prompt_id="p3"),
    ]

    assert report_on(*items, kind="sft").structure.duplicate_prompts == 1


def test_of_nothing_there_is_no_share():
    assert report_on().structure.duplicate_rows_share is None
