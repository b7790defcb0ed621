"""Model folders: safetensors, tokenizer, chat template, and a manifest that says where from.

A folder appears by one rename or not at all, so a folder that is there is whole.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from commons.artifacts import atomic_folder
from commons.sentences import sentence as _
from rewards.engine.chat import PLAIN_TEMPLATE
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput
from rewards.engine.fast_layers import is_plain

MANIFEST = "manifest.json"


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fast_dtype() -> torch.dtype:
    """bfloat16 where the hardware multiplies it, else float32. For sampling, never for scores."""
    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    has_it = torch.cpu.get_capabilities().get("avx512_bf16", False)
    return torch.bfloat16 if has_it else torch.float32


def placed(model: nn.Module) -> PreTrainedModel:
    """A loaded model in evaluation mode, on the device this machine has."""
    return cast(PreTrainedModel, model.to(device()).eval())


def load_tokenizer(folder: Path | str) -> PreTrainedTokenizerBase:
    """The tokenizer of a folder or hub id, with a plain chat template and a pad if need be."""
    if isinstance(folder, Path):
        _require_model(folder)
    tokenizer = cast(PreTrainedTokenizerBase, AutoTokenizer.from_pretrained(folder))
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_policy(folder: Path, dtype: torch.dtype) -> PreTrainedModel:
    """A causal language model, ready to write."""
    _require_model(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, use_safetensors=True)
    return placed(model)


def give_own_pad(tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> None:
    """Make the pad token one that no text holds.

    Sequence classification pools at the last token that is not pad. Where pad is also the token
    that ends a turn, it would pool before it.
    """
    taken = {tokenizer.eos_token, tokenizer.bos_token, None}
    if tokenizer.pad_token in taken:
        if tokenizer.unk_token not in taken:
            tokenizer.pad_token = tokenizer.unk_token
        else:
            tokenizer.add_special_tokens({"pad_token": "<|pad|>"})
            model.resize_token_embeddings(len(tokenizer))
    model.config.pad_token_id = tokenizer.pad_token_id


def rewards_of(model: PreTrainedModel, ids: Tensor, mask: Tensor) -> Tensor:
    """The rewards (N,) of sequences padded on the right, both tensors (N, T)."""
    states = model.base_model(input_ids=ids, attention_mask=mask).last_hidden_state  # (N, T, D)
    return scored(model, states[torch.arange(len(ids), device=ids.device), mask.sum(-1) - 1])


def scored(model: PreTrainedModel, states: Tensor) -> Tensor:
    """The rewards (N,) of pooled states (N, D).

    What AutoModelForSequenceClassification does, except that this product stays in float32 where
    the rest is computed in bfloat16: that would leave a reward three digits. A sharded model hands
    its weights over in bfloat16, too.
    """
    score = cast(nn.Linear, model.score)
    with torch.autocast(states.device.type, enabled=False):
        if is_plain(score):
            return nn.functional.linear(states.float(), score.weight.float())[:, 0]
        return score(states.float())[:, 0]


def save_model(
    out: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    manifest: Mapping[str, object],
    beside: Mapping[str, object] | None = None,
) -> None:
    """Write a model folder aside and rename it; the manifest is the last file in it.

    ``beside`` are JSON files of the folder, by name.
    """
    with atomic_folder(out) as aside:
        model.save_pretrained(aside)
        tokenizer.save_pretrained(aside)
        for name, told in [*(beside or {}).items(), (MANIFEST, manifest)]:
            text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
            (aside / name).write_text(text, encoding="utf-8")


def descent(
    config: Knobs,
    parent: Path | None,
    *,
    kind: str,
    metrics: Mapping[str, object],
    snapshot: str | None = None,
    base: str = "",
) -> dict[str, object]:
    """The manifest of a model: its first base, the folder it started from, what it was shown."""
    return {
        "kind": kind,
        "base": base_of(parent) if parent else base,
        "parent": str(parent) if parent else None,
        "snapshot": snapshot,
        "config": config.as_json(),
        "code_version": code_version(),
        "metrics": dict(metrics),
    }


def read_manifest(folder: Path) -> dict[str, object]:
    """The folder's manifest; empty for a folder that was not made here."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    return cast(dict[str, object], json.loads(path.read_text(encoding="utf-8")))


def base_of(folder: Path) -> str:
    """The name of the first base that a model folder descends from."""
    return str(read_manifest(folder).get("base", folder))


def finished_before(out: Path, config: Knobs) -> dict[str, object] | None:
    """What a run of the same config made before it was killed between its model and its result.

    None when there is nothing at ``out`` yet; refuses what another run made.
    """
    if not out.exists():
        return None
    manifest = read_manifest(out)
    as_read_back = json.loads(json.dumps(config.as_json()))
    if manifest.get("config") != as_read_back:
        raise BadInput(
            _(
                "%(out)s is already there and was made by another run; choose another out.",
                out=out,
            )
        )
    return cast(dict[str, object], manifest["metrics"])


def code_version() -> str:
    """The first 12 hex digits of the SHA-256 of this package's source files."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for source in sorted(package.rglob("*.py")):
        digest.update(str(source.relative_to(package)).encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()[:12]


def _require_model(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise BadInput(
            _(
                "%(folder)s holds no model; make or fetch one first.",
                folder=folder,
            )
        )
