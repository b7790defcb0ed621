"""What a ranking becomes in a batch."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from annotate.export.policy import Policy
from rewards.engine.batches import GroupCollator, batch_of
from rewards.engine.chat import render
from rewards.engine.data import Ranking, open_snapshot
from rewards.engine.errors import BadConfig
from rewards.engine.groups import Group, Reading, group_of, read_groups, render_placed
from rewards.engine.models import load_tokenizer
from rewards.engine.ways import Padded, PaddedWay
from tests.rewards.engine.conftest import asks, freeze_pairs, pair_row, says

RANKING = Ranking(
    prompt_id="p",
    ranking_id="r",
    prompt=asks("question"),
    answers=[says("a"), says("bb"), says("ccc"), says("dddd")],
    tiers=[[3], [0, 2]],
    strengths=[None],
    rater="r-1",
)


def test_a_group_holds_each_placed_answer_once_and_every_pair_of_them(base: Path) -> None:
    """Answers 0, 2, 3 are placed: 3 beats both, 0 and 2 are tied, 1 is unrankable."""
    tokenizer = load_tokenizer(base)

    group = group_of(RANKING, render_placed(RANKING, tokenizer), 512)

    sequences = [
        render(tokenizer, RANKING.prompt, RANKING.answers[place]).within(512) for place in (0, 2, 3)
    ]
    assert group == Group(
        prompt=render(tokenizer, RANKING.prompt, says("")).prompt,
        answers=group.answers,
        better=[2, 2, 0],
        worse=[0, 1, 1],
        targets=[1.0, 1.0, 0.5],
        margins=[0.0, 0.0, 0.0],
        weights=[1 / 3, 1 / 3, 1 / 3],
        rater="r-1",
        covariates=[[math.log(2), 0.0], [math.log(4), 0.0], [math.log(5), 0.0]],
        prompt_id="p",
        ranking_id="r",
    )
    assert group.sequences == sequences
    assert group.places == [1, 1, 0]


def test_what_the_reading_says_becomes_of_strengths_and_ties(base: Path) -> None:
    """A pair over two boundaries takes the greater of their strengths; ties are left out."""
    ranking = replace(RANKING, tiers=[[3], [0, 2], [1]], strengths=[1, 3])
    rendered = render_placed(ranking, load_tokenizer(base))

    group = group_of(ranking, rendered, 512, Reading((0.25, 0.5, 1.0), drops_ties=True))

    pairs = zip(group.better, group.worse, group.margins, strict=True)
    assert sorted(pairs) == [(0, 1, 1.0), (2, 1, 1.0), (3, 0, 0.25), (3, 1, 1.0), (3, 2, 0.25)]
    assert group.weights == [0.2] * 5


def test_an_edited_answer_stands_above_all_others() -> None:
    edited = replace(RANKING, ideal=says("better"))

    read = edited.with_ideal()

    assert (read.answers[4], read.tiers, read.strengths) == (
        says("better"),
        [[4], [3], [0, 2]],
        [None, None],
    )
    assert RANKING.with_ideal() is RANKING


def test_margins_that_are_no_three_numbers_are_refused() -> None:
    with pytest.raises(BadConfig, match="'margins' must be three numbers"):
        Reading((1.0,))


def test_rows_of_pairs_are_groups_of_two(base: Path, tmp_path: Path) -> None:
    """What the row says of its margin and its share of votes counts."""
    rows = [
        pair_row(1, "good", "bad", margin=0.0, soft_label=1.0),
        pair_row(2, "good", "bad", margin=0.5, soft_label=0.75),
        pair_row(3, "one", "other", margin=0.0, soft_label=0.5),
    ]
    policy = Policy(ties="soft", margins={"1": 0.5})
    snapshot = open_snapshot(freeze_pairs(tmp_path / "f", policy, train=rows), "preference")

    read = read_groups(snapshot, load_tokenizer(base), share=(0, 1), limit=512)

    assert [(g.better, g.worse, g.targets, g.margins, g.weights) for g in read.groups] == [
        ([0], [1], [1.0], [0.0], [1.0]),
        ([0], [1], [0.75], [0.5], [1.0]),
        ([0], [1], [0.5], [0.0], [1.0]),
    ]
    assert [(len(group.answers), group.rater) for group in read.groups] == [(2, "someone")] * 3


def test_a_tie_in_two_directions_is_half_a_pair_each(base: Path, tmp_path: Path) -> None:
    rows = [pair_row(1, "one", "other", weight=0.5), pair_row(1, "other", "one", weight=0.5)]
    frozen = freeze_pairs(tmp_path / "frozen", Policy(ties="both"), train=rows)

    read = read_groups(
        open_snapshot(frozen, "preference"), load_tokenizer(base), share=(0, 1), limit=512
    )

    assert [(g.targets, g.margins, g.weights) for g in read.groups] == [([1.0], [0.0], [0.5])] * 2


def test_a_batch_lays_groups_one_after_another() -> None:
    """Two groups of 2 and 3 answers: the second group's places begin at 2."""
    first = Group([5], [[1], [1, 6]], [1], [0], [1.0], margins=[0.5], rater="b")
    second = Group([7], [[8, 9], [1], [8]], [0, 1], [1, 2], [1.0, 0.5], rater="a")
    both = [first, second]

    batch = batch_of(both, PaddedWay(0).lay(both), step=4, raters={"a": 0, "b": 1})

    rows = batch.rows
    assert isinstance(rows, Padded)
    assert rows.ids.tolist() == [[5, 1, 0], [5, 1, 6], [7, 8, 9], [7, 1, 0], [7, 8, 0]]
    assert rows.mask.tolist() == [[1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 1, 0], [1, 1, 0]]
    assert batch.better.tolist() == [1, 2, 3]
    assert batch.worse.tolist() == [0, 3, 4]
    assert batch.target.tolist() == [1.0, 1.0, 0.5]
    assert batch.margin.tolist() == [0.5, 0.0, 0.0]
    assert batch.weight.tolist() == [0.25, 0.125, 0.125]
    assert batch.rater.tolist() == [1, 0, 0]
    assert batch.place.tolist() == [1, 0, 0, 1, 0]
    assert batch.group.tolist() == [0, 0, 1, 1, 1]
    assert batch.order_weight.tolist() == [0.25, 0.25, 0.125, 0.125, 0.125]
    assert batch.share == 0.5


def test_a_step_is_cut_where_the_next_group_would_not_fit() -> None:
    """Padded, a group of two answers costs twice its width: 12, 8, 8 and 4 of 16."""
    groups = [Group([7], [[1] * (width - 1), [1]], [0], [1], [1.0]) for width in (2, 4, 6, 4)]

    batches = GroupCollator(PaddedWay(0), tokens=16)(groups)

    assert [tuple(batch.rows.ids.shape) for batch in batches] == [(2, 6), (4, 4), (2, 2)]
    assert sum(batch.share for batch in batches) == 1
    assert sum(batch.weight.sum().item() for batch in batches) == 1
