"""Attention where every answer sees its prompt and itself, and no answer sees another.

The tokens of a group lie in one row: the prompt, then its answers. The prompt attends to itself;
an answer's queries meet the keys of [prompt, answer], so the prompt's keys are computed once for
all answers. No mask over the whole row is ever made: each block is its own matrix product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

QUERIES = 128  # of one block at most: half as many multiply fewer keys in vain, in more products


@dataclass(frozen=True)
class Layout:
    """Where a group lies in a row of tokens: its prompt first, then its answers, without gaps."""

    start: int
    prompt: int  # tokens
    answers: tuple[int, ...]  # tokens of each

    @property
    def end(self) -> int:
        return self.start + self.prompt + sum(self.answers)


@dataclass(frozen=True)
class Block:
    """A stretch of queries and all keys that its last one sees: rows ``before`` and ``own``.

    Within ``own`` the queries are the last rows, so only their corner has anything to hide.
    """

    before: slice  # the prompt, for an answer
    own: slice  # from the text's first token to the last query
    queries: slice

    @property
    def length(self) -> int:
        return self.queries.stop - self.queries.start


def blocks_of(layouts: Sequence[Layout]) -> Iterator[Block]:
    for layout in layouts:
        prompt = slice(layout.start, layout.start + layout.prompt)
        nothing = slice(layout.start, layout.start)
        yield from _stretches(nothing, prompt)
        for _, answer in _texts([layout]):
            yield from _stretches(prompt, answer)


def _stretches(before: slice, text: slice) -> Iterator[Block]:
    """A text cut so that no query is multiplied with many keys that stand after it."""
    for begin in range(text.start, text.stop, QUERIES):
        stop = min(begin + QUERIES, text.stop)
        yield Block(before, slice(text.start, stop), slice(begin, stop))


class _Tree(torch.autograd.Function):
    """softmax(scale q k) v by blocks; queries (T, H, D), keys and values (T, G, D), H = G R."""

    @staticmethod
    def forward(
        ctx: Any, q: Tensor, k: Tensor, v: Tensor, scale: float, layouts: Sequence[Layout]
    ) -> Tensor:
        found, shares = torch.empty_like(q), []
        for block in blocks_of(layouts):
            scores = torch.bmm(_stacked(q, k, block) * scale, _seen(k, block).mT)
            _hide_later(scores, block)
            share = torch.softmax(scores, -1)  # (G, R n, S)
            _unstack(torch.bmm(share, _seen(v, block)), found[block.queries])
            shares.append(share)
        ctx.save_for_backward(q, k, v, *shares)
        ctx.scale, ctx.layouts = scale, layouts
        return found

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        """With p the shares and do the gradient: dv = p' do, dp = do v', ds = p (dp - sum(dp p)),
        dq = scale ds k, dk = scale ds' q.
        """
        q, k, v, *shares = ctx.saved_tensors
        to_q, to_k, to_v = torch.empty_like(q), torch.zeros_like(k), torch.zeros_like(v)
        for block, share in zip(blocks_of(ctx.layouts), shares, strict=True):
            grad = _stacked(grads[0], k, block)  # (G, R n, D)
            _add(to_v, block, torch.bmm(share.mT, grad))
            towards = torch.bmm(grad, _seen(v, block).mT)  # (G, R n, S)
            scores = torch._softmax_backward_data(towards, share, -1, share.dtype)
            _add(to_k, block, torch.bmm(scores.mT, _stacked(q, k, block) * ctx.scale))
            _unstack(torch.bmm(scores, _seen(k, block)).mul_(ctx.scale), to_q[block.queries])
        return to_q, to_k, to_v, None, None


def tree_attention(
    query: Tensor, key: Tensor, value: Tensor, scale: float, layouts: Sequence[Layout]
) -> Tensor:
    """What each query (T, H, D) finds among keys and values (T, G, D), as (T, H, D).

    Head h of the queries reads head h // (H / G) of the keys, as transformers groups them.
    """
    return cast(Tensor, _Tree.apply(query, key, value, scale, layouts))


def last_attention(
    query: Tensor, key: Tensor, value: Tensor, scale: float, layouts: Sequence[Layout]
) -> Tensor:
    """The same for the last token of each answer alone: queries (N, H, D), found (N, H, D).

    It sees its whole prompt and answer, so nothing is hidden from it.
    """
    found = []
    for q, (prompt, answer) in zip(query, _texts(layouts), strict=True):
        k, v = (torch.cat([x[prompt], x[answer]]).transpose(0, 1) for x in (key, value))
        found.append(
            scaled_dot_product_attention(
                q[None, :, None], k[None], v[None], scale=scale, enable_gqa=True
            )[0, :, 0]
        )
    return torch.stack(found)


def _texts(layouts: Sequence[Layout]) -> Iterator[tuple[slice, slice]]:
    """Each answer's prompt and itself, as rows."""
    for layout in layouts:
        at = layout.start + layout.prompt
        for length in layout.answers:
            yield slice(layout.start, layout.start + layout.prompt), slice(at, at + length)
            at += length


def _stacked(queries: Tensor, keys: Tensor, block: Block) -> Tensor:
    """The block's rows (n, H, D) as (G, R n, D): heads that share keys under one another."""
    groups = keys.shape[1]
    grouped = queries[block.queries].unflatten(1, (groups, -1))  # (n, G, R, D)
    return grouped.permute(1, 2, 0, 3).reshape(groups, -1, queries.shape[-1])


def _unstack(stacked: Tensor, to: Tensor) -> None:
    """Write (G, R n, D) where it belongs, (n, H, D)."""
    rows, groups = len(to), len(stacked)
    grouped = stacked.unflatten(1, (-1, rows)).permute(2, 0, 1, 3)  # (n, G, R, D)
    to.unflatten(1, (groups, -1)).copy_(grouped)


def _seen(keys: Tensor, block: Block) -> Tensor:
    """Keys or values that the block's queries see: (G, S, D)."""
    return torch.cat([keys[block.before], keys[block.own]]).transpose(0, 1)


def _hide_later(scores: Tensor, block: Block) -> None:
    """-inf in scores (G, R n, S) where a query would see a key that stands after it."""
    later = torch.full(
        (block.length, block.length), -torch.inf, dtype=scores.dtype, device=scores.device
    ).triu_(1)
    scores.unflatten(1, (-1, block.length))[..., -block.length :].add_(later)


def _add(to: Tensor, block: Block, found: Tensor) -> None:
    """Add gradients (G, S, D) to the keys (T, G, D) that they belong to."""
    seen = block.before.stop - block.before.start
    to[block.before] += found[:, :seen].transpose(0, 1)
    to[block.own] += found[:, seen:].transpose(0, 1)
