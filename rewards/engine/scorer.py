"""Score answers under their prompts with a reward folder: the one way to a score.

Report card, policy training and policy evaluation all come through here, so they agree to the
last digit. A folder is a sequence-classification model, whose scores are computed in float32, or
a head on frozen states (``train_head``), which also says how far its heads disagree. Only
differences under one prompt mean something.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias, cast

import torch
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from commons.sentences import sentence as _
from rewards.engine.batching import batches_of
from rewards.engine.chat import prompt_ids, prompt_room, render
from rewards.engine.errors import BadInput
from rewards.engine.groups import padded
from rewards.engine.head_folder import BASE, HeadFolder, is_head
from rewards.engine.messages import Message
from rewards.engine.models import load_tokenizer, placed, read_manifest, rewards_of
from rewards.stats.texts import loops

Uncertain: TypeAlias = tuple[float, float | None]  # a score, and its standard deviation if known
RewardFunction: TypeAlias = Callable[..., list[float | None]]


class Judge(Protocol):
    """What a reward folder of any kind does."""

    def uncertain_ids(self, sequences: Sequence[Sequence[int]]) -> list[Uncertain]: ...


class Scorer:
    """A loaded reward model. It reads as many ids as in its training, unless told otherwise.

    ``cache``: a folder in which a head's frozen states are looked up and kept.
    """

    def __init__(
        self, folder: Path, max_length: int | None = None, cache: Path | None = None
    ) -> None:
        self.tokenizer = load_tokenizer(folder / BASE if is_head(folder) else folder)
        self.max_length = max_length or _trained_length(folder)
        self.judge: Judge = HeadFolder(folder, cache) if is_head(folder) else Classifier(folder)

    def reads_whole(self, prompt: Sequence[Message]) -> bool:
        """Whether a prompt loses nothing: of what was longer it never learned, either."""
        return len(prompt_ids(self.tokenizer, prompt)) <= prompt_room(self.max_length)

    def score(
        self, prompts: Sequence[Sequence[Message]], answers: Sequence[Sequence[Message]]
    ) -> list[float]:
        """The reward of ``answers[i]`` under ``prompts[i]``, for every i."""
        return [score for score, _ in self.uncertain(prompts, answers)]

    def uncertain(
        self, prompts: Sequence[Sequence[Message]], answers: Sequence[Sequence[Message]]
    ) -> list[Uncertain]:
        """The rewards with their standard deviations; None where the model cannot tell."""
        return self.judge.uncertain_ids(
            [
                render(self.tokenizer, prompt, answer).within(self.max_length)
                for prompt, answer in zip(prompts, answers, strict=True)
            ]
        )

    def score_ids(self, sequences: Sequence[Sequence[int]]) -> list[float]:
        """The rewards of rendered sequences, cut by ``Rendered.within``."""
        return [score for score, _ in self.judge.uncertain_ids(sequences)]

    def uncertain_ids(self, sequences: Sequence[Sequence[int]]) -> list[Uncertain]:
        """The same with standard deviations."""
        return self.judge.uncertain_ids(sequences)


class Classifier:
    """A sequence-classification folder: one linear output over the last token."""

    def __init__(self, folder: Path) -> None:
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True
        )
        if model.config.num_labels != 1:
            raise BadInput(
                _(
                    "%(folder)s has %(count)s outputs; a reward has one.",
                    folder=folder,
                    count=model.config.num_labels,
                )
            )
        self.model: PreTrainedModel = placed(model)

    @torch.inference_mode()
    def uncertain_ids(self, sequences: Sequence[Sequence[int]]) -> list[Uncertain]:
        """The rewards of rendered sequences; those of like length are computed together."""
        rewards = [0.0] * len(sequences)
        for places in batches_of([len(each) for each in sequences]):
            pad = cast(int, self.model.config.pad_token_id)
            ids, mask = padded([sequences[at] for at in places], pad)
            scored = rewards_of(self.model, ids.to(self.model.device), mask.to(self.model.device))
            for at, reward in zip(places, scored.tolist(), strict=True):
                rewards[at] = reward
        return [(reward, None) for reward in rewards]


def unlogged(name: str, value: float) -> None:
    """Where a trainer keeps no log."""


def as_reward_function(judge: Path | Scorer) -> RewardFunction:
    """A reward folder of either kind as TRL's trainers take it in ``reward_funcs``.

    It is called once a step, with the prompts (messages) and completions (messages) of the batch,
    and tells the trainer's log how many of the answers repeat themselves.
    """
    scorer = judge if isinstance(judge, Scorer) else Scorer(judge)

    def reward(
        prompts: list[list[Message]],
        completions: list[list[Message]],
        log_metric: Callable[[str, float], None] = unlogged,
        **_: object,
    ) -> list[float | None]:
        texts = ["\n\n".join(message["content"] for message in each) for each in completions]
        log_metric("looping", sum(map(loops, texts)) / len(texts))
        return [*scorer.score(prompts, completions)]

    return reward


def _trained_length(folder: Path) -> int:
    config = read_manifest(folder).get("config")
    if not isinstance(config, dict) or not isinstance(config.get("max_length"), int):
        raise BadInput(
            _(
                "the manifest of %(folder)s does not say its max_length; train it here.",
                folder=folder,
            )
        )
    return int(config["max_length"])
