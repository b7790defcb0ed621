"""The gate answers in words, and names every reason at once."""

from dataclasses import replace

from rewards.stats.gates import Evidence, Range, Thresholds, card_refusals, card_warnings, refusals

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


FINE: dict[str, object] = {
    "pairs": 900,
    "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
    "longer": {"value": 0.66, "low": 0.63, "high": 0.69},
    "advantage": {"value": 0.08, "low": 0.04, "high": 0.12},
}


def test_a_model_above_what_people_reach_is_flagged_as_a_possible_leak() -> None:
    lead = {"value": 0.05, "low": 0.02, "high": 0.08}

    (reason,) = card_refusals({**FINE, "ceiling": {"lead": lead}})
    assert reason == (
        "the reward model agrees with people more than a person does, by at least 0.02: it may "
        "have seen the answers; look for a leak"
    )
    assert not list(card_refusals({**FINE, "ceiling": {"lead": {**lead, "low": 0.0}}}))
    assert not list(card_refusals({**FINE, "ceiling": None}))


def test_held_out_prompts_that_training_saw_are_a_reason() -> None:
    assert list(card_refusals({**FINE, "seen_prompts": 3})) == [
        "3 of the held-out prompts stand on the train side too; freeze the dataset again without "
        "them"
    ]


def test_a_text_that_fools_the_model_is_quoted_and_a_track_may_allow_it() -> None:
    card = {**FINE, "repeated": [{"text": "so " * 50, "fools": True}]}

    (reason,) = card_refusals(card)
    assert reason.startswith("the reward model prefers one text whatever was asked: “so so so")
    assert reason.endswith("…”")
    assert not list(card_refusals(card, Thresholds(max_fooling_texts=1)))


def test_what_is_no_reason_to_refuse_is_a_warning() -> None:
    behind = {"advantage": {"value": 0.0, "low": -0.04, "high": 0.04}}
    card = {
        **FINE,
        "equally_long": behind,
        "bag_of_words": behind,
        "calibration": {"ece": {"value": 0.2, "low": 0.15, "high": 0.25}},
        "repeated": [{"text": "I am the best.", "fools": False}],
    }

    assert list(card_refusals(card)) == []
    assert list(card_warnings(card)) == [
        "among answers of about equal length it is not shown to be better than preferring the "
        "longer one (its lead may be as low as -0.04)",
        "it is not shown to be better than counting words (its lead may be as low as -0.04)",
        "it is 0.20 off on average when it says how sure it is; divide its scores by the "
        "temperature of the card before reading them as chances",
        "people prefer one text wherever it stands: “I am the best.”",
    ]
    assert list(card_warnings(FINE)) == []
