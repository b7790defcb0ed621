"""Each field of a policy is an option, and what it means is said once, where the policy says it."""

from argparse import ArgumentParser
from dataclasses import fields

import pytest

from annotate.export.policy import MARGINS, Policy
from annotate.export.policy_fields import meanings_in
from annotate.management.policy_options import add_policy_options, option_of, policy_of


def parsed(*said: str) -> Policy:
    parser = ArgumentParser()
    add_policy_options(parser)
    return policy_of(vars(parser.parse_args(said)))


def test_the_policy_says_what_each_of_its_fields_means():
    meanings = meanings_in(Policy.__doc__ or "")

    assert set(meanings) == {field.name for field in fields(Policy)}
    assert all(meaning.words for meaning in meanings.values())
    assert meanings["since"] == meanings["until"]
    assert meanings["surplus"].words == "those that came after an item had enough"
    assert {meaning.group for meaning in meanings.values()} == {
        "Who and what counts",
        "Which rows",
        "How",
    }


def test_each_field_is_an_option():
    parser = ArgumentParser()
    add_policy_options(parser)

    told = parser.format_help()

    options = [option_of(field.name) for field in fields(Policy)]
    assert [option for option in options if option not in told] == []


def test_what_is_not_said_is_as_it_usually_is():
    assert parsed() == Policy()


def test_every_kind_of_field_can_be_said():
    assert parsed(
        *("--no-imported", "--surplus", "--raters", "all", "--guideline-from", "3"),
        *("--since", "2026-11-01", "--skills", "law", "--skills", "physics", "--sides", "test"),
        *("--ties", "both", "--margins", "1=0.5,2=0.75,3=1", "--strength-at-least", "2"),
        *("--rating", "helpful", "--rating-at-least", "4", "--files", "jsonl", "--no-report"),
    ) == Policy(
        imported=False,
        surplus=True,
        raters="all",
        guideline_from=3,
        since="2026-11-01",
        skills=("law", "physics"),
        sides=("test",),
        ties="both",
        margins={"1": 0.5, "2": 0.75, "3": 1.0},
        strength_at_least=2,
        rating="helpful",
        rating_at_least=4,
        files=("jsonl",),
        report=False,
    )


def test_the_usual_margins_have_a_name():
    assert parsed("--margins", "usual").margins == MARGINS


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (["--ties", "maybe"], "invalid choice: 'maybe' (choose from 'drop', 'both', 'soft')"),
        (["--margins", "1"], "'1' is no list of margins; write “usual”"),
        (["--guideline-from", "new"], "invalid int value: 'new'"),
    ],
)
def test_what_makes_no_sense_is_refused(said, refused, capsys):
    with pytest.raises(SystemExit) as ended:
        parsed(*said)

    assert ended.value.code == 2
    assert refused in capsys.readouterr().err
