"""A group computed at once, by any way, is the naive computation of all its pairs."""

import copy
import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from rewards.engine.batches import GroupCollator
from rewards.engine.errors import BadConfig
from rewards.engine.groups import TIE, Group
from rewards.engine.models import rewards_of
from rewards.engine.objective import Asked, Objective
from rewards.engine.reward_trainer import Learner
from rewards.engine.ways import PaddedWay, TreeWay, way_for

PATHS = ("padded", "tree")
NEVER = 2**62


@pytest.fixture(scope="module")
def model(base: Path) -> PreTrainedModel:
    return AutoModelForSequenceClassification.from_pretrained(base, num_labels=1)


def drawn(size: int, seed: int) -> Group:
    """A ranking of ``size`` answers of 1 to 20 ids: ties, margins and weights of all kinds."""
    chance = random.Random(seed)
    pairs = list(combinations(range(size), 2))
    weights = [chance.uniform(0.2, 1) for _ in pairs]
    return Group(
        prompt=[chance.randrange(250) for _ in range(chance.randint(3, 30))],
        answers=[
            [chance.randrange(250) for _ in range(chance.randint(1, 20))] for _ in range(size)
        ],
        better=[one for one, _ in pairs],
        worse=[other for _, other in pairs],
        targets=[chance.choice([1.0, 1.0, 0.75, TIE]) for _ in pairs],
        margins=[chance.choice([0.0, 0.5, 1.0]) for _ in pairs],
        weights=[weight / sum(weights) for weight in weights],
    )


def naive(model: PreTrainedModel, groups: Sequence[Group]) -> Tensor:
    """Each pair by itself: prompt and answer are encoded anew for both of its sides."""
    losses = []
    for group in groups:
        for better, worse, target, margin, weight in zip(
            group.better, group.worse, group.targets, group.margins, group.weights, strict=True
        ):
            sides = [
                rewards_of(model, ids, torch.ones_like(ids))
                for ids in (torch.tensor([group.sequences[at]]) for at in (better, worse))
            ]
            gap = sides[0] - sides[1] - margin
            loss = -target * functional.logsigmoid(gap) - (1 - target) * functional.logsigmoid(-gap)
            losses.append(weight * loss / len(groups))
    return torch.cat(losses).sum()


def gradients(model: PreTrainedModel, loss: Tensor) -> dict[str, Tensor]:
    named = dict(model.named_parameters())
    found = torch.autograd.grad(loss, list(named.values()))
    return dict(zip(named, found, strict=True))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("size", range(2, 10))
@pytest.mark.parametrize("tokens", [1, 10_000])
def test_loss_and_gradients_are_those_of_the_naive_pairs(
    model: PreTrainedModel, path: str, size: int, tokens: int
) -> None:
    """Two groups of other lengths, in one batch or in two."""
    groups = [drawn(size, seed=size), drawn(size, seed=100 + size)]
    way = way_for(model, path)
    learner = Learner(model, Objective(Asked(), groups, raters=1), way, NEVER)

    batches = GroupCollator(way, tokens)(groups)
    ours = torch.stack([learner(batch)[0] for batch in batches]).sum()
    theirs = naive(model, groups)

    assert len(batches) == (2 if tokens == 1 else 1)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)
    torch.testing.assert_close(gradients(model, ours), gradients(model, theirs), atol=1e-5, rtol=0)


def test_auto_is_the_tree_where_the_model_and_the_launch_allow_it(model: PreTrainedModel) -> None:
    dropping = copy.deepcopy(model)
    dropping.config.attention_dropout = 0.1

    assert isinstance(way_for(model, "auto"), TreeWay)
    assert isinstance(way_for(model, "padded"), PaddedWay)
    assert isinstance(way_for(model, "auto", sharded=True), PaddedWay)
    assert isinstance(way_for(dropping, "auto"), PaddedWay)
    with pytest.raises(BadConfig, match="'path' tree cannot be gone"):
        way_for(dropping, "tree")
