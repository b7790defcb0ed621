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
class Text:
    """A prompt, or an answer and its prompt: rows ``before`` are seen whole, ``own`` in turn."""

    before: slice  # the prompt, for an answer; nothing, for a prompt
    own: slice

    def stretches(self) -> Iterator[slice]:
        """The text's queries, cut so that none is multiplied with many keys that stand after it."""
        for begin in range(self.own.start, self.own.stop, QUERIES):
            yield slice(begin, min(begin + QUERIES, self.own.stop))

    def seen(self, queries: slice) -> int:
        """How many rows of ``of`` the last of these queries sees."""
        return _length(self.before) + queries.stop - self.own.start

    def of(self, heads: Tensor) -> Tensor:
        """Keys or values (G, T, D) of all that the text sees, in one piece: (G, S, D)."""
        if not _length(self.before):
            return heads[:, self.own]
        return torch.cat([heads[:, self.before], heads[:, self.own]], 1)

    def add(self, to: Tensor, found: Tensor) -> None:
        """Add the gradients (G, S, D) of ``of`` to the rows (G, T, D) that they belong to."""
        seen = _length(self.before)
        to[:, self.before] += found[:, :seen]
        to[:, self.own] += found[:, seen:]


def texts_of(layouts: Sequence[Layout]) -> Iterator[Text]:
    for layout in layouts:
        prompt = slice(layout.start, layout.start + layout.prompt)
        yield Text(slice(layout.start, layout.start), prompt)
        for _, answer in _answers([layout]):
            yield Text(prompt, answer)


class _Tree(torch.autograd.Function):
    """softmax(scale q k) v by blocks; queries (T, H, D), keys and values (T, G, D), H = G R."""

    @staticmethod
    def forward(
        ctx: Any, q: Tensor, k: Tensor, v: Tensor, scale: float, layouts: Sequence[Layout]
    ) -> Tensor:
        found, shares = torch.empty_like(q), []
        q, k, v = q * scale, *(x.transpose(0, 1).contiguous() for x in (k, v))  # G, T, D
        later = torch.full((QUERIES, QUERIES), -torch.inf, dtype=q.dtype, device=q.device).triu_(1)
        for text in texts_of(layouts):
            keys, values = text.of(k), text.of(v)
            for queries in text.stretches():
                seen = text.seen(queries)
                scores = torch.bmm(_stacked(q[queries], len(k)), keys[:, :seen].mT)
                _hide(scores, later, _length(queries))
                share = torch.softmax(scores, -1)  # (G, R n, S)
                _unstack(torch.bmm(share, values[:, :seen]), found[queries])
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
        remaining = iter(shares)
        for text in texts_of(ctx.layouts):
            keys, values = text.of(k), text.of(v)
            to_keys, to_values = torch.zeros_like(keys), torch.zeros_like(values)
            for queries in text.stretches():
                seen, share = text.seen(queries), next(remaining)
                grad = _stacked(grads[0][queries], len(k))  # (G, R n, D)
                to_values[:, :seen] += torch.bmm(share.mT, grad)
                towards = torch.bmm(grad, values[:, :seen].mT)  # (G, R n, S)
                scores = torch._softmax_backward_data(towards, share, -1, share.dtype)
                to_keys[:, :seen] += torch.bmm(scores.mT, _stacked(q[queries], len(k)))
                _unstack(torch.bmm(scores, keys[:, :seen]), to_q[queries])
            text.add(to_k, to_keys)
            text.add(to_v, to_values)
        return to_q.mul_(ctx.scale), to_k.transpose(0, 1), to_v.transpose(0, 1), None, None


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
    for q, (prompt, answer) in zip(query, _answers(layouts), strict=True):
        k, v = (torch.cat([x[prompt], x[answer]]).transpose(0, 1) for x in (key, value))
        found.append(
            scaled_dot_product_attention(
                q[None, :, None], k[None], v[None], scale=scale, enable_gqa=True
            )[0, :, 0]
        )
    return torch.stack(found)


def _answers(layouts: Sequence[Layout]) -> Iterator[tuple[slice, slice]]:
    """Each answer's prompt and itself, as rows."""
    for layout in layouts:
        at = layout.start + layout.prompt
        for length in layout.answers:
            yield slice(layout.start, layout.start + layout.prompt), slice(at, at + length)
            at += length


def _length(rows: slice) -> int:
    return cast(int, rows.stop - rows.start)


def _stacked(queries: Tensor, groups: int) -> Tensor:
    """Rows (n, H, D) as (G, R n, D): heads that share keys under one another."""
    grouped = queries.unflatten(1, (groups, -1))  # (n, G, R, D)
    return grouped.permute(1, 2, 0, 3).reshape(groups, -1, queries.shape[-1])


def _unstack(stacked: Tensor, to: Tensor) -> None:
    """Write (G, R n, D) where it belongs, (n, H, D)."""
    rows, groups = len(to), len(stacked)
    grouped = stacked.unflatten(1, (-1, rows)).permute(2, 0, 1, 3)  # (n, G, R, D)
    to.unflatten(1, (groups, -1)).copy_(grouped)


def _hide(scores: Tensor, later: Tensor, rows: int) -> None:
    """-inf in scores (G, R n, S) where one of n queries would see a key that stands after it.

    The queries are the last of the S rows, so only their corner has anything to hide.
    """
    scores.unflatten(1, (-1, rows))[..., -rows:].add_(later[:rows, :rows])
