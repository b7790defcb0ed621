"""What a kind cannot do is refused before anything is frozen; old policies keep their sense."""

from dataclasses import replace
from typing import Any

import pytest

from annotate.export.errors import OddPolicy
from annotate.export.policy import MARGINS, Policy, check_policy, policy_from

KINDS = ("sft", "preference", "ranked", "unpaired", "prompts")


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_policy_suits_every_kind(kind: str) -> None:
    check_policy(kind, Policy())
    check_policy(kind, Policy(report=False, resolved=False, imported=False))


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("preference", {"ties": "both", "pairs": "adjacent", "unrankable": "below"}),
        ("preference", {"ties": "soft", "votes": "soft", "ideal": False}),
        ("preference", {"votes": "majority", "pairs": "best_against_rest"}),
        ("preference", {"margins": {"1": 0, "2": 0.5, "3": 1}, "strength_at_least": 3}),
        ("preference", {"votes": "most_agreeing", "margins": MARGINS}),
        ("preference", {"rating": "helpful", "rating_at_least": 0}),
        ("ranked", {"votes": "most_agreeing"}),
        *((kind, {"chances": True}) for kind in ("sft", "preference", "ranked", "unpaired")),
        ("preference", {"weights": "reliability", "votes": "soft", "ties": "both"}),
        ("ranked", {"weights": "reliability"}),
        ("unpaired", {"weights": "reliability", "votes": "most_agreeing"}),
        ("unpaired", {"votes": "most_agreeing", "unrankable": "below", "ideal": False}),
        ("unpaired", {"rating": "helpful", "rating_at_least": 3}),
        ("sft", {"surplus": True, "raters": "all", "reviewed": True, "guideline_from": 2}),
        ("prompts", {"since": "2026-11-26", "until": "2026-11-26", "sides": ("test",)}),
        ("preference", {"form": "openai", "files": ("jsonl",)}),
        ("preference", {"form": "transcript", "files": ("parquet",)}),
        ("sft", {"form": "openrlhf"}),
        ("prompts", {"form": "openrlhf"}),
    ],
)
def test_what_a_kind_can_do_is_taken(kind: str, chosen: dict[str, Any]) -> None:
    check_policy(kind, Policy(**chosen))


