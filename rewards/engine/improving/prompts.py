"""The prompts of a policy run: those that it learns from, and those by which it is watched."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from rewards.engine.chat import prompt_ids
from rewards.engine.errors import BadInput
from rewards.engine.improving.settings import Improving
from rewards.engine.prompts import Prompt, read_prompts


@dataclass(frozen=True)
class Asked:
    """A prompt with its ids."""

    prompt: Prompt
    ids: list[int]

    @property
    def id(self) -> str:
        return self.prompt.id


@dataclass(frozen=True)
class Parted:
    """``watched`` are not learned from where there is a stopping model to look at them."""

    learned: list[Asked]
    watched: list[Asked]


def read_parted(
    config: Improving, tokenizer: PreTrainedTokenizerBase, *, at_least: int = 1
) -> Parted:
    """Read the prompts that are short enough, none of them cut, and set some apart."""
    limit = config.max_prompt_length
    read = [Asked(p, prompt_ids(tokenizer, p.messages)) for p in read_prompts(config.prompts)]
    short = [asked for asked in read if len(asked.ids) <= limit]
    watched = _watched(short, config)
    apart = {asked.id for asked in watched} if config.stopping_model else set()
    learned = [asked for asked in short if asked.id not in apart]
    if len(learned) < at_least:
        raise BadInput(
            f"{len(learned)} prompts have at most {limit} tokens and a step takes {at_least}; add "
            "shorter prompts, or raise 'max_prompt_length'."
        )
    return Parted(learned, watched)


def _watched(short: Sequence[Asked], config: Improving) -> list[Asked]:
    """The same prompts at every look and after every kill: the first ones by a hash of their id."""
    if not config.watch_every:
        return []
    most = min(config.watch_prompts, len(short) // 4)
    return sorted(short, key=lambda asked: hashlib.sha256(asked.id.encode()).digest())[:most]
