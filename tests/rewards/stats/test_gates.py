"""The gate answers in words, and names every reason at once."""

from dataclasses import replace

from commons.stats.non_inferior import Mean
from rewards.stats.card_gate import card_refusals, card_warnings
from rewards.stats.evidence import Evidence, Judge, Range, Share, Thresholds, Wins
from rewards.stats.gates import judge_remarks, refusals, remarks

BETTER = Range(0.60, 0.53, 0.67)
GOOD = Evidence(
    served=Wins(prompts=300, fresh=80, rate=BETTER, fresh_rate=BETTER, controlled=BETTER),
    base=None,
    length_ratio=1.1,
    refusals=Share(0.02, 0.01),
    looping=Share(0.0, 0.0),
    skills={},
    pairs=900,
    accuracy=Range(0.74, 0.71, 0.77),
    longer=Range(0.66, 0.63, 0.69),
    advantage=Range(0.08, 0.04, 0.12),
    judge=Judge(900, Range(0.74, 0.71, 0.77), Range(0.66, 0.63, 0.69), Range(0.08, 0.04, 0.12)),
)


def reasons(found: Evidence, asked: Thresholds | None = None) -> list[str]:
    return list(refusals(found, asked or Thresholds()))


def with_wins(**changed: object) -> Evidence:
    return replace(GOOD, served=replace(GOOD.served, **changed))  # type: ignore[arg-type]


def test_nothing_stands_against_a_better_policy() -> None:
    assert reasons(GOOD) == []
    assert reasons(replace(GOOD, base=GOOD.served)) == []


def test_a_point_above_one_half_is_not_enough() -> None:
    assert reasons(with_wins(rate=Range(0.55, 0.50, 0.60))) == [
        "against the promoted policy it wins 0.55 of the held-out prompts, but it may be as few as "
        "0.50; more than 0.50 is needed"
    ]


def test_it_wins_on_fresh_prompts_and_at_equal_length_too() -> None:
    poor = Range(0.52, 0.45, 0.59)

    assert reasons(with_wins(fresh_rate=poor, controlled=poor)) == [
        "against the promoted policy it wins 0.52 of the fresh held-out prompts, but it may be as "
        "few as 0.45; more than 0.50 is needed",
        "against the promoted policy it wins 0.52 of the held-out prompts at equal length, but it "
        "may be as few as 0.45; more than 0.50 is needed",
    ]


def test_a_few_fresh_prompts_are_a_reason_and_their_win_rate_is_none() -> None:
    assert reasons(with_wins(fresh=19, fresh_rate=Range(0.4, 0.1, 0.7))) == [
        "only 19 of the held-out prompts are fresh, which no policy was compared on before; "
        "20 are needed"
    ]


def test_one_look_more_than_the_intervals_are_made_for_promotes_nothing() -> None:
    assert reasons(replace(GOOD, look=52)) == []
    assert reasons(replace(GOOD, look=53)) == [
        "it is comparison 53 of this track within a year, and the intervals are made for 52: one "
        "more may promote by chance; a person may read the answers and promote it"
    ]
    assert reasons(replace(GOOD, look=53, looks=104)) == []


def test_it_is_better_than_the_base_as_well() -> None:
    base = Wins(prompts=300, fresh=80, rate=Range(0.51, 0.44, 0.58))

    assert reasons(replace(GOOD, base=base)) == [
        "against the base model it wins 0.51 of the held-out prompts, but it may be as few as 0.44;"
        " more than 0.50 is needed"
    ]


def test_a_skill_must_not_pay_for_another() -> None:
    """Standard error 0.02: 0.44 is 2 errors above a floor of 0.40, 0.42 but one."""
    skills = {"law": Mean(0.44, 0.02, 60), "medicine": Mean(0.42, 0.02, 60), "": Mean(0.1, 0.1, 3)}

    assert reasons(replace(GOOD, skills={"law": skills["law"]})) == []
    assert reasons(replace(GOOD, skills=skills)) == [
        "at “medicine” it wins 0.42 of 60 prompts: not shown to lose less than 10%"
    ]
    assert list(remarks(replace(GOOD, skills=skills), Thresholds())) == [
        "nothing is known of “safety”: fewer than two held-out prompts name that skill",
        "“no skill named” has 3 held-out prompts; from 20 on it is judged by itself",
    ]


def test_safety_has_a_margin_of_its_own() -> None:
    skills = {"safety": Mean(0.49, 0.02, 60)}

    assert list(remarks(replace(GOOD, skills=skills), Thresholds())) == []

    assert reasons(replace(GOOD, skills=skills)) == [
        "at “safety” it wins 0.49 of 60 prompts: not shown to lose less than 3%"
    ]
    assert reasons(replace(GOOD, skills=skills), Thresholds(safety_skills=[])) == []


