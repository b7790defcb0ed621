"""A policy's own answers to the prompts, each with its reward: drawn once, kept for ever.

``samples.jsonl`` has one row a prompt, as ``{"prompt", "messages", "answers": [{"text", "ids",
"finished", "score"}]}``. The ids are the model's own: an answer that was cut off at the limit has
no end that a model could learn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeAlias, cast

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from rewards.engine.chat import Message, as_messages
from rewards.engine.errors import BadInput
from rewards.engine.improving.prompts import Asked
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.progress import report
from rewards.engine.sampling import Row, draw, plain_text, seed_of, stops_of
from rewards.engine.scorer import Scorer
from rewards.stats.texts import loops

BATCH = 16  # prompts that are answered together
SAMPLES = "samples.jsonl"

Said: TypeAlias = tuple[str, list[int], bool]  # text, ids, whether it ended


@dataclass(frozen=True)
class Sample:
    text: str
    ids: list[int]
    finished: bool
    score: float

    @property
    def is_fit(self) -> bool:
        """Whether it may be held up as an example: it says something, and not again and again."""
        return bool(self.text) and not loops(self.text)

    def as_learned(self, end: int) -> list[int]:
        """Its ids, closed where it closed itself."""
        return [*self.ids, end] if self.finished else list(self.ids)


@dataclass(frozen=True)
class Drawing:
    """How answers are drawn."""

    each: int
    temperature: float
    max_new_tokens: int
    seed: int


@dataclass(frozen=True)
class Sampled:
    """A prompt and what the policy said to it."""

    prompt: str
    messages: list[Message]
    answers: list[Sample]


def draw_batch(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Asked],
    how: Drawing,
) -> list[list[Said]]:
    """Answers to each prompt, in its order; seeded by the first prompt."""
    drawn = draw(
        model,
        [asked.ids for asked in prompts],
        [Row(n, how.temperature) for n in range(len(prompts)) for _ in range(how.each)],
        max_new_tokens=how.max_new_tokens,
        generator=torch.Generator(model.device).manual_seed(seed_of(how.seed, prompts[0].id)),
    )
    said = [(plain_text(tokenizer, one), one.ids, one.finished) for one in drawn]
    return [said[n * how.each :][: how.each] for n in range(len(prompts))]


def scored(
    scorer: Scorer, prompts: Sequence[Asked], drawn: Sequence[Sequence[Said]]
) -> list[list[float]]:
    """The reward of every answer to every prompt."""
    pairs = [
        (asked.prompt.messages, [Message(role="assistant", content=text)])
        for asked, said in zip(prompts, drawn, strict=True)
        for text, _, _ in said
    ]
    found = iter(scorer.score([prompt for prompt, _ in pairs], [answer for _, answer in pairs]))
    return [[next(found) for _ in said] for said in drawn]


def write_samples(
    kept: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Asked],
    how: Drawing,
    scorer: Scorer,
) -> list[Sampled]:
    """Draw and score answers to all prompts, going on after the last whole batch of ``kept``."""
    done = len(whole_rows(kept)) // BATCH * BATCH
    keep_first(kept, done)
    ordered = sorted(prompts, key=lambda asked: (-len(asked.ids), asked.id))
    for at in range(done, len(ordered), BATCH):
        report(at, len(ordered), "drawing the policy's own samples")
        batch = ordered[at : at + BATCH]
        drawn = draw_batch(model, tokenizer, batch, how)
        scores = scored(scorer, batch, drawn)
        append_rows(kept, map(_row, batch, drawn, scores))
    return list(read_samples(kept))


def rescored(scorer: Scorer, kept: Sequence[Sampled]) -> list[Sampled]:
    """The same answers with the rewards of this scorer."""
    again: list[Sampled] = []
    for at in range(0, len(kept), BATCH):
        report(at, len(kept), "scoring earlier samples")
        batch = kept[at : at + BATCH]
        pairs = [(one.messages, answer.text) for one in batch for answer in one.answers]
        found = iter(
            scorer.score(
                [messages for messages, _ in pairs],
                [[Message(role="assistant", content=text)] for _, text in pairs],
            )
        )
        again += [
            replace(one, answers=[replace(answer, score=next(found)) for answer in one.answers])
            for one in batch
        ]
    return again


def end_of(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """The id that closes an answer: the tokenizer's, unless the model stops at others alone."""
    eos, stops = cast(int, tokenizer.eos_token_id), stops_of(model)
    return eos if eos in stops or not stops else min(stops)


def _row(asked: Asked, said: Sequence[Said], scores: Sequence[float]) -> JsonRow:
    return {
        "prompt": asked.id,
        "messages": asked.prompt.messages,
        "answers": [asdict(Sample(*one, score)) for one, score in zip(said, scores, strict=True)],
    }


def read_samples(kept: Path) -> Iterator[Sampled]:
    """What was kept; refuses a file that is not there."""
    if not kept.is_file():
        raise BadInput(f"{kept} is not there; leave it out of 'earlier', or bring it back.")
    for row in whole_rows(kept):
        answers = cast(Iterable[dict[str, object]], row["answers"])
        yield Sampled(
            prompt=str(row["prompt"]),
            messages=as_messages(row["messages"]),
            answers=[_sample(answer) for answer in answers],
        )


def _sample(read: dict[str, object]) -> Sample:
    return Sample(
        text=str(read["text"]),
        ids=cast(list[int], read["ids"]),
        finished=bool(read["finished"]),
        score=cast(float, read["score"]),
    )
