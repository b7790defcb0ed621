"""docs/datasets.md shows rows as they are: the examples of it are rows of this one judgement."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotate.export.forms import form_of
from annotate.export.policy import MARGINS, Policy
from annotate.export.policy_fields import POLICY_FIELDS
from annotate.export.preflight.rules import RULES
from annotate.export.rows import (
    About,
    DemonstrationText,
    IdealText,
    MessageRows,
    RankingText,
    Row,
    preference_rows,
    prompt_row,
    ranked_row,
    sft_row,
    unpaired_rows,
)
from tests.annotate.export.freezing import write_snapshot
from tests.annotate.export.judgements import asked, pairs_in, ranking, said

PAGE = Path("docs/datasets.md").read_text()
ABOUT = About(
    prompt_id="p",
    prompt=asked("May I give aspirin to a child?"),
    side="train",
    skill="medicine",
    language="en",
    iteration="2026-W48",
)
RATER = "r-9509c058028bfaad"
ANSWERS: dict[str, MessageRows] = {
    "a": said("No: use paracetamol."),
    "b": said("Yes."),
    "c": said("Ask a doctor."),
}
WRITTEN = DemonstrationText(
    id="d", about=ABOUT, answer=said("No. It can cause Reye's syndrome."), rater=RATER
)
RANKED = RankingText(
    id="k",
    about=ABOUT,
    candidates=ANSWERS,
    tiers=[["a"], ["c"], ["b"]],
    unrankable=[],
    strengths=[1, 3],
    rater=RATER,
    sources={"a": "m1", "b": "m2", "c": "m1"},
)
PLAIN, MARGIN = Policy(), Policy(margins=MARGINS)


def first_pair(policy: Policy) -> Row:
    return next(preference_rows([RANKED], policy))


def formed(kind: str, form: str, row: Row) -> Row:
    """Of a row in this form what is in its own file."""
    found = form_of(kind, Policy(form=form))
    [made] = found.rows([row])
    apart = {column.name for column in found.columns if column.apart}
    return {n: v for n, v in made.items() if n not in apart and not (apart and v is None)}


SHOWN: list[Row] = [
    sft_row(WRITTEN),
    first_pair(MARGIN),
    ranked_row(RANKED),
    next(unpaired_rows([RANKED], PLAIN)),
    prompt_row(ABOUT),
    formed("sft", "openrlhf", sft_row(WRITTEN)),
    formed("sft", "openai", sft_row(WRITTEN)),
    formed("preference", "openai", first_pair(PLAIN)),
    formed("preference", "transcript", first_pair(PLAIN)),
]
WHOLE = {0, 1, 4, 6, 7}  # the others leave out what was shown before


def examples() -> list[Any]:
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_every_example_is_a_row() -> None:
    found = examples()

    assert found == [
        {name: row[name] for name in example} for row, example in zip(SHOWN, found, strict=True)
    ]
    assert [place for place in WHOLE if list(found[place]) != list(SHOWN[place])] == []


@pytest.mark.parametrize(
    ("policy", "rows"),
    [
        (Policy(), [("a", "c")] * 2),
        (Policy(ties="soft"), [("a", "c", 1.0), ("a", "c", 1.0), ("a", "c", 0.5)]),
        (Policy(votes="majority"), [("a", "c", [2, 0, 1])]),
        (Policy(votes="soft"), [("a", "c", pytest.approx(0.833, abs=0.001), [2, 0, 1])]),
        (Policy(votes="most_agreeing"), [("a", "c")]),
    ],
)
def test_the_example_of_votes_is_counted_so(policy: Policy, rows: list[tuple[Any, ...]]) -> None:
    rankings = [
        ranking([["a"], ["c"]], rater=1),
        ranking([["a"], ["c"]], rater=2),
        ranking([["a", "c"]], rater=3),
    ]
    names = ["soft_label"] if policy.ties == "soft" or policy.votes == "soft" else []
    names += ["votes"] if policy.votes in ("majority", "soft") else []

    assert pairs_in(preference_rows(rankings, policy), *names) == rows


@pytest.mark.parametrize(
    ("policy", "pairs"),
    [
        (Policy(), ["ac", "ab", "cb"]),
        (Policy(pairs="adjacent"), ["ac", "cb"]),
        (Policy(pairs="best_against_rest"), ["ac", "ab"]),
        (Policy(strength_at_least=2), ["ab", "cb"]),
        (Policy(rating="helpful", rating_at_least=4), ["ac", "ab"]),
    ],
)
def test_the_examples_of_one_order_are_its_pairs(policy: Policy, pairs: list[str]) -> None:
    points = {"a": {"ratings": {"helpful": 5}}, "c": {"ratings": {"helpful": 3}}}

    assert pairs_of(replace(RANKED, answers=points), policy) == pairs


def test_the_examples_of_what_was_not_ranked_and_what_was_edited() -> None:
    apart = replace(RANKED, tiers=[["a"], ["c"]], unrankable=["b"], strengths=[1])
    edited = replace(RANKED, ideal=IdealText("i", said("No, never.")))

    assert pairs_of(apart, Policy(unrankable="below")) == ["ac", "ab", "cb"]
    assert pairs_of(apart, Policy()) == ["ac"]
    assert pairs_of(edited, Policy()) == ["ia", "ic", "ib", "ac", "ab", "cb"]
    assert pairs_of(edited, Policy(ideal=False)) == ["ac", "ab", "cb"]


def test_the_example_of_margins() -> None:
    policy = Policy(margins={"1": 0.33, "2": 0.67, "3": 1})

    assert [row["margin"] for row in preference_rows([RANKED], policy)] == [0.33, 1, 1]


def pairs_of(ranked: RankingText, policy: Policy) -> list[str]:
    """Each as the letters of the better and the worse answer."""
    letters = {each[0]["content"]: name for name, each in ANSWERS.items()} | {"No, never.": "i"}
    rows = preference_rows([ranked], policy)
    return [
        "".join(letters[row[side][0]["content"]] for side in ("chosen", "rejected")) for row in rows
    ]


def test_every_column_and_every_choice_has_a_place_in_it() -> None:
    columns = {
        column.name
        for kind in ("sft", "preference", "ranked", "unpaired", "prompts")
        for policy in (MARGIN, Policy(ties="both"), Policy(votes="soft"))
        for column in form_of(kind, policy).columns
    }

    named = set(re.findall(r"[`\"](\w+)[`\"]", PAGE))
    assert sorted((columns | {each.name for each in POLICY_FIELDS}) - named) == []


def test_the_lines_that_verify_a_folder_do_so(tmp_path: Path) -> None:
    """Numbers in the policy, too, are spelt as they were when the digest was made."""
    folder = tmp_path / "s"
    rows = {"train": [first_pair(MARGIN)]}
    write_snapshot(folder, kind="preference", policy=MARGIN, rows=rows)
    [lines] = [
        each for each in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "sha256" in each
    ]
    lines = lines.replace('"FOLDER"', repr(str(folder)))

    exec(lines, {})

    shard = folder / "jsonl" / "train-00000.jsonl"
    shard.write_bytes(shard.read_bytes() + b"\n")
    with pytest.raises(AssertionError, match="jsonl/train-00000.jsonl"):
        exec(lines, {})


def test_every_limit_that_a_campaign_may_set_is_told() -> None:
    told = PAGE.partition("## What a campaign may refuse")[2].partition("\n## ")[0]
    first = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]

    assert sorted(re.findall("`([a-z_0-9]+)`", "".join(first))) == sorted(RULES)