def test_every_reason_is_named_at_once() -> None:
    poor = Evidence(
        served=Wins(prompts=7, fresh=2, rate=Range(0.7, 0.4, 0.9)),
        base=None,
        length_ratio=2.0,
        refusals=Share(0.30, 0.10),
        looping=Share(0.10, 0.0),
        skills={},
        pairs=20,
        accuracy=Range(0.6, 0.4, 0.8),
        longer=Range(0.7, 0.6, 0.8),
        advantage=Range(-0.1, -0.2, 0.0),
    )

    assert reasons(poor) == [
        "only 7 held-out prompts were compared; 50 are needed",
        "only 2 of the held-out prompts are fresh, which no policy was compared on before; "
        "20 are needed",
        "against the promoted policy it wins 0.70 of the held-out prompts, but it may be as few as "
        "0.40; more than 0.50 is needed",
        "its answers are 2.00 times as long; 1.50 is the most",
        "it refuses 20% more of the prompts; 5% is the most",
        "it repeats itself in 10% more of its answers; 5% is the most",
        "the reward model was measured on 20 held-out pairs; 200 are needed",
        "the reward model's accuracy may be as low as 0.40; 0.55 is needed",
        "the reward model is not shown to be better than preferring the longer answer (0.70)",
    ]


def test_what_is_not_defined_is_a_reason_and_not_a_zero() -> None:
    nothing = Evidence.of(comparison={}, card={"pairs": 0, "accuracy": None})

    assert reasons(nothing, Thresholds(min_prompts=0, min_fresh=0, min_pairs=0)) == [
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
    rate = {"value": 0.60, "low": 0.53, "high": 0.67}
    wins = {
        "prompts": 300,
        "fresh": 80,
        "win_rate": rate,
        "win_rate_fresh": rate,
        "length_controlled": rate,
    }
    comparison = {
        **wins,
        "against_base": wins,
        "length_ratio": 1.1,
        "refusals": {"policy": 0.02, "against": 0.01},
        "looping": {"policy": 0.0, "against": 0.0, "more": None},
        "by_skill": {"law": {"value": 0.5, "error": 0.02, "prompts": 30}},
    }
    card = {
        "pairs": 900,
        "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
        "longer": {"value": 0.66, "low": 0.63, "high": 0.69},
        "advantage": {"value": 0.08, "low": 0.04, "high": 0.12},
    }

    assert Evidence.of(comparison=comparison, card=card, judge=card) == replace(
        GOOD, base=GOOD.served, skills={"law": Mean(0.5, 0.02, 30)}
    )


def test_a_judge_that_may_prefer_length_is_a_remark_and_no_reason() -> None:
    poor = replace(GOOD, judge=Judge(900, BETTER, Range(0.6, 0.5, 0.7), Range(0.01, -0.02, 0.04)))

    assert reasons(poor) == []
    assert [said for said in remarks(poor, Thresholds()) if "judge" in said] == [
        "the judge, which decides who wins, is not shown to be better than preferring the longer "
        "answer (0.60; its lead may be as low as -0.02): read the answers before you lean on the "
        "win rates"
    ]


def test_what_is_not_known_of_the_judge_is_said_and_never_zero() -> None:
    assert list(judge_remarks(GOOD.judge)) == []
    assert list(judge_remarks(Judge(pairs=1))) == [
        "whether the judge is better than preferring the longer answer is not known: it was "
        "measured on 1 held-out pair"
    ]
    assert list(judge_remarks(None)) == [
        "nothing is known of the judge, which decides who wins: no report card was written of it"
    ]
    assert Judge.of({}) is Judge.of(None) is None


FINE: dict[str, object] = {
    "pairs": 900,
    "accuracy": {"value": 0.74, "low": 0.71, "high": 0.77},
    "longer": {"value": 0.66, "low": 0.63, "high": 0.69},
    "advantage": {"value": 0.08, "low": 0.04, "high": 0.12},
}


def test_a_model_above_what_people_reach_is_flagged_as_a_possible_leak() -> None:
    lead = {"value": 0.05, "low": 0.02, "high": 0.08}

    (warning,) = card_warnings({**FINE, "ceiling": {"lead": lead}})
    assert warning == (
        "it agrees with people more than a person does, by at least 0.02: it may have seen the "
        "answers; look for a leak"
    )
    assert not list(card_refusals({**FINE, "ceiling": {"lead": lead}}))  # it may be just as good
    assert not list(card_warnings({**FINE, "ceiling": {"lead": {**lead, "low": 0.0}}}))
    assert not list(card_warnings({**FINE, "ceiling": None}))


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
