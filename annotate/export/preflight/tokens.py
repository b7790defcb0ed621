"""Tokens of each row as a trainer counts them, and what it does with rows that are too long.

TRL 1.16.0, read in its sources; every trainer begins with ``max_length=1024``:

- ``RewardTrainer`` drops a pair if prompt + chosen or prompt + rejected is longer
  (reward_trainer.py:730-737);
- ``DPOTrainer`` cuts both sides at the end (``keep_start``, dpo_trainer.py:152-166) and drops a
  pair whose prompt alone fills ``max_length`` (1134-1140);
- ``KTOTrainer`` does the same with single answers (kto_trainer.py:174-177, 1133-1139); a
  preference dataset becomes two rows a pair there;
- ``SFTTrainer`` cuts at the end (sft_trainer.py:1436-1454), unless it packs, and drops a row of
  which nothing with loss is left (1456-1463): under ``assistant_only_loss`` one whose prompt fills
  ``max_length``; otherwise ``messages`` carry loss everywhere, and nothing is dropped;
- ``GRPOTrainer`` and ``RLOOTrainer`` have no such limit for prompts.

As TRL does, what prompt and finished conversation share counts as the prompt. The two parts are
encoded apart here, so a token that would reach across their border counts as two.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotate.export.preflight.counting import FILE, TokenCounter
from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.kept import Examples, Histogram, Kept, Tally
from annotate.export.preflight.rendering import CannotRender, Rendered, Rendering
from annotate.export.preflight.rows import rows_of
from annotate.export.preflight.texts import Heard


class Length(NamedTuple):
    prompt: int
    answer: int

    @property
    def whole(self) -> int:
        return self.prompt + self.answer


class Tokens:
    """The section ``tokens``; only where the settings name a tokenizer."""

    def __init__(self, kind: str, settings: Settings) -> None:
        assert settings.tokenizer is not None
        self._kind, self._most = kind, settings.max_length
        path = settings.tokenizer
        self._counter = TokenCounter.of(path)
        folder = path.parent if path.name == FILE or path.is_file() else path
        self.rendering = Rendering.of(folder, settings.template)
        self.rows, self.prompts, self.answers = Histogram(), Histogram(), Histogram()
        self.found, self.too_long = Tally(), Examples(settings.examples)
        self.unrenderable = Examples(settings.examples)

    @property
    def kept(self) -> dict[str, Kept]:
        return {
            "rows": self.rows,
            "prompts": self.prompts,
            "answers": self.answers,
            "found": self.found,
            "too_long": self.too_long,
            "unrenderable": self.unrenderable,
        }

    def hear(self, chunk: Heard) -> None:
        rendered = [self._rendered(item) for item in chunk.items]
        parts = {
            text
            for prompt, answers in rendered
            if prompt is not None
            for text in (prompt, *(part for answer in answers for part in answer))
        }
        texts = sorted(parts)
        size = dict(zip(texts, self._counter.count(texts), strict=True))
        for item, (prompt, answers) in zip(chunk.items, rendered, strict=True):
            if prompt is not None:
                lengths = [Length(size[one.prompt], size[one.answer]) for one in answers]
                self._hear(item, size[prompt], lengths)

    def _rendered(self, item: Item) -> tuple[str | None, list[Rendered]]:
        try:
            prompt = self.rendering.prompt(item)
            return prompt, [self.rendering.answer(item, prompt, each) for each in item.answers]
        except CannotRender:
            self.found.hear("unrenderable")
            self.unrenderable.hear((item.prompt_id,))
            return None, []

    def _hear(self, item: Item, prompt: int, answers: Sequence[Length]) -> None:
        self.prompts.hear(prompt)
        for answer in answers:
            self.answers.hear(answer.answer)
        for places in rows_of(self._kind, item):
            row = [answers[place] for place in places] or [Length(prompt, 0)]
            whole = max(one.whole for one in row)
            self.rows.hear(whole)
            if whole > self._most:
                self.found.hear("over_length")
                self.too_long.hear((item.prompt_id, whole))
            for name in effects(self._kind, row, self._most):
                self.found.hear(name)


TRAINERS = {
    "sft": ("SFT",),
    "preference": ("Reward", "DPO", "KTO"),
    "unpaired": ("KTO",),
    "ranked": (),
    "prompts": (),
}


def effects(kind: str, row: Sequence[Length], most: int) -> Iterator[str]:
    """What each trainer does to a row, as "trainer.dropped" and "trainer.cut"; KTO by answers."""
    trainers = TRAINERS[kind]
    over = any(one.whole > most for one in row)
    filled = min(one.prompt for one in row) >= most
    if "Reward" in trainers and over:
        yield "Reward.dropped"
    for name in ("SFT", "DPO"):
        if name in trainers and (over or filled):
            yield f"{name}.dropped" if filled else f"{name}.cut"
    if "KTO" in trainers:
        for one in row:
            if one.prompt >= most:
                yield "KTO.dropped"
            elif one.whole > most:
                yield "KTO.cut"
