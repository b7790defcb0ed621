"""Draw answers from a policy: prompts encoded once, all their samples decoded side by side.

A step of decoding on a processor is bound by reading the weights, so rows are nearly free until
some tens of them stand in a batch. Two things that ``generate`` of transformers does cost more
than the model there: it encodes a prompt once per sample, and it copies a growing cache at every
step. Here the cache is laid out at full length, and rows that have ended are taken out of it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from transformers import DynamicCache, PreTrainedModel, PreTrainedTokenizerBase, StaticCache
from transformers.cache_utils import Cache, DynamicLayer, StaticLayer

LIKELIEST = 1024  # the nucleus is sought among these first; sorting a whole vocabulary is slow


@dataclass(frozen=True)
class Row:
    """One answer to draw: which prompt it belongs to, how warm, and out of which nucleus."""

    prompt: int
    temperature: float
    top_p: float = 1.0


@dataclass(frozen=True)
class Drawn:
    """An answer's ids without the one that ended it; cut off, if none did."""

    ids: list[int]
    finished: bool

    def within(self, most: int) -> "Drawn":
        """The same, cut after ``most`` ids."""
        return self if len(self.ids) <= most else Drawn(self.ids[:most], finished=False)


def stops_of(model: PreTrainedModel) -> frozenset[int]:
    """The ids that end an answer of this model."""
    eos = model.generation_config.eos_token_id
    return frozenset([eos] if isinstance(eos, int) else eos or [])


def seed_of(*parts: object) -> int:
    """A seed of 32 bits for one batch, by a hash: alike for alike parts, whatever came before."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:4])


def plain_text(tokenizer: PreTrainedTokenizerBase, drawn: Drawn) -> str:
    """What a person reads: no special tokens, no half character where the answer was cut."""
    text = tokenizer.decode(drawn.ids, skip_special_tokens=True)
    return str(text).rstrip("\ufffd").strip()


@torch.inference_mode()
def draw(
    model: PreTrainedModel,
    prompts: Sequence[Sequence[int]],
    rows: Sequence[Row],
    *,
    max_new_tokens: int,
    generator: torch.Generator,
    hear: Callable[[Sequence[list[int]]], None] = lambda written: None,
) -> list[Drawn]:
    """One answer for each of ``rows``, in their order; ``prompts`` are token ids.

    ``hear`` is told after every step what is written so far.
    """
    stops = stops_of(model)
    warmth = torch.tensor([[row.temperature] for row in rows], device=model.device)  # (R, 1)
    nuclei = torch.tensor([[row.top_p] for row in rows], device=model.device)  # (R, 1)
    batch = _Batch.encoded(model, prompts, rows, max_new_tokens)
    written: list[list[int]] = [[] for _ in rows]
    finished = [False] * len(rows)
    alive = list(range(len(rows)))  # the row that stands at each place of the batch
    for _ in range(max_new_tokens):
        chosen = pick(batch.logits, warmth[alive], top_p=nuclei[alive], generator=generator)
        for row, token in zip(alive, chosen.tolist(), strict=True):
            finished[row] = finished[row] or token in stops
            if not finished[row]:
                written[row].append(token)
        hear(written)
        going = [place for place, row in enumerate(alive) if not finished[row]]
        if not going or len(written[alive[going[0]]]) == max_new_tokens:
            break
        if len(going) <= len(alive) / 2:
            batch.keep(going)
            alive, chosen = [alive[place] for place in going], chosen[going]
        batch.step(chosen)
    return [Drawn(ids, ended) for ids, ended in zip(written, finished, strict=True)]


def pick(
    logits: Tensor, temperatures: Tensor, *, top_p: Tensor, generator: torch.Generator
) -> Tensor:
    """One token for each row of ``logits`` (R, V), by temperature and nucleus, both (R, 1); (R,).

    The nucleus is the smallest set of likeliest tokens that holds ``top_p`` (Holtzman et al. 2020,
    "The Curious Case of Neural Text Degeneration").
    """
    logits = logits.float() / temperatures
    if (top_p >= 1).all():
        return torch.multinomial(logits.softmax(-1), 1, generator=generator).squeeze(1)
    total = logits.logsumexp(-1, keepdim=True)
    top, ids = logits.topk(min(LIKELIEST, logits.shape[-1]))  # (R, C), likeliest first
    chance = (top - total).exp()
    if (chance.sum(-1, keepdim=True) < top_p).any():
        top, ids = logits.sort(descending=True)
        chance = (top - total).exp()
    before = chance.cumsum(-1) - chance
    chance = chance.masked_fill((before >= top_p) & (top_p < 1), 0.0)
    return ids.gather(1, torch.multinomial(chance, 1, generator=generator)).squeeze(1)


class _Batch:
    """Rows being decoded side by side: their cache, their mask, their next logits (R, V)."""

    def __init__(self, model: PreTrainedModel, cache: Cache, mask: Tensor, logits: Tensor) -> None:
        self.model, self.cache, self.mask, self.logits = model, cache, mask, logits

    @classmethod
    def encoded(
        cls,
        model: PreTrainedModel,
        prompts: Sequence[Sequence[int]],
        rows: Sequence[Row],
        room: int,
    ) -> "_Batch":
        """Encode each prompt once, padded on the left; give each row a copy of its prompt's."""
        prompt_of = torch.tensor([row.prompt for row in rows], device=model.device)  # (R,)
        width = max(map(len, prompts))
        ids = torch.tensor([[0] * (width - len(p)) + list(p) for p in prompts])  # (P, T)
        mask = torch.tensor([[0] * (width - len(p)) + [1] * len(p) for p in prompts])
        ids, mask = ids.to(model.device), mask.to(model.device)
        cache = DynamicCache(config=model.config)
        seen = model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=(mask.cumsum(-1) - 1).clamp(min=0),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        spread = _laid_out(model, cache, prompt_of, length=width, room=width + room)
        return cls(model, spread, mask[prompt_of], seen.logits[prompt_of, -1])

    def step(self, tokens: Tensor) -> None:
        """Read one more token in each row; ``tokens`` has shape (R,)."""
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(tokens), 1)], 1)
        self.logits = self.model(
            input_ids=tokens[:, None],
            attention_mask=self.mask,
            position_ids=self.mask.sum(-1, keepdim=True) - 1,
            past_key_values=self.cache,
            use_cache=True,
        ).logits[:, -1]

    def keep(self, places: Sequence[int]) -> None:
        """Go on with these rows alone."""
        kept = torch.tensor(places, device=self.mask.device)
        room = self.cache.get_max_length()
        length = self.mask.shape[1]
        self.cache = _laid_out(self.model, self.cache, kept, length=length, room=room)
        self.mask = self.mask[kept]


def _laid_out(
    model: PreTrainedModel, cache: Cache, rows: Tensor, *, length: int, room: int
) -> Cache:
    """The first ``length`` places of ``cache`` for ``rows``, in a cache with ``room`` places.

    Only plain attention is laid out at full length; windows and recurrent states stay as they are.
    """
    if not all(type(layer) in (DynamicLayer, StaticLayer) for layer in cache.layers):
        cache.batch_select_indices(rows)
        return cache
    wide = StaticCache(config=model.config, max_cache_len=room)
    for number, layer in enumerate(cache.layers):
        plain = cast(DynamicLayer | StaticLayer, layer)
        keys, values = cast(Tensor, plain.keys), cast(Tensor, plain.values)  # (P, heads, T, dims)
        wide.update(keys[rows, :, :length], values[rows, :, :length], number)
    return wide
