"""The best answer, edited into an ideal one."""

import pytest

from annotate.errors import IncompleteAnswers, StrangeAnswers
from annotate.ideal import Ideal, checked_ideal
from annotate.questions import Asked

TEXTS = {"a": "Take two.\r\nRest.", "b": "Take ten."}


def checked(
    text: str,
    *,
    started_from: str | None = None,
    tiers: tuple[tuple[str, ...], ...] = (("a",), ("b",)),
    asked: Asked = Asked.OPTIONAL,
) -> Ideal | None:
    return checked_ideal(
        text, started_from=started_from, tiers=tiers, asked=asked, text_of=TEXTS.__getitem__
    )


def test_the_best_answer_is_what_was_edited_where_only_one_is_best():
    assert checked(" Take one.\r\nRest. ") == Ideal("Take one.\nRest.", "a")
    assert checked("Take one.", tiers=(("a", "b"),), started_from="b") == Ideal("Take one.", "b")


def test_an_ideal_answer_that_says_what_the_best_one_says_was_not_edited():
    assert checked("Take two.\nRest.\n") is None
    assert checked("Take two.\nRest.", asked=Asked.REQUIRED) is None


def test_an_ideal_answer_is_missed_only_where_it_was_required_and_there_is_a_best_one():
    assert checked("  ") is None
    assert checked("", tiers=(), asked=Asked.REQUIRED) is None

    with pytest.raises(IncompleteAnswers) as refused:
        checked(" ", asked=Asked.REQUIRED)
    assert refused.value.field == "ideal"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"asked": Asked.NO}, "ideal"),
        ({"tiers": ()}, "ideal_from"),
        ({"started_from": "b"}, "ideal_from"),
        ({"started_from": "c"}, "ideal_from"),
        ({"tiers": (("a", "b"),)}, "ideal_from"),
    ],
)
def test_an_ideal_answer_that_is_not_of_the_best_one_is_refused(given, field: str):
    with pytest.raises(StrangeAnswers) as refused:
        checked("Take one.", **given)

    assert refused.value.field == field
