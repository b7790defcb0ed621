"""A measurement has one shape; whatever else a page sends is none."""

import json

import pytest

from annotate.effort import Effort, effort_of, effort_sent

SENT: dict[str, object] = {
    "active_seconds": 61.04,
    "seconds_to_first_act": 12,
    "seconds_from_last_act": None,
    "acts": 3,
    "typed": 30,
    "pasted": 10,
}
KEPT = Effort(61.0, 12.0, None, 3, 30, 10)


def test_what_a_page_sends_is_read_and_kept_under_the_same_names() -> None:
    effort = effort_sent(json.dumps({**SENT, "more": "is left out"}))

    assert effort == KEPT
    assert effort.kept() == {**SENT, "active_seconds": 61.0}
    assert effort_of(effort.kept()) == effort


def test_the_share_that_was_pasted_is_of_what_was_put_in() -> None:
    assert KEPT.pasted_share == 0.25
    assert Effort(1.0, None, None, 0, 0, 0).pasted_share is None


@pytest.mark.parametrize(
    "odd",
    [
        {"active_seconds": -1},
        {"active_seconds": None},
        {"active_seconds": True},
        {"active_seconds": 1e9},
        {"seconds_to_first_act": "soon"},
        {"seconds_from_last_act": -0.1},
        {"acts": 1.5},
        {"typed": True},
        {"pasted": 10**9},
    ],
)
def test_what_cannot_be_is_no_measurement(odd: dict[str, object]) -> None:
    assert effort_of({**SENT, **odd}) is None


def test_what_has_another_shape_is_no_measurement() -> None:
    without = {name: said for name, said in SENT.items() if name != "acts"}
    long = json.dumps({**SENT, "more": "x" * 3_000})

    others: list[object] = [None, [], "x", {}, without]

    assert [effort_of(each) for each in others] == [None] * 5
    assert [effort_sent(each) for each in ("", "{", "NaN", long)] == [None] * 4
    assert effort_sent(json.dumps({**SENT, "active_seconds": float("nan")})) is None
