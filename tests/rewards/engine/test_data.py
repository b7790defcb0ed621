"""Frozen snapshots, as the exporter writes them, are read whole or refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotate.export.images import Image
from annotate.export.policy import Policy
from rewards.engine.data import Demonstration, Ranking, open_snapshot
from rewards.engine.errors import BadInput
from rewards.engine.shares import in_share
from tests.rewards.engine.conftest import (
    asks,
    freeze_pairs,
    freeze_ranked,
    freeze_sft,
    pair_row,
    ranked_row,
    says,
    sft_row,
)

# what the factories say of every row
ABOUT: dict[str, Any] = {"rater": "someone", "skill": "", "language": "en", "iteration": "2026-W48"}


def test_rankings_come_back_as_they_were_frozen(tmp_path: Path) -> None:
    row = ranked_row(1, ["a", "b", "c"], [[2], [0]])
    folder = freeze_ranked(
        tmp_path / "frozen", train=[row], test=[ranked_row(2, ["x", "y"], [[0, 1]])]
    )

    snapshot = open_snapshot(folder, "ranked")

    assert list(snapshot.rankings("train")) == [
        Ranking(
            "p1",
            "r1",
            asks("question 1"),
            [says("a"), says("b"), says("c")],
            [[2], [0]],
            [None],
            sources=["someone"] * 3,
            **ABOUT,
        )
    ]
    assert [ranking.prompt_id for ranking in snapshot.rankings("test")] == ["p2"]
    assert list(snapshot.rankings("validation")) == []


def test_an_ideal_answer_is_none_of_those_that_were_ranked(tmp_path: Path) -> None:
    row = ranked_row(1, ["a", "b"], [[1], [0]])
    row |= {"ideal": says("b, and why"), "ideal_id": "d1"}

    snapshot = open_snapshot(freeze_ranked(tmp_path / "frozen", train=[row]), "ranked")

    assert list(snapshot.rankings("train")) == [
        Ranking(
            "p1",
            "r1",
            asks("question 1"),
            [says("a"), says("b")],
            [[1], [0]],
            [None],
            sources=["someone"] * 2,
            **ABOUT,
            ideal=says("b, and why"),
        )
    ]


def test_a_pair_is_a_ranking_of_two(tmp_path: Path) -> None:
    rows = [
        pair_row(1, "a", "b", margin=0.5, soft_label=0.75),
        pair_row(2, "x", "y", margin=0.0, soft_label=0.5),
    ]
    frozen = freeze_pairs(tmp_path / "frozen", Policy(ties="soft", margins={"1": 0.5}), train=rows)

    pairs = list(open_snapshot(frozen, "ranked", "preference").rankings("train"))

    assert pairs == [
        Ranking(
            "p1",
            "r1",
            asks("question 1"),
            [says("a"), says("b")],
            [[0], [1]],
            [None],
            sources=["someone"] * 2,
            **ABOUT,
            soft_label=0.75,
            margin=0.5,
        ),
        Ranking(
            "p2",
            "r2",
            asks("question 2"),
            [says("x"), says("y")],
            [[0, 1]],
            [],
            sources=["someone"] * 2,
            **ABOUT,
            soft_label=0.5,
            margin=0.0,
        ),
    ]


def test_pairs_in_a_form_without_prompts_are_refused(tmp_path: Path) -> None:
    policy = Policy(form="transcript")
    frozen = freeze_pairs(tmp_path / "frozen", policy, train=[pair_row(1, "a", "b")])
    snapshot = open_snapshot(frozen, "preference")

    with pytest.raises(BadInput, match="freeze the form trl"):
        list(snapshot.rankings("train"))


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    folder = freeze_ranked(tmp_path / "frozen", train=[ranked_row(1, ["a", "b"], [[1], [0]])])
    whole = open_snapshot(folder, "ranked")
    lines = type(whole)(folder, "ranked", whole.digest, ("jsonl/train-00000.jsonl",))

    assert list(lines.rankings("train")) == list(whole.rankings("train"))


def test_a_demonstration_is_split_after_the_last_user_message(tmp_path: Path) -> None:
    folder = freeze_sft(tmp_path / "frozen", train=[sft_row(1, "answer")])

    assert list(open_snapshot(folder, "sft").demonstrations("train")) == [
        Demonstration("p1", asks("question 1"), says("answer"))
    ]


def test_an_answer_of_several_turns_is_learnt_turn_by_turn(tmp_path: Path) -> None:
    """What the tool gave and what was asked next carry no loss; the prompt's own answer neither."""
    tool = {"type": "function", "function": {"name": "dose"}}
    function = {"name": "dose", "arguments": '{"drug":"aspirin"}'}
    called = {"type": "function", "function": function}
    call = {"role": "assistant", "content": "", "tool_calls": [called]}
    result = {"role": "tool", "name": "dose", "content": "100 mg"}
    before = asks("question 1") + says("old") + asks("and now?")
    row = sft_row(1, "") | {
        "messages": [*before, call, result, *says("100 mg."), *asks("sure?"), *says("yes")],
        "tools": json.dumps([tool]),
        "answer_from": 3,
    }
    folder = freeze_sft(tmp_path / "frozen", train=[row])

    turns = list(open_snapshot(folder, "sft").demonstrations("train"))

    read = {"type": "function", "function": {"name": "dose", "arguments": {"drug": "aspirin"}}}
    assert [(turn.prompt[-1], turn.answer, turn.tools) for turn in turns] == [
        (asks("and now?")[0], [call | {"tool_calls": [read]}], [tool]),
        (result, says("100 mg."), [tool]),
        (asks("sure?")[0], says("yes"), [tool]),
    ]


