import pytest

from annotate.export.preflight.errors import UnknownRule
from annotate.export.preflight.rules import RULES, refusals
from tests.annotate.export.preflight.judged import ranked, report_on, written

MAIL = "write to ada@mail.test"


def test_a_refusal_names_number_limit_and_remedy():
    report = report_on(ranked(MAIL, MAIL), ranked("a", "b", prompt_id="p2"))

    assert refusals(report, {"personal_data": 1, "equal_pairs": 0}) == [
        "equal_pairs: 1 pairs with the same text on both sides; at most 0 may be. To freeze, leave "
        "out the rankings that the report names, or merge the equal candidates.",
        "personal_data: 2 places with personal data or keys; at most 1 may be. To freeze, mask "
        "what the report names, or withdraw those prompts and judgements.",
    ]


def test_a_number_at_its_limit_passes():
    report = report_on(ranked(MAIL, "b"))

    assert refusals(report, {"personal_data": 1, "effective_raters": 1}) == []


def test_a_share_is_said_in_percent(tokenizer):
    report = report_on(
        ranked("a", "b"), ranked("a", "b c", prompt_id="p2"), tokenizer=tokenizer, max_length=6
    )

    (refusal,) = refusals(report, {"over_length_share": 0.02})

    assert refusal.startswith(
        "over_length_share: 50.00% of the rows are longer than the limit of tokens; at most 2.00%"
    )


def test_what_is_not_known_does_not_pass():
    """No tokenizer, no evaluation set, no order, no rater; of one prompt no interval."""
    report = report_on(ranked("a", "b", rater=""))
    asked = {
        "over_length": 0,
        "evaluation_overlap": 0,
        "position_bias": 0.1,
        "length_bias": 0.1,
        "effective_raters": 2,
        "script_contradictions_share": 0,
    }

    found = refusals(report, asked)

    assert [refusal.split(";")[0] for refusal in found] == [
        f"{name}: not known, and a limit is set" for name in sorted(asked)
    ]
    assert "name a tokenizer" in found[3]


def test_too_few_raters_are_refused_from_below():
    report = report_on(ranked("a", "b"), ranked("a", "b", rater="r-2"))

    assert refusals(report, {"effective_raters": 3}) == [
        "effective_raters: 2 raters of equal share; at least 3 may be. To freeze, collect from "
        "more people, or share the work more evenly."
    ]


def test_a_bias_is_refused_when_it_is_sure():
    """Of 40 prompts the longer answer wins 30: 75 %, at 40 by Wilson [59.8 %, 85.8 %], and a
    little wider as some prompts share a group."""
    items = [
        ranked(*(("aa", "b") if number < 30 else ("b", "aa")), prompt_id=f"p{number}")
        for number in range(40)
    ]
    report = report_on(*items)

    assert refusals(report, {"length_bias": 0.1}) == []
    assert refusals(report, {"length_bias": 0.09})[0].startswith("length_bias: 9.46% from one half")


def test_rules_about_pairs_are_left_out_for_demonstrations():
    report = report_on(written("a"), kind="sft")

    assert refusals(report, {"position_bias": 0, "constant_winners": 0, "equal_pairs": 0}) == []


def test_an_unknown_rule_is_refused_with_the_names_of_all():
    with pytest.raises(UnknownRule, match="no rule is called 'emails'; use one of constant_win"):
        refusals(report_on(written("a"), kind="sft"), {"emails": 0})


@pytest.mark.parametrize("name", RULES)
def test_every_rule_answers_on_an_empty_dataset(name):
    """Either a number or that it is not known; never an error."""
    limit = -1.0
    (refusal,) = refusals(report_on(), {name: 1.0 if RULES[name].at_least else limit})

    assert refusal.startswith(f"{name}: ")
