"""Frozen hidden states of a base model, pooled over each answer: computed once, kept by content.

    ids -> the first layers of the base -> mean over tokens -> one row of numbers an answer

Only the layers up to the deepest one that is read are run: the rest of the base is never loaded
onto the device. A row in the cache is named by the SHA-256 of the base, of what is read of it and
of the very ids, so that whatever asks for the same row again (a new vote, another fold, a report
card) finds it. A row is float32 and what was computed, not a rounding of it: scores are the same
with the cache and without.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from rewards.engine.batching import batches_of
from rewards.engine.first_layers import blocks_of, digest_of_model, load_first_layers
from rewards.engine.groups import padded
from rewards.engine.models import fast_dtype, load_tokenizer, placed
from rewards.engine.pooling import Look, answer_from, pooled, spans_of
from rewards.engine.state_cache import Cache, Rows

ROWS_A_FILE = 512  # rows that are written at once: what a kill may cost

Heard = Callable[[int, int], None]  # rows done, rows in all


def unheard(done: int, of: int) -> None:
    """Tell nobody."""


class Reader:
    """A base cut to its first layers, and the rows that were read of it before."""

    def __init__(self, base: Path, look: Look, cache: Path | None, digest: str = "") -> None:
        self.look = look
        self.base = base
        self.digest = digest or digest_of_model(base)
        self.tokenizer: PreTrainedTokenizerBase = load_tokenizer(base)
        self._model: PreTrainedModel | None = None
        self._cache = Cache(cache / self._name()) if cache else None

    def rows(self, texts: Sequence[Sequence[int]], heard: Heard = unheard) -> Rows:
        """One row a text (N, layers * poolings * D), those of like length computed together."""
        keys = [self._key(text) for text in texts]
        known = self._cache.find(keys) if self._cache else {}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        heard(len(texts) - len(missing), len(texts))
        fresh: dict[bytes, Rows] = {}
        for found in self._computed(missing):
            fresh |= found
            if self._cache and len(fresh) >= ROWS_A_FILE:
                self._cache.add(fresh)
                known, fresh = known | fresh, {}
            heard(len(texts) - len(missing) + len(known) + len(fresh), len(texts))
        if self._cache and fresh:
            self._cache.add(fresh)
        known |= fresh
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def _computed(self, missing: dict[bytes, Sequence[int]]) -> Iterator[dict[bytes, Rows]]:
        """The rows of texts that were never read, a batch at a time; the longest are last."""
        keys, texts = list(missing), list(missing.values())
        for places in batches_of([len(text) for text in texts]):
            rows = self._pooled([texts[at] for at in places])
            yield {keys[at]: row for at, row in zip(places, rows, strict=True)}

    @torch.inference_mode()
    def _pooled(self, texts: Sequence[Sequence[int]]) -> Rows:
        """The rows (N, layers * poolings * D) of texts that fit into one batch."""
        model = self.model
        ids, mask = padded(texts, _any_id(self.tokenizer))
        caught: dict[int, Tensor] = {}
        blocks = blocks_of(model)
        hooks = [
            blocks[layer - 1].register_forward_hook(_keeping(caught, layer))
            for layer in set(self.look.layers)
        ]
        try:
            model(input_ids=ids.to(model.device), attention_mask=mask.to(model.device))
        finally:
            for hook in hooks:
                hook.remove()
        spans = spans_of(texts, ids.shape[1], self.look).to(model.device)  # (3, N, T)
        parts = [pooled(caught[layer], spans, self.look.poolings) for layer in self.look.layers]
        return cast(Rows, torch.cat(parts, dim=1).cpu().numpy())

    @property
    def model(self) -> PreTrainedModel:
        """The first layers of the base, loaded when the first row is computed."""
        if self._model is None:
            self._model = placed(load_first_layers(self.base, self.look.deepest, fast_dtype()))
        return self._model

    def _name(self) -> str:
        what = {"base": self.digest, **self.look.as_json(), "dtype": str(fast_dtype())}
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]

    def _key(self, text: Sequence[int]) -> bytes:
        digest = hashlib.sha256(
            np.asarray([answer_from(text) if self.look.splits else 0], "<i8").tobytes()
        )
        digest.update(np.asarray(text, "<i8").tobytes())
        return digest.digest()


def _keeping(caught: dict[int, Tensor], layer: int) -> Callable[[nn.Module, object, object], None]:
    def keep(_block: nn.Module, _given: object, gave: object) -> None:
        states = gave[0] if isinstance(gave, tuple) else gave  # families differ
        caught[layer] = cast(Tensor, states)

    return keep


def _any_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """What fills a batch up; it is masked, so that any id will do."""
    return cast(int, tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0)
