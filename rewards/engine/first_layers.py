"""A base model cut to its first layers: what frozen states are read of."""

import hashlib
from pathlib import Path
from typing import cast

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from commons.artifacts import sha256_of
from commons.sentences import sentence as _
from rewards.engine.errors import BadConfig, BadInput


def load_first_layers(
    base: Path, layers: int, dtype: torch.dtype | str = "auto"
) -> PreTrainedModel:
    """The base without its vocabulary head and without the layers after the first ``layers``."""
    shape = AutoConfig.from_pretrained(base)
    if not 1 <= layers <= shape.num_hidden_layers:
        raise BadConfig(
            _(
                "'layers' must lie in 1 to %(most)s for %(base)s.",
                most=shape.num_hidden_layers,
                base=base,
            )
        )
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
    raise BadInput(
        _(
            "%(model)s has no list of %(wanted)s layers; take another base.",
            model=model.name_or_path,
            wanted=wanted,
        )
    )


def digest_of_model(folder: Path) -> str:
    """The SHA-256 of a model folder's weights, all its files in the order of their names."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise BadInput(
            _("%(folder)s holds no safetensors; make or fetch a model first.", folder=folder)
        )
    digests = "".join(sha256_of(file) for file in files)
    return hashlib.sha256(digests.encode()).hexdigest()
