import math

import pytest

from annotate.export.preflight.figures import RaterReport, Spread, effective_number
from tests.annotate.export.preflight.judged import ranked, report_on


def test_languages_and_skills_are_counted_by_judgement_the_most_first():
    items = [
        ranked("a", "b", language="de", skill="law"),
        ranked("a", "b", language="en", skill=""),
        ranked("a", "b", language="en", skill="art"),
    ]

    found = report_on(*items).mix

    assert list(found.languages.items()) == [("en", 2), ("de", 1)]
    assert list(found.skills.items()) == [("", 1), ("art", 1), ("law", 1)]


def test_lengths_are_those_of_texts_and_of_rows():
    """A prompt of 3; answers of 1, 4 and 2 characters; rows of 3 + 4 and 3 + 2."""
    found = report_on(ranked("a", "abcd", "éß", pairs=[(0, 1), (0, 2)])).mix

    assert found.prompt_characters == Spread(1, 3, 3, 3, 3, 3, 3, 3)
    assert found.answer_characters == Spread(3, 7 / 3, 1, 1, 2, 4, 4, 4)
    assert found.row_characters == Spread(2, 6, 5, 5, 5, 7, 7, 7)


def test_concentration_of_raters_by_hand():
    """Shares 1/2, 1/4, 1/4: the entropy is 1.5 ln 2, so they count as 2^1.5 of equal share."""
    items = [ranked("a", "b", rater=rater) for rater in ("r-1", "r-1", "r-2", "r-3", "")]

    found = report_on(*items).raters

    assert found.effective == pytest.approx(2**1.5)
    assert found == RaterReport(3, 4, 1, "r-1", 1 / 2, found.effective)


def test_raters_of_equal_share_count_as_many_as_they_are():
    assert effective_number([7, 7, 7, 0]) == pytest.approx(3)
    assert math.isclose(effective_number([5]), 1)


def test_nobody_is_no_rater():
    found = report_on(ranked("a", "b", rater="")).raters

    assert found == RaterReport(0, 0, 1, None, None, None)
