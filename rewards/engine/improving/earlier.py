"""What earlier iterations kept, as far as it may still be learned from.

samples.jsonl of each -> prompts that are no longer usable, or watched now, are left out
                      -> answers in this tokenizer's ids -> the best to each prompt
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from commons.sentences import sentence as _
from rewards.engine.chat import prompt_ids
from rewards.engine.errors import BadInput
from rewards.engine.improving.pairs import best_of
from rewards.engine.improving.prompts import Asked, Parted
from rewards.engine.improving.samples import Sample, Sampled, read_samples, spelt_by
from rewards.engine.messages import Message
from rewards.engine.prompts import Prompt


@dataclass(frozen=True)
class Kept:
    """The best answers of each earlier iteration, and the prompts that were asked."""

    best: list[Sampled]
    asked: list[Asked]


@dataclass(frozen=True)
class Keeping:
    """``usable``: the ids of all prompts that may still be learned from; None: any may.
    ``reads_whole``: whether the reward model reads a prompt whole."""

    tokenizer: PreTrainedTokenizerBase
    parted: Parted
    usable: frozenset[str] | None
    max_prompt_length: int
    most_longer: float
    reads_whole: Callable[[Sequence[Message]], bool]

    def keep(self, files: Sequence[Path]) -> Kept:
        """What these files have; the same prompt may come from several, with its best of each."""
        learned = {asked.id: asked for asked in self.parted.learned}
        watched = {asked.id for asked in self.parted.watched} - learned.keys()
        asked: dict[str, Asked] = {}
        best: list[Sampled] = []
        for sampled in (one for file in files for one in read_samples(file)):
            if sampled.prompt in watched or not self._may_be_used(sampled.prompt):
                continue
            if sampled.prompt not in asked:
                asked[sampled.prompt] = learned.get(sampled.prompt) or self._asked(sampled)
            found = best_of(list(self._spelt(sampled)), self.most_longer)
            if found is not None and self._fits(asked[sampled.prompt]):
                best.append(replace(sampled, answers=[found]))
        answered = {sampled.prompt for sampled in best}
        return Kept(best, [each for name, each in asked.items() if name in answered])

    def _may_be_used(self, prompt: str) -> bool:
        return self.usable is None or prompt in self.usable

    def _fits(self, asked: Asked) -> bool:
        return len(asked.ids) <= self.max_prompt_length and self.reads_whole(asked.prompt.messages)

    def _asked(self, sampled: Sampled) -> Asked:
        ids = prompt_ids(self.tokenizer, sampled.messages)
        return Asked(Prompt(sampled.prompt, sampled.messages), ids)

    def _spelt(self, sampled: Sampled) -> Iterator[Sample]:
        for answer in sampled.answers:
            spelt = spelt_by(self.tokenizer, answer)
            if spelt is not None:
                yield spelt


def read_usable(file: Path | None) -> frozenset[str] | None:
    """The ids of a file that has one a line."""
    if file is None:
        return None
    if not file.is_file():
        raise BadInput(_("%(file)s is not there; leave 'usable' out, or bring it back.", file=file))
    return frozenset(file.read_text(encoding="utf-8").split())
