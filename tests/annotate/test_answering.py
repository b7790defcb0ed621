"""What may be said of each answer, and of the best one."""

import pytest

from annotate.answering import LONGEST_WHY, check_quotes, checked_answers
from annotate.errors import StrangeAnswers
from annotate.questions import questions_of

ASKED = questions_of(
    {
        "rank": {
            "ratings": [
                {"name": "helpful", "label": "Helpful", "low": 1, "high": 7},
                {"name": "clear", "label": "Clear", "low": 0, "high": 4},
            ],
            "flags": [{"name": "harmful", "label": "Could do harm"}],
            "spans": [{"name": "wrong", "label": "Wrong"}, {"name": "good", "label": "Good"}],
        }
    },
    "rank",
)
OFFERED = ["a", "b"]


def span(name: str = "wrong", start: int = 0, end: int = 2, quote: str = "No", **more: object):
    return {"name": name, "start": start, "end": end, "quote": quote, **more}


def test_what_was_answered_is_kept_as_it_was_given():
    said = {
        "a": {
            "ratings": {"clear": 0, "helpful": 7},
            "flags": {"harmful": False},
            "spans": [span("good", 3, 5, "is"), span(why=" It is. ")],
        }
    }

    assert checked_answers(said, asked=ASKED, offered=OFFERED) == {
        "a": {
            "ratings": {"helpful": 7, "clear": 0},
            "flags": {"harmful": False},
            "spans": [span(why="It is."), span("good", 3, 5, "is")],
        }
    }


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"a": {}},
        {"a": {"ratings": {}, "flags": {}, "spans": []}, "b": {"ratings": {"helpful": None}}},
        {"a": {"flags": {"harmful": None}}},
    ],
)
def test_what_was_not_answered_is_absent(said: dict[str, object]):
    assert checked_answers(said, asked=ASKED, offered=OFFERED) == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"c": {}}, "answers.c"),
        ({"a": []}, "answers.a"),
        ({"a": {"stars": 5}}, "answers.a.stars"),
        ({"a": {"ratings": {"honest": 5}}}, "answers.a.ratings.honest"),
        ({"a": {"ratings": {"helpful": 0}}}, "answers.a.ratings.helpful"),
        ({"a": {"ratings": {"helpful": 8}}}, "answers.a.ratings.helpful"),
        ({"a": {"ratings": {"helpful": True}}}, "answers.a.ratings.helpful"),
        ({"a": {"ratings": {"helpful": 5.0}}}, "answers.a.ratings.helpful"),
        ({"a": {"flags": {"harmful": 1}}}, "answers.a.flags.harmful"),
        ({"a": {"flags": {"wrong": True}}}, "answers.a.flags.wrong"),
        ({"a": {"spans": {}}}, "answers.a.spans"),
        ({"a": {"spans": [span()] * 101}}, "answers.a.spans"),
        ({"a": {"spans": [span("harmful")]}}, "answers.a.spans.0.name"),
        ({"a": {"spans": [span(), span(start=2, end=2)]}}, "answers.a.spans.1.start"),
        ({"a": {"spans": [span(start=-1)]}}, "answers.a.spans.0.start"),
        ({"a": {"spans": [span(start=False, end=True)]}}, "answers.a.spans.0.start"),
        ({"a": {"spans": [{"name": "wrong", "start": 0, "end": 1}]}}, "answers.a.spans.0.quote"),
        ({"a": {"spans": [span(why="x" * (LONGEST_WHY + 1))]}}, "answers.a.spans.0.why"),
        ({"a": {"spans": [span(why="a\0b")]}}, "answers.a.spans.0.why"),
    ],
)
def test_an_odd_answer_is_refused_with_its_field_and_a_remedy(said: dict[str, object], field: str):
    with pytest.raises(StrangeAnswers) as refused:
        checked_answers(said, asked=ASKED, offered=OFFERED)

    assert (refused.value.field, bool(refused.value.remedy)) == (field, True)
    assert refused.value.remedy in str(refused.value)


def test_a_quote_is_what_stands_there_in_code_points():
    """🩺 is one code point (two in UTF-16): "no" begins at 2 and ends behind 3."""
    text = "🩺 no, no"
    kept = checked_answers(
        {"a": {"spans": [span(start=2, end=4, quote="no"), span(start=3, end=8, quote="o, no")]}},
        asked=ASKED,
        offered=OFFERED,
    )

    check_quotes(kept, {"a": text})

    for wrong in (span(start=3, end=5, quote="no"), span(start=6, end=9, quote="no")):
        kept = checked_answers({"a": {"spans": [wrong]}}, asked=ASKED, offered=OFFERED)
        with pytest.raises(StrangeAnswers) as refused:
            check_quotes(kept, {"a": text})
        assert refused.value.field == "answers.a.spans.0.quote"
