"""Score answers under their prompts with a reward folder: the one way to a score.

Report card, policy training and policy evaluation all come through here, so they agree to the
last digit. Scores are computed in float32; only differences under one prompt mean something.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification

from rewards.engine.chat import Message, render
from rewards.engine.errors import BadInput
from rewards.engine.groups import padded
from rewards.engine.models import load_tokenizer, placed, read_manifest, rewards_of

TOKENS_AT_ONCE = 8192  # of one padded batch: bounds memory, and keeps its matrices wide enough


class Scorer:
    """A loaded reward model. It reads as many ids as in its training, unless told otherwise."""

    def __init__(self, folder: Path, max_length: int | None = None) -> None:
        self.tokenizer = load_tokenizer(folder)
        self.max_length = max_length or _trained_length(folder)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True
        )
        if model.config.num_labels != 1:
            raise BadInput(f"{folder} has {model.config.num_labels} outputs; a reward has one.")
        self.model = placed(model)

    def score(
        self, prompts: Sequence[Sequence[Message]], answers: Sequence[Sequence[Message]]
    ) -> list[float]:
        """The reward of ``answers[i]`` under ``prompts[i]``, for every i."""
        return self.score_ids(
            [
                render(self.tokenizer, prompt, answer).within(self.max_length)
                for prompt, answer in zip(prompts, answers, strict=True)
            ]
        )

    @torch.inference_mode()
    def score_ids(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The rewards of rendered sequences; those of like length are computed together."""
        rewards = [0.0] * len(sequences)
        order = sorted(range(len(sequences)), key=lambda at: len(sequences[at]))
        for places in _batches(order, [len(s) for s in sequences]):
            pad = self.model.config.pad_token_id
            ids, mask = padded([sequences[at] for at in places], pad)
            scored = rewards_of(self.model, ids.to(self.model.device), mask.to(self.model.device))
            for at, reward in zip(places, scored.tolist(), strict=True):
                rewards[at] = reward
        return rewards


def _trained_length(folder: Path) -> int:
    config = read_manifest(folder).get("config")
    if not isinstance(config, dict) or not isinstance(config.get("max_length"), int):
        raise BadInput(f"the manifest of {folder} does not say its max_length; train it here.")
    return int(config["max_length"])


def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """``order`` cut so that no padded batch exceeds the budget; ``order`` is by rising length."""
    batches: list[list[int]] = [[]]
    for at in order:
        if (len(batches[-1]) + 1) * lengths[at] > TOKENS_AT_ONCE and batches[-1]:
            batches.append([])
        batches[-1].append(at)
    return batches if order else []
