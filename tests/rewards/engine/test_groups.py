"""What a ranking becomes in a batch."""

from pathlib import Path

from rewards.engine.chat import render
from rewards.engine.data import Ranking
from rewards.engine.groups import Group, GroupCollator, group_of, render_placed
from rewards.engine.models import load_tokenizer
from tests.rewards.engine.conftest import asks, says

RANKING = Ranking(
    prompt_id="p",
    ranking_id="r",
    prompt=asks("question"),
    answers=[says("a"), says("bb"), says("ccc"), says("dddd")],
    tiers=[[3], [0, 2]],
    strengths=[None],
)


def test_a_group_holds_each_placed_answer_once_and_every_pair_of_them(base: Path) -> None:
    """Answers 0, 2, 3 are placed: 3 beats both, 0 and 2 are tied, 1 is unrankable."""
    tokenizer = load_tokenizer(base)

    group = group_of(RANKING, render_placed(RANKING, tokenizer), 512)

    sequences = [
        render(tokenizer, RANKING.prompt, RANKING.answers[place]).within(512) for place in (0, 2, 3)
    ]
    assert group == Group(sequences, better=[2, 2, 0], worse=[0, 1, 1], targets=[1.0, 1.0, 0.5])


def test_a_batch_lays_groups_one_after_another() -> None:
    """Two groups of 2 and 3 answers: the second group's places begin at 2."""
    first = Group([[5], [5, 6]], [1], [0], [1.0])
    second = Group([[7, 8, 9], [7], [7, 8]], [0, 1], [1, 2], [1.0, 0.5])

    batch = GroupCollator(pad=0)([first, second])

    assert {name: tensor.tolist() for name, tensor in batch.items()} == {
        "input_ids": [[5, 0, 0], [5, 6, 0], [7, 8, 9], [7, 0, 0], [7, 8, 0]],
        "attention_mask": [[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 0], [1, 1, 0]],
        "better": [1, 2, 3],
        "worse": [0, 3, 4],
        "target": [1.0, 1.0, 0.5],
        "weight": [0.5, 0.25, 0.25],
    }
