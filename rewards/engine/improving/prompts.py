"""The prompts of a policy run: those that it learns from, and those by which it is watched."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.engine.chat import prompt_ids
from rewards.engine.errors import BadInput
from rewards.engine.improving.settings import Improving
from rewards.engine.messages import Message
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
    """``watched`` are not learned from where there is a stopping model to look at them.

    Left out: what is over 'max_prompt_length', and what the reward model does not read whole.
    """

    learned: list[Asked]
    watched: list[Asked]
    skipped_long: int = 0
    skipped_unread: int = 0

    def counts(self) -> dict[str, int]:
        return {"skipped_long": self.skipped_long, "skipped_unread": self.skipped_unread}

    @property
    def says(self) -> str:
        left = self.skipped_long + self.skipped_unread
        read = ngettext("%(count)s prompt is read", "%(count)s prompts are read", len(self.learned))
        return _("%(read)s, too long: %(count)s", read=read, count=left) if left else read


def read_parted(
    config: Improving,
    tokenizer: PreTrainedTokenizerBase,
    reads_whole: Callable[[Sequence[Message]], bool],
    *,
    at_least: int = 1,
) -> Parted:
    """Read the prompts that are short enough, none of them cut, and set some apart.

    ``reads_whole``: whether the reward model does. What it sees the end of alone, it would reward
    for something else than was asked.
    """
    limit = config.max_prompt_length
    read = [Asked(p, prompt_ids(tokenizer, p.messages)) for p in read_prompts(config.prompts)]
    fitting = [asked for asked in read if len(asked.ids) <= limit]
    short = [asked for asked in fitting if reads_whole(asked.prompt.messages)]
    unread = len(fitting) - len(short)
    watched = _watched(short, config)
    apart = {asked.id for asked in watched} if config.stopping_model else set()
    learned = [asked for asked in short if asked.id not in apart]
    if len(learned) < at_least:
        raise _too_few(len(learned), limit, at_least, unread)
    return Parted(learned, watched, len(read) - len(fitting), unread)


def _too_few(learned: int, limit: int, at_least: int, unread: int) -> BadInput:
    """What is said where the prompts do not fill a step."""
    said = ngettext(
        "%(count)s prompt has at most %(limit)s tokens and a step takes %(needed)s; add shorter "
        "prompts, or raise 'max_prompt_length'.",
        "%(count)s prompts have at most %(limit)s tokens and a step takes %(needed)s; add shorter "
        "prompts, or raise 'max_prompt_length'.",
        learned,
        limit=limit,
        needed=at_least,
    )
    if not unread:
        return BadInput(said)
    return BadInput(
        ngettext(
            "%(said)s %(count)s more is longer than the reward model reads whole.",
            "%(said)s %(count)s more are longer than the reward model reads whole.",
            unread,
            said=said,
        )
    )


def _watched(short: Sequence[Asked], config: Improving) -> list[Asked]:
    """The same prompts at every look and after every kill: the first ones by a hash of their id."""
    if not config.watch_every:
        return []
    most = min(config.watch_prompts, len(short) // 4)
    return sorted(short, key=lambda asked: hashlib.sha256(asked.id.encode()).digest())[:most]