def test_a_changed_shard_is_refused(tmp_path: Path) -> None:
    folder = freeze_ranked(tmp_path / "frozen", train=[ranked_row(1, ["a", "b"], [[1], [0]])])
    shard = folder / "jsonl" / "train-00000.jsonl"
    shard.write_text(shard.read_text().replace('"a"', '"z"'))

    with pytest.raises(BadInput, match=r"train-00000\.jsonl was changed or lost"):
        open_snapshot(folder, "ranked")


def test_a_changed_manifest_is_refused(tmp_path: Path) -> None:
    folder = freeze_ranked(tmp_path / "frozen", train=[ranked_row(1, ["a", "b"], [[1], [0]])])
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "members": "1" * 64}))

    with pytest.raises(BadInput, match="manifest of .* was changed"):
        open_snapshot(folder, "ranked")


def test_another_kind_and_a_folder_without_a_manifest_are_refused(tmp_path: Path) -> None:
    folder = freeze_sft(tmp_path / "frozen", train=[sft_row(1, "answer")])

    with pytest.raises(BadInput, match="of kind sft; ranked is needed"):
        open_snapshot(folder, "ranked")
    with pytest.raises(BadInput, match="has no manifest"):
        open_snapshot(tmp_path, "ranked")


def test_shares_are_disjoint_and_leave_nobody_out() -> None:
    prompts = [f"prompt {number}" for number in range(100)]

    shares = [{prompt for prompt in prompts if in_share(prompt, part, 2)} for part in (0, 1)]

    assert shares[0] & shares[1] == set()
    assert shares[0] | shares[1] == set(prompts)
    assert all(len(share) > 25 for share in shares)


def test_what_asks_about_pictures_is_left_out_and_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A text-only model would learn to invent what a picture shows."""
    picture = Image("images/a.png", 1, lambda: b"x")
    rows = [
        with_images(ranked_row(n, ["a", "b"], [[0], [1]]), [picture] * (n % 2)) for n in (1, 2, 3)
    ]

    found = list(
        open_snapshot(freeze_ranked(tmp_path / "some", train=rows), "ranked").rankings("train")
    )

    assert [each.prompt_id for each in found] == ["p2"]
    assert "2 of 3 rows of train ask about pictures and are left out" in capfd.readouterr().err
    only = open_snapshot(freeze_ranked(tmp_path / "only", train=rows[::2]), "ranked")
    with pytest.raises(BadInput, match="every row of train .* asks about pictures"):
        list(only.rankings("train"))


def with_images(row: dict[str, Any], images: list[Image]) -> dict[str, Any]:
    """In the place that the column has."""
    at = list(row).index("tools")
    said = list(row.items())
    return dict([*said[:at], ("images", images), *said[at:]])
