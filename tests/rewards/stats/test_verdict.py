"""One word for a whole card."""

import pytest

from rewards.stats.verdict import Verdict, verdict_of

FINE = {"value": 0.7, "low": 0.65, "high": 0.75}
AHEAD = {"value": 0.05, "low": 0.01, "high": 0.09}
EVEN = {"value": 0.01, "low": -0.02, "high": 0.04}
BEHIND = {"value": -0.05, "low": -0.09, "high": -0.01}
ANY = {"value": 0.5, "low": 0.5, "high": 0.5}


@pytest.mark.parametrize(
    ("card", "verdict"),
    [
        ({}, Verdict.UNKNOWN),
        ({"accuracy": {"value": 0.6, "low": 0.5, "high": 0.7}}, Verdict.GUESSING),
        ({"accuracy": FINE}, Verdict.LENGTH),
        ({"accuracy": FINE, "advantage": EVEN}, Verdict.LENGTH),
        ({"accuracy": FINE, "advantage": AHEAD, "ceiling": None}, Verdict.USEFUL),
        ({"accuracy": FINE, "advantage": AHEAD, "ceiling": {"lead": AHEAD}}, Verdict.SUSPICIOUS),
        ({"accuracy": FINE, "advantage": AHEAD, "ceiling": {"lead": EVEN}}, Verdict.AS_PEOPLE),
        ({"accuracy": FINE, "advantage": AHEAD, "ceiling": {"lead": BEHIND}}, Verdict.BELOW_PEOPLE),
    ],
)
def test_the_first_that_holds_is_the_verdict(card: dict[str, object], verdict: Verdict):
    assert verdict_of(card) == verdict
