"""What a form may ask of each answer."""

from dataclasses import replace

import pytest

from annotate.questions import (
    Asked,
    Criterion,
    OddQuestions,
    Question,
    Questions,
    Scale,
    questions_of,
)

FORM = {
    "rank": {
        "criteria": [{"name": "true", "label": "True", "means": " It can be checked. "}],
        "ratings": [
            {"name": "helpful", "label": "Helpful", "low": 1, "high": 7, "high_means": "fully"}
        ],
        "flags": [{"name": "harmful", "label": " Could do harm "}],
        "spans": [{"name": "wrong", "label": "Wrong"}],
        "reason": "optional",
        "ideal": "required",
    }
}


def test_a_form_is_read_as_it_was_written():
    assert questions_of(FORM, "rank") == Questions(
        criteria=(Criterion("true", "True", "It can be checked."),),
        ratings=(Scale("helpful", "Helpful", 1, 7, "", "fully"),),
        flags=(Question("harmful", "Could do harm"),),
        spans=(Question("wrong", "Wrong"),),
        reason=Asked.OPTIONAL,
        ideal=Asked.REQUIRED,
    )


def test_a_form_that_says_nothing_of_a_kind_asks_nothing():
    assert questions_of(FORM, "demonstrate") == Questions()


def test_questions_come_back_from_their_json():
    asked = questions_of(FORM, "rank")

    assert questions_of({"rank": asked.as_json()}, "rank") == asked


def test_both_ends_of_a_scale_are_answers():
    assert list(Scale("fun", "Fun", 0, 4).points) == [0, 1, 2, 3, 4]


SCALE = {"name": "a", "label": "A", "low": 0, "high": 4}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "rank: give an object"),
        ({"marks": []}, "nobody knows “marks”"),
        ({"ratings": {}}, "ratings: give a list of at most 20"),
        ({"flags": [{"name": "f", "label": "F"}] * 21}, "flags: give a list of at most 20"),
        ({"flags": [{"name": "f", "label": "F"}] * 2}, "“f” is asked twice"),
        ({"flags": ["f"]}, "flags: give an object"),
        ({"criteria": ["f"]}, "criteria: give an object"),
        ({"criteria": [{"name": "a", "label": "A"}], "ratings": [SCALE]}, "“a” is asked twice"),
        ({"flags": [{"name": "Not so", "label": "F"}]}, "small letters"),
        ({"flags": [{"name": "f", "label": " "}]}, "“f” needs a label"),
        ({"ratings": [SCALE | {"low": True}]}, "“a”: give low and high"),
        ({"ratings": [SCALE | {"low": 4}]}, "0 ≤ low < high"),
        ({"ratings": [SCALE | {"high": 11}]}, "at most 11 points"),
        ({"reason": "maybe"}, "reason: say no, optional or required"),
    ],
)
def test_an_odd_form_is_refused_with_its_place_and_remedy(asked: object, words: str):
    with pytest.raises(OddQuestions, match=words):
        questions_of({"rank": asked}, "rank")


def test_a_page_tells_criteria_unless_the_names_of_ratings_say_it_all():
    true, plain = Criterion("true", "True"), Scale("fun", "Fun", 0, 4)
    meant = replace(plain, means="One laughs.")

    assert Questions(ratings=[plain]).judged_by == ()
    assert Questions(ratings=[meant]).judged_by == (meant,)
    assert Questions(ratings=[plain], criteria=[true]).judged_by == (true, plain)


def test_a_criterion_that_is_only_read_asks_for_no_answer():
    assert not Questions(criteria=[Criterion("true", "True")]).asks_anything
    assert Questions(flags=[Question("bad", "Bad")]).asks_anything
