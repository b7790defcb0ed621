"""What training on groups is measured with: both sides read the same, and pairs are counted."""

import json

import pytest

from bench.reward import right_of, speeds
from bench.reward_inside import parts_of, tokens_read
from bench.reward_texts import LIMIT, Cut, read_texts
from tests.rewards.tiny import make_tiny_base

CUT = Cut(prompt=[1, 2], answers=[[3], [4, 5], [6]], characters=[1, 2, 1])


def test_pairs_are_right_by_the_order_best_first_and_a_tie_is_half():
    assert right_of([3.0, 1.0, 1.0]) == 2.5


def test_a_side_reads_each_answer_once_and_the_other_both_sequences_of_every_pair():
    """Sequences of 3, 4 and 3 tokens, each in two pairs; ours: 2 of the prompt, 1 + 2 + 1."""
    assert (tokens_read(CUT, "ours"), tokens_read(CUT, "trl")) == (6, 20)


def test_parts_keep_to_the_budget_but_for_a_group_that_alone_exceeds_it():
    assert [len(part) for part in parts_of([CUT] * 3, 12)] == [2, 1]
    assert [len(part) for part in parts_of([CUT] * 2, 5)] == [1, 1]


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
