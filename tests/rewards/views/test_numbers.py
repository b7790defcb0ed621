"""Absent is told apart from zero in everything that pages read of results."""

from rewards.views.numbers import (
    Comparison,
    Interval,
    Rate,
    ReportCard,
    Sides,
    Strength,
    Turn,
    WrongPair,
)
from tests.rewards.views.making import CARD, COMPARISON


def test_a_report_card_reads_every_number_of_its_result():
    card = ReportCard.of(CARD)

    assert card == ReportCard(
        pairs=240,
        prompts=60,
        ties=12,
        accuracy=Interval(0.64, 0.58, 0.7),
        longer=Interval(0.55, 0.49, 0.61),
        advantage=Interval(0.09, 0.02, 0.16),
        strengths=[
            Strength("Slightly better", Interval(0.57, 0.49, 0.65), 140),
            Strength("Significantly better", Interval(0.75, 0.66, 0.84), 100),
        ],
        worst=[
            WrongPair(
                [Turn("user", "What is **two** plus two?")], "It is *four*.", "Five, surely.", 3.21
            )
        ],
    )


def test_what_is_not_defined_stays_none():
    card = ReportCard.of({"pairs": 0, "accuracy": None, "worst": []})

    assert card == ReportCard(0, None, None, None, None, None, [], [])


def test_an_interval_with_an_undefined_end_is_not_defined():
    assert Interval.of({"value": 0.5, "low": None, "high": 0.7}) is None


def test_a_prompt_keeps_who_said_what():
    said = [{"role": "user", "content": "One."}, {"role": "assistant", "content": "Two."}]

    card = ReportCard.of({"worst": [{"prompt": said, "chosen": "a", "rejected": "b"}]})

    assert card.worst == [
        WrongPair([Turn("user", "One."), Turn("assistant", "Two.")], "a", "b", None)
    ]


def test_a_comparison_reads_every_win_rate_and_those_by_skill():
    found = Comparison.of(COMPARISON)

    assert [(rate.label, rate.prompts) for rate in found.rates] == [
        ("Win rate", 80),
        ("on fresh prompts", 24),
        ("at equal length", 80),
        ("against the base model", 80),
    ]
    assert found.skills == [Rate("medicine", Interval(0.6, 0.6 - 0.098, 0.6 + 0.098), 40)]


def test_a_mistake_is_as_wide_as_its_gap_below_zero():
    (pair,) = ReportCard.of({"worst": [{"chosen": "a", "rejected": "b", "gap": -2.5}]}).worst

    assert pair.gap == 2.5


def test_a_comparison_reads_shares_of_both_policies():
    found = Comparison.of(COMPARISON)

    assert (found.win_rate, found.length_ratio) == (Interval(0.61, 0.52, 0.7), 1.1)
    assert (found.refusals, found.cut_off) == (Sides(0.02, 0.03), Sides(0.25, 0.2))


def test_a_comparison_of_nothing_knows_nothing():
    assert Comparison.of({}) == Comparison(
        prompts=None,
        win_rate=None,
        rates=[Rate("Win rate", None, None)],
        against_base=None,
        against_base_alike=None,
        skills=[],
        languages=[],
        length_ratio=None,
        refusals=None,
        cut_off=None,
        looping=None,
        unsupported=None,
        perplexity=None,
        samples=[],
    )
