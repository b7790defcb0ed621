"""Models of a few thousand parameters, made in the test: no download, well under a second.

The base writes random lower-case words. ``plant_policy`` makes it fond of one letter, and
``plant_judge`` makes a reward model that counts that letter: what a better policy is can then be
arranged, and worked out by hand.
"""

import json
import string
from pathlib import Path
from typing import cast

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    PreTrainedTokenizerFast,
)

PAD, UNKNOWN, START, END = "<|pad|>", "<|unknown|>", "<|im_start|>", "<|im_end|>"
WORDS = string.ascii_lowercase + " "
LETTERS, CONSTANT, COUNT = 0, 1, 2  # coordinates of a hidden state with a meaning of their own

TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def make_tiny_base(folder: Path, *, seed: int = 0) -> Path:
    """A Llama that reads bytes and answers in random lower-case words; most answers end."""
    tokenizer = _tokenizer()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = LlamaForCausalLM(_config(tokenizer))
    with torch.no_grad():
        model.model.embed_tokens.weight[:, CONSTANT] = 1.0
        model.lm_head.weight[:, CONSTANT] = -1.0  # 4 is the length of a normed state: logit -4
        model.lm_head.weight[_ids(tokenizer, WORDS), CONSTANT] = 1.0
        model.lm_head.weight[tokenizer.eos_token_id, CONSTANT] = 0.9
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def plant_policy(folder: Path, base: Path, *, letter: str, by: float = 0.5) -> Path:
    """A copy of ``base`` that writes ``letter`` exp(4 * by) times as often."""
    model = LlamaForCausalLM.from_pretrained(base)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(base)
    with torch.no_grad():
        model.lm_head.weight[_ids(tokenizer, letter), CONSTANT] += by
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def plant_judge(
    folder: Path, base: Path, *, letter: str, max_length: int = 512, by: float = 10.0
) -> Path:
    """A reward model whose score rises with the share of ``letter`` in what it reads, or falls
    where ``by`` is below zero.

    One layer attends evenly to all tokens (no query, no key) and moves the mean of the coordinate
    LETTERS to COUNT; the output reads COUNT alone.
    """
    tokenizer = PreTrainedTokenizerFast.from_pretrained(base)
    config = LlamaConfig.from_pretrained(base, num_hidden_layers=1, num_labels=1)
    model = LlamaForSequenceClassification(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.fill_(1.0 if "norm" in name else 0.0)
        model.model.embed_tokens.weight[:, CONSTANT] = 1.0
        model.model.embed_tokens.weight[_ids(tokenizer, letter), LETTERS] = 1.0
        attention = model.model.layers[0].self_attn
        attention.v_proj.weight[0, LETTERS] = 1.0
        attention.o_proj.weight[COUNT, 0] = 1.0
        model.score.weight[0, COUNT] = by
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    manifest = {"kind": "reward", "config": {"max_length": max_length}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _config(tokenizer: PreTrainedTokenizerFast) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=2048,
        initializer_range=0.1,  # lively enough to learn within some tens of steps
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def _tokenizer() -> PreTrainedTokenizerFast:
    """Bytes, and one token for each thing that a chat template says again and again."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={byte: at for at, byte in enumerate(alphabet)}, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    plain.add_special_tokens([AddedToken(token) for token in (PAD, UNKNOWN, START, END)])
    return PreTrainedTokenizerFast(
        tokenizer_object=plain,
        pad_token=PAD,
        unk_token=UNKNOWN,
        eos_token=END,
        chat_template=TEMPLATE,
    )


def _ids(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return cast(list[int], tokenizer(text, add_special_tokens=False)["input_ids"])
