"""What training on groups is measured with: both sides read the same, and pairs are counted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.frozen import freeze
from bench.reward import right_of, speeds
from bench.reward_inside import ours, tokens_read
from bench.reward_texts import LIMIT, Cut, Texts, read_texts
from rewards.engine.data import open_snapshot
from rewards.engine.tree import pack
from tests.rewards.tiny import make_tiny_base

CUT = Cut("why", ["a", "bb", "c"], prompt=[1, 2], answers=[[3], [4, 5], [6]])


def test_pairs_are_right_by_the_order_best_first_and_a_tie_is_half():
    assert right_of([3.0, 1.0, 1.0]) == 2.5


def test_a_side_reads_each_answer_once_and_the_other_both_sequences_of_every_pair():
    """Sequences of 3, 4 and 3 tokens, each in two pairs; ours: 2 of the prompt, 1 + 2 + 1."""
    assert (tokens_read(CUT, "ours"), tokens_read(CUT, "trl")) == (6, 20)


def test_speeds_are_medians_over_the_groups_that_count():
    def run(seconds: float) -> dict[str, float]:
        return {"seconds": seconds, "cpu_seconds": 4.0, "groups": 2, "tokens": 60, "peak_rss_mb": 9}

    found = speeds({"trl": [run(8), run(20), run(12)], "ours": [run(2), run(1), run(4)]})

    assert (found["seconds_per_group_trl"], found["seconds_per_group_ours"]) == (6.0, 1.0)
    assert (found["speedup"], found["speedup_by_run"]) == (6.0, [4.0, 20.0, 3.0])
    assert (found["tokens_per_s_ours"], found["peak_rss_mb_trl"]) == (30, 9)


def test_texts_are_cut_to_the_limit_and_too_few_are_refused(tmp_path):
    base, data = make_tiny_base(tmp_path / "base"), tmp_path / "data.jsonl"
    rows = [
        {"prompt": "why", "responses": [{"text": "a" * 900}, {"text": "b"}]},
        {"prompt": "three", "responses": [{"text": "a"}, {"text": "b"}, {"text": "c"}]},
        {"prompt": "how", "responses": [{"text": "c"}, {"text": "d"}]},
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    texts = read_texts(data, base, k=2, train=1, held=1)

    assert [len(cut.sequences[0]) == LIMIT for cut in [*texts.train, *texts.held]] == [True, False]
    assert texts.lengths == [[1, 1]]
    with pytest.raises(SystemExit, match="has 2 rankings of 2"):
        read_texts(data, base, k=2, train=2, held=1)


def some_texts(folder: Path, base: Path, *, train: int) -> Texts:
    data = folder / "data.jsonl"
    rows = [
        {"prompt": f"why {number}", "responses": [{"text": "a" * number}, {"text": "b"}]}
        for number in range(1, train + 1)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return read_texts(data, base, k=2, train=train, held=0)


def test_ours_is_the_training_that_a_user_runs_on_the_ids_that_trl_reads(tmp_path):
    base = make_tiny_base(tmp_path / "base")
    texts = some_texts(tmp_path, base, train=3)

    fitting = ours(texts, {"base": str(base), "step_groups": 2, "tokens": 64}, tmp_path / "run")

    groups = fitting.groups.groups
    assert [(group.prompt, group.answers) for group in groups] == [
        (cut.prompt, cut.answers) for cut in texts.train
    ]
    assert [list(zip(group.better, group.worse, strict=True)) for group in groups] == [[(0, 1)]] * 3
    first_step = next(iter(fitting.trainer.get_train_dataloader()))
    assert [batch.rows.ids.tolist() for batch in first_step] == [
        pack([group]).ids.tolist()
        for group in groups[1::-1]  # of a step's, the longest first
    ]


def test_ours_refuses_to_be_timed_on_other_ids_than_trl_reads(tmp_path):
    base = make_tiny_base(tmp_path / "base")
    texts = some_texts(tmp_path, base, train=2)
    first, second = texts.train
    shortened = Texts([first, replace(second, answers=[[5], [6]])], [])

    with pytest.raises(SystemExit, match="the same ids"):
        ours(shortened, {"base": str(base), "step_groups": 1, "tokens": 64}, tmp_path / "run")


def test_what_ours_learns_from_is_a_snapshot_that_the_engine_reads(tmp_path):
    snapshot = open_snapshot(freeze(tmp_path / "frozen", [CUT]), "ranked")

    (ranking,) = snapshot.rankings("train")

    assert (ranking.tiers, len(ranking.answers)) == ([[0], [1], [2]], 3)
    assert ranking.prompt[0]["content"] == "why"
