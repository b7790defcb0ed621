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
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel, PreTrainedTokenizerBase

from commons.artifacts import atomic_file, sha256_of
from rewards.engine.batching import batches_of
from rewards.engine.chat import Ids
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.groups import padded
from rewards.engine.models import fast_dtype, load_tokenizer, placed

POOLINGS = ("answer", "whole", "last", "spread", "evidence")
HALF_HEARD = 300  # tokens of an answer at which it has given half of its evidence
TINY = 1e-6  # under a root that may be of nothing
ROWS_A_FILE = 512  # rows that are written at once: what a kill may cost

Rows = NDArray[np.float32]
Heard = Callable[[int, int], None]  # rows done, rows in all


def unheard(done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Look:
    """What is read of a base. ``layers`` counts from 1, the states that leave the first block.

    ``poolings``: the mean over the ``answer``'s tokens, over the ``whole`` text with its prompt,
    the ``last`` token alone, the ``spread`` (standard deviation) over the answer's tokens, the
    ``evidence``: each token's state brought to length 1 (root mean square), their sum over the
    answer divided by its tokens + ``HALF_HEARD``. A mean says how an answer is written; this also
    says how much of it there is, which is why it does better (docs/log.md).
    """

    layers: tuple[int, ...]
    poolings: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [name for name in self.poolings if name not in POOLINGS]
        if unknown or not self.poolings:
            raise BadConfig(f"'poolings' are some of {', '.join(POOLINGS)}, not {unknown}.")
        if not self.layers or min(self.layers) < 1:
            raise BadConfig("'layers' names at least one layer, counted from 1.")

    @property
    def splits(self) -> bool:
        """Whether it matters where the answer begins."""
        return bool({"answer", "spread", "evidence"} & set(self.poolings))

    @property
    def deepest(self) -> int:
        return max(self.layers)

    def as_json(self) -> dict[str, object]:
        return {"layers": list(self.layers), "poolings": list(self.poolings)}


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
        spans = _spans(texts, ids.shape[1], self.look).to(model.device)  # (3, N, T)
        parts = [_pool(caught[layer], spans, self.look.poolings) for layer in self.look.layers]
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


class Cache:
    """Rows by the hash of their content, in files that are whole or not there.

    A file is written aside and renamed, under a name that nobody else draws: two processes that
    write at once leave two files, which may hold the same row twice, and a killed one leaves none.
    Whoever reads maps the files into memory. The folder may be deleted at any time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._at: dict[bytes, tuple[Path, int]] = {}
        self._open: dict[Path, NDArray[np.float32]] = {}

    def find(self, keys: Sequence[bytes]) -> dict[bytes, Rows]:
        """The rows that are there, by key."""
        self._look_for_new_files()
        return {
            key: self._open[self._at[key][0]][self._at[key][1]] for key in keys if key in self._at
        }

    def add(self, rows: dict[bytes, Rows]) -> None:
        """Keep rows; whoever looks next finds them."""
        names = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1)
        whole = save({"keys": names.copy(), "rows": np.stack(list(rows.values()))})
        with atomic_file(self.folder / f"{uuid.uuid4().hex}.safetensors") as out:
            out.write(whole)

    def _look_for_new_files(self) -> None:
        for file in self.folder.glob("*.safetensors"):
            if file in self._open:
                continue
            tensors = mapped(file)
            self._open[file] = cast(NDArray[np.float32], tensors["rows"])
            for number, name in enumerate(tensors["keys"]):
                self._at[name.tobytes()] = (file, number)


def mapped(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, mapped into memory and not read into it.

    The format: eight bytes with the length of a JSON header, the header, the tensors' bytes.
    """
    kinds: dict[str, np.dtype[Any]] = {"U8": np.dtype(np.uint8), "F32": np.dtype("<f4")}
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        header = json.loads(opened.read(length))
    return {
        name: np.memmap(
            file,
            dtype=kinds[said["dtype"]],
            mode="r",
            offset=8 + length + said["data_offsets"][0],
            shape=tuple(said["shape"]),
        )
        for name, said in header.items()
        if name != "__metadata__"
    }


def load_first_layers(
    base: Path, layers: int, dtype: torch.dtype | str = "auto"
) -> PreTrainedModel:
    """The base without its vocabulary head and without the layers after the first ``layers``."""
    shape = AutoConfig.from_pretrained(base)
    if not 1 <= layers <= shape.num_hidden_layers:
        raise BadConfig(f"'layers' must lie in 1 to {shape.num_hidden_layers} for {base}.")
    shape.num_hidden_layers = layers
    if getattr(shape, "layer_types", None):
        shape.layer_types = shape.layer_types[:layers]
    model = AutoModel.from_pretrained(base, config=shape, dtype=dtype, use_safetensors=True)
    return cast(PreTrainedModel, model)


def blocks_of(model: PreTrainedModel) -> nn.ModuleList:
    """The list of a model's layers, whatever its family calls it."""
    wanted = model.config.num_hidden_layers
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == wanted:
            return module
    raise BadInput(f"{model.name_or_path} has no list of {wanted} layers; take another base.")


def digest_of_model(folder: Path) -> str:
    """The SHA-256 of a model folder's weights, all its files in the order of their names."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BadInput(f"{folder} holds no safetensors; make or fetch a model first.")
    digests = "".join(sha256_of(file) for file in files)
    return hashlib.sha256(digests.encode()).hexdigest()


def _keeping(caught: dict[int, Tensor], layer: int) -> Callable[[nn.Module, object, object], None]:
    def keep(_block: nn.Module, _given: object, gave: object) -> None:
        states = gave[0] if isinstance(gave, tuple) else gave  # families differ
        caught[layer] = cast(Tensor, states)

    return keep


def answer_from(text: Sequence[int]) -> int:
    """Where the answer begins; refuses ids that do not know."""
    if not isinstance(text, Ids):
        raise BadInput("this head reads the answer by itself; cut its ids by Rendered.within.")
    return text.answer_from


def _spans(texts: Sequence[Sequence[int]], width: int, look: Look) -> Tensor:
    """Weights (3, N, T) that average over the answer, over the whole text, and take the last."""
    spans = torch.zeros(3, len(texts), width)
    for row, text in enumerate(texts):
        start, end = answer_from(text) if look.splits else 0, len(text)
        if start == end:
            raise BadInput("an answer has no token to be read; leave empty answers out.")
        spans[0, row, start:end] = 1 / (end - start)
        spans[1, row, :end] = 1 / end
        spans[2, row, end - 1] = 1.0
    return spans


def _pool(states: Tensor, spans: Tensor, poolings: Sequence[str]) -> Tensor:
    """States (N, T, D) under ``spans`` (3, N, T): one part (N, D) a pooling, side by side."""
    states = states.float()
    answer, whole, last = ((span[:, None] @ states)[:, 0] for span in spans)  # each (N, D)
    parts = {"answer": answer, "whole": whole, "last": last}
    if "spread" in poolings:
        squares = (spans[0][:, None] @ states.square())[:, 0]
        parts["spread"] = (squares - answer.square()).clamp(min=0).sqrt()
    if "evidence" in poolings:
        even = states * torch.rsqrt(states.square().mean(-1, keepdim=True) + TINY)
        tokens = (spans[0] > 0).sum(-1, keepdim=True)  # (N, 1)
        parts["evidence"] = (spans[0][:, None] @ even)[:, 0] * tokens / (tokens + HALF_HEARD)
    return torch.cat([parts[name] for name in poolings], dim=1)


def _any_id(tokenizer: PreTrainedTokenizerBase) -> int:
    """What fills a batch up; it is masked, so that any id will do."""
    return cast(int, tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0)