@pytest.mark.parametrize(
    ("kind", "chosen", "field", "why"),
    [
        ("preference", {"ties": "keep"}, "ties", "is 'keep'; use one of drop, both, soft"),
        ("preference", {"votes": "some"}, "votes", "every, majority, soft, most_agreeing"),
        ("preference", {"pairs": "best"}, "pairs", "all, adjacent, best_against_rest"),
        ("preference", {"unrankable": "last"}, "unrankable", "use one of drop, below"),
        ("preference", {"raters": "held-out"}, "raters", "use one of work, held_out, all"),
        ("preference", {"weights": "by-hand"}, "weights", "use one of equal, reliability"),
        ("preference", {"chances": True, "votes": "soft"}, "chances", "where votes are counted"),
        ("preference", {"form": "alpaca"}, "form", "trl, openrlhf, openai, transcript"),
        ("prompts", {"form": "openai"}, "form", "use one of trl, openrlhf"),
        ("sft", {"form": "transcript"}, "form", "use one of trl, openrlhf, openai"),
        ("ranked", {"form": "openrlhf"}, "form", "use one of trl."),
        ("unpaired", {"form": "openrlhf"}, "form", "use one of trl."),
        ("sft", {"form": "openai"}, "files", "must be jsonl alone"),
        ("sft", {"files": ()}, "files", "must name each of its choices once"),
        ("sft", {"files": ("jsonl", "jsonl")}, "files", "must name each of its choices once"),
        ("sft", {"files": ("csv",)}, "files", "use one of parquet, jsonl"),
        ("sft", {"sides": ("train", "dev")}, "sides", "use one of train, validation, test"),
        ("sft", {"since": "26.11.2026"}, "since", "write a day as 2026-11-26"),
        ("sft", {"since": "20261126"}, "since", "write a day as 2026-11-26"),
        ("sft", {"until": "2026-02-30"}, "until", "write a day as 2026-11-26"),
        ("sft", {"since": "2026-11-27", "until": "2026-11-26"}, "since", "lies after until"),
        ("preference", {"margins": {"3": 1.0}}, "margins", "a number for each strength"),
        ("preference", {"margins": {**MARGINS, "4": 2.0}}, "margins", "a number for each"),
        ("preference", {"margins": {**MARGINS, "3": float("nan")}}, "margins", "a finite number"),
        ("preference", {"margins": {**MARGINS, "3": "1"}}, "margins", "a finite number"),
        ("preference", {"margins": {**MARGINS, "3": True}}, "margins", "a finite number"),
        ("preference", {"margins": MARGINS, "votes": "soft"}, "margins", "strengths differ"),
        ("preference", {"margins": MARGINS, "votes": "majority"}, "margins", "strengths differ"),
        ("preference", {"strength_at_least": 0}, "strength_at_least", "use 1, 2 or 3"),
        ("preference", {"strength_at_least": 4}, "strength_at_least", "use 1, 2 or 3"),
        (
            "preference",
            {"strength_at_least": 2, "votes": "majority"},
            "strength_at_least",
            "must be 1 where votes are counted",
        ),
        ("preference", {"rating": "helpful"}, "rating", "are given together"),
        ("preference", {"rating_at_least": 3}, "rating", "are given together"),
        ("unpaired", {"votes": "majority"}, "votes", "only pairs can be voted on"),
        ("ranked", {"votes": "soft"}, "votes", "only pairs can be voted on"),
    ],
)
def test_what_contradicts_itself_is_refused_by_the_name_of_its_field(
    kind: str, chosen: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(OddPolicy, match=why) as refused:
        check_policy(kind, Policy(**chosen))

    assert refused.value.field == field


OF_PAIRS: dict[str, Any] = {
    "ties": "soft",
    "pairs": "adjacent",
    "margins": MARGINS,
    "strength_at_least": 2,
}
OF_ORDERS: dict[str, Any] = OF_PAIRS | {
    "votes": "most_agreeing",
    "weights": "reliability",
    "unrankable": "below",
    "ideal": False,
}
OF_JUDGEMENTS: dict[str, Any] = {
    "surplus": True,
    "raters": "all",
    "reviewed": True,
    "guideline_from": 2,
}


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        *(("sft", *chosen) for chosen in OF_ORDERS.items()),
        *(("prompts", *chosen) for chosen in (OF_ORDERS | OF_JUDGEMENTS).items()),
        *(("unpaired", *chosen) for chosen in OF_PAIRS.items()),
        *(("ranked", *chosen) for chosen in OF_PAIRS.items()),
        ("ranked", "unrankable", "below"),
        ("ranked", "ideal", False),
        ("ranked", "rating", "helpful"),
        ("prompts", "chances", True),
    ],
)
def test_a_choice_that_a_kind_has_no_use_for_is_refused(kind: str, name: str, value: Any) -> None:
    with pytest.raises(OddPolicy, match=f"does not apply to datasets of kind {kind}") as refused:
        check_policy(kind, replace(Policy(), **{name: value}))

    assert refused.value.field == name


def test_a_policy_is_read_as_it_was_kept() -> None:
    policy = Policy(
        margins=MARGINS,
        guideline_from=3,
        skills=("law", "tax"),
        files=("jsonl",),
        rating="helpful",
        rating_at_least=2,
    )

    assert policy_from(policy.as_json()) == policy
    assert policy.as_json()["skills"] == ["law", "tax"]


@pytest.mark.parametrize(
    ("margins", "meant"), [(True, {"1": 1 / 3, "2": 2 / 3, "3": 1.0}), (False, {})]
)
def test_the_policies_of_the_first_version_mean_what_they_meant(
    margins: bool, meant: dict[str, float]
) -> None:
    """It knew no reviews and no reports, wrote both files, and said only whether margins are on."""
    kept = {"imported": True, "ties": "drop", "margins": margins}

    assert policy_from(kept) == Policy(resolved=False, report=False, margins=meant)
    assert policy_from({**kept, "resolved": True}).resolved


def test_a_choice_of_another_version_is_refused_and_not_forgotten() -> None:
    with pytest.raises(OddPolicy, match="is not known to this version") as refused:
        policy_from({"imported": True, "dedupe": True})

    assert refused.value.field == "dedupe"
