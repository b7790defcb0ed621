"""The folded sections of a report card: all of its numbers, and nothing where an old card ends."""

import pytest

from rewards.views.card_parts import Slice
from rewards.views.numbers import Interval
from rewards.views.report_sections import Sections
from tests.rewards.views.full_card import MAGIC, full_card
from tests.rewards.views.making import CARD


def test_a_full_card_fills_every_section():
    found = Sections.of(full_card())

    assert found.with_covariates is not None
    assert found.words.accuracy is not None
    assert found.equally_long.accuracy is not None
    assert found.ceiling is not None
    assert found.ceiling.others == 2
    assert found.chance == pytest.approx(1 / 3)
    assert {one.name for one in found.dimensions} == {
        "better_is", "skill", "language", "rater", "source", "iteration", "side"
    }  # fmt: skip
    assert found.calibration is not None
    assert sum(point.pairs for point in found.calibration.curve) == full_card()["pairs"]
    assert [one.label for one in found.slopes] == ["Length", "Markdown", "Refusing"]
    assert len(found.by_length) == 10
    assert [(one.text, one.fools) for one in found.repeated] == [(MAGIC, True)]


@pytest.mark.parametrize(("basis", "is_drawn"), [("drawn", True), ("all", False), (None, False)])
def test_of_an_older_card_nobody_knows_which_votes_were_drawn(basis: str | None, is_drawn: bool):
    found = Sections.of(full_card() | {"ceiling_basis": basis})

    assert found.ceiling is not None
    assert found.ceiling.is_drawn == is_drawn


def test_where_people_were_only_asked_again_there_is_another_reason():
    again = Sections.of({"ceiling": None, "ceiling_basis": "not_drawn"})
    alone = Sections.of({"ceiling": None, "ceiling_basis": "alone"})

    assert (again.only_asked_again, alone.only_asked_again) == (True, False)


def test_an_older_card_has_empty_sections():
    found = Sections.of(CARD)

    assert (found.ceiling, found.calibration, found.tau, found.chance) == (None, None, None, None)
    assert (found.dimensions, found.slopes, found.by_length, found.repeated) == ([], [], [], [])


def test_slices_are_named_for_people_and_data_stay_as_they_are():
    rows = [
        {"name": name, "value": 0.6, "low": 0.5, "high": 0.7, "longer": 0.4, "pairs": 9}
        for name in ("", "law")
    ]

    (skills,) = Sections.of({"slices": {"skill": rows}}).dimensions

    accuracy, longer = Interval(0.6, 0.5, 0.7), Interval(0.4, 0.4, 0.4)
    assert skills.title == "By skill"
    assert skills.slices == [
        Slice("not said", accuracy, longer, 9),
        Slice("law", accuracy, longer, 9),
    ]


def test_a_dimension_of_one_part_tells_nothing_apart():
    assert Sections.of({"slices": {"skill": [{"name": "law"}]}}).dimensions == []
