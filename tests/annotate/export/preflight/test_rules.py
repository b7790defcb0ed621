import pytest

from annotate.export.preflight.conclude import conclude
from annotate.export.preflight.errors import UnknownRule
from annotate.export.preflight.items import Settings
from annotate.export.preflight.reading import report_from
from annotate.export.preflight.rules import RULES, refusals
from annotate.export.preflight.scan import Scan
from tests.annotate.export.preflight.judged import ranked, report_on, written

ABOUT_PAIRS = dict.fromkeys(
    ("position_bias", "constant_winners", "equal_pairs", "far_longer_share"), 0
)
MAIL = "write to ada@mail.test"


def test_a_refusal_names_number_limit_and_remedy():
    report = report_on(ranked(MAIL, MAIL), ranked("a", "b", prompt_id="p2"))

    assert refusals(report, {"personal_data": 1, "equal_pairs": 0}) == [
        "equal_pairs: 1 pair with the same text on both sides; at most 0 may be. To freeze, leave "
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


def test_an_answer_of_more_than_twice_the_length_is_counted_and_refused():
    """aaa beats b; of aa against b, twice is not more, and of b against aaaa the shorter won."""
    items = [
        ranked("aaa", "b", prompt_id="p1"),
        ranked("aa", "b", prompt_id="p2"),
        ranked("b", "aaaa", prompt_id="p3"),
        ranked("a", "", prompt_id="p4"),
    ]
    report = report_on(*items)

    assert refusals(report, {"far_longer_share": 0.5}) == []
    assert refusals(report, {"far_longer_share": 0.4}) == [
        "far_longer_share: 50.00% of the pairs prefer an answer more than twice as long as the "
        "other; at most 40.00% may be. To freeze, collect pairs of like length, or turn down what "
        "was preferred for its length."
    ]


def test_a_report_from_before_far_longer_answers_were_counted_does_not_know_them():
    scan = Scan("preference", Settings())
    scan.hear([ranked("aaa", "b")])
    part = scan.as_json()
    part["about"]["version"] = 1
    report = conclude(part)

    assert report.choices.far_longer is None
    assert report_from(report.as_json()) == report
    (refusal,) = refusals(report, {"far_longer_share": 1})
    assert refusal.startswith("far_longer_share: not known, and a limit is set")


def test_long_rows_are_refused_by_what_95_of_100_stay_within():
    """The prompt has 3 characters, so 19 rows of 4 and one of 53; of 20 the 19th is the 95th of
    100, with a second long one the 19th is long."""
    short = [ranked("a", "b", prompt_id=f"p{number}") for number in range(19)]
    long = ranked("a" * 50, "b", prompt_id="long")

    assert refusals(report_on(*short, long), {"row_characters_p95": 4}) == []
    assert refusals(report_on(*short[1:], long, long), {"row_characters_p95": 52}) == [
        "row_characters_p95: 53 characters are what 95 of 100 rows stay within; at most 52 may be. "
        "To freeze, freeze shorter prompts and answers, or raise this limit."
    ]


def test_a_language_may_have_too_much_of_a_dataset_or_too_little():
    """Nine judgements in English and one in German."""
    items = [ranked("a", "b", prompt_id=f"p{number}") for number in range(9)]
    report = report_on(*items, ranked("a", "b", prompt_id="p9", language="de"))

    assert refusals(report, {"largest_language_share": 0.9, "smallest_language_share": 0.1}) == []
    assert refusals(report, {"largest_language_share": 0.8, "smallest_language_share": 0.2}) == [
        "largest_language_share: 90.00% of the judgements are in one language; at most 80.00% may "
        "be. To freeze, collect in other languages, or freeze those languages alone that you need.",
        "smallest_language_share: 10.00% of the judgements are in the language with the fewest; at "
        "least 20.00% may be. To freeze, collect more in that language, or leave it out (policy: "
        "languages).",
    ]


def test_rules_about_pairs_are_left_out_for_demonstrations():
    report = report_on(written("a"), kind="sft")

    assert refusals(report, ABOUT_PAIRS) == []


def test_an_unknown_rule_is_refused_with_the_names_of_all():
    with pytest.raises(UnknownRule, match="no rule is called 'emails'; use one of constant_win"):
        refusals(report_on(written("a"), kind="sft"), {"emails": 0})


@pytest.mark.parametrize("name", RULES)
def test_every_rule_answers_on_an_empty_dataset(name):
    """Either a number or that it is not known; never an error."""
    limit = -1.0
    (refusal,) = refusals(report_on(), {name: 1.0 if RULES[name].at_least else limit})

    assert refusal.startswith(f"{name}: ")
