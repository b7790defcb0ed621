"""Attention by blocks against one attention under a mask, and its gradient against differences."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from rewards.engine import tree_attention as module
from rewards.engine.tree_attention import Layout, last_attention, tree_attention

LAYOUTS = (Layout(0, 3, (2, 1)), Layout(6, 1, (2, 3)))
OWNERS = [(0, 0)] * 3 + [(0, 1)] * 2 + [(0, 2)] + [(1, 0)] + [(1, 1)] * 2 + [(1, 2)] * 3


def numbers(*shape: int, seed: int) -> torch.Tensor:
    chance = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=chance, dtype=torch.float64, requires_grad=True)


def inputs() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return numbers(12, 4, 3, seed=1), numbers(12, 2, 3, seed=2), numbers(12, 2, 3, seed=3)


@pytest.fixture(params=[1, 2, 128], ids=["alone", "in pairs", "whole"], autouse=True)
def stretches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a text's queries are cut."""
    monkeypatch.setattr(module, "QUERIES", request.param)


def test_a_token_sees_its_prompt_and_what_stands_before_it_in_its_own_text():
    """(group, text) owns a token; text 0 is the prompt. The mask is written from that rule."""
    seen = torch.tensor(
        [
            [to[0] == by[0] and to[1] in (0, by[1]) and at <= row for at, to in enumerate(OWNERS)]
            for row, by in enumerate(OWNERS)
        ]
    )
    query, key, value = inputs()

    expected = scaled_dot_product_attention(
        *(x.transpose(0, 1)[None] for x in (query, key, value)),
        attn_mask=seen,
        scale=0.7,
        enable_gqa=True,
    )

    found = tree_attention(query, key, value, 0.7, LAYOUTS)
    torch.testing.assert_close(found, expected[0].transpose(0, 1))


def test_the_last_tokens_of_answers_find_what_they_find_among_all():
    query, key, value = inputs()
    ends = [4, 5, 8, 11]

    found = last_attention(query[ends], key, value, 0.7, LAYOUTS)

    torch.testing.assert_close(found, tree_attention(query, key, value, 0.7, LAYOUTS)[ends])


def test_its_gradient_is_that_of_differences():
    assert torch.autograd.gradcheck(lambda *x: tree_attention(*x, 0.7, LAYOUTS), inputs())


def test_nothing_that_came_in_is_changed():
    """A block of one token is a view of what came in; scaling it in place would reach back."""
    given = inputs()
    before = [x.detach().clone() for x in given]

    tree_attention(*given, 0.7, LAYOUTS).sum().backward()

    assert all(torch.equal(x, old) for x, old in zip(given, before, strict=True))
