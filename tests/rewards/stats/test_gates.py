"""The gate answers in words, and names every reason at once."""

from dataclasses import replace

from rewards.stats.gates import Evidence, Range, Thresholds, card_refusals, refusals

GOOD = Evidence(
    prompts=300,
    win_rate=Range(0.60, 0.53, 0.67),
    length_ratio=1.1,
    refusals=0.02,
    refusals_before=0.01,
    pairs=900,
    accuracy=Range(0.74, 0.71, 0.77),
    longer=Range(0.66, 0.63, 0.69),
    advantage=Range(0.08, 0.04, 0.12),
)


def reasons(found: Evidence, asked: Thresholds | None = None) -> list[str]:
    return list(refusals(found, asked or Thresholds()))


def test_nothing_stands_against_a_better_policy() -> None:
    assert reasons(GOOD) == []


def test_a_point_above_one_half_is_not_enough() -> None:
    assert reasons(replace(GOOD, win_rate=Range(0.55, 0.50, 0.60))) == [
        "the new policy wins 0.55 of the held-out prompts, but it may be as few as 0.50; "
        "more than 0.50 is needed"
    ]


def test_every_reason_is_named_at_once() -> None:
    poor = Evidence(
        prompts=7,
        win_rate=Range(0.7, 0.4, 0.9),
        length_ratio=2.0,
        refusals=0.30,
        refusals_before=0.10,
        pairs=20,
        accuracy=Range(0.6, 0.4, 0.8),
        longer=Range(0.7, 0.6, 0.8),
        advantage=Range(-0.1, -0.2, 0.0),
    )

    assert reasons(poor) == [
        "only 7 held-out prompts were compared; 50 are needed",
        "the new policy wins 0.70 of the held-out prompts, but it may be as few as 0.40; "
        "more than 0.50 is needed",
        "its answers are 2.00 times as long; 1.50 is the most",
        "it refuses 20% more of the prompts; 5% is the most",
        "the reward model was measured on 20 held-out pairs; 200 are needed",
        "the reward model's accuracy may be as low as 0.40; 0.55 is needed",
        "the reward model is not shown to be better than preferring the longer answer (0.70)",
    ]


def test_what_is_not_defined_is_a_reason_and_not_a_zero() -> None:
    nothing = Evidence.of(comparison={}, card={"pairs": 0, "accuracy": None})

    assert reasons(nothing, Thresholds(min_prompts=0, min_pairs=0)) == [
        "the win rate against the promoted policy is not defined",
        "the reward model's accuracy is not defined",
    ]


def test_a_report_card_is_judged_by_itself_too() -> None:
    card = {
        "pairs": 900,
        "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
        "longer": {"value": 0.73, "low": 0.70, "high": 0.76},
        "advantage": {"value": 0.01, "low": -0.02, "high": 0.04},
    }

    assert list(card_refusals(card)) == [
        "the reward model is not shown to be better than preferring the longer answer (0.73)"
    ]


def test_evidence_is_read_from_the_engines_results() -> None:
    comparison = {
        "prompts": 300,
        "win_rate": {"value": 0.60, "low": 0.53, "high": 0.67},
        "length_ratio": 1.1,
        "refusals": {"policy": 0.02, "against": 0.01},
    }
    card = {
        "pairs": 900,
        "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
        "longer": {"value": 0.66, "low": 0.63, "high": 0.69},
        "advantage": {"value": 0.08, "low": 0.04, "high": 0.12},
    }

    assert Evidence.of(comparison=comparison, card=card) == GOOD
