"""A policy's own answers to the prompts, each with its reward: drawn once, kept for ever.

``samples.jsonl`` has one row a prompt, as ``{"prompt", "messages", "answers": [{"text", "ids",
"finished", "score"}]}``. The ids are the model's own: an answer that was cut off at the limit has
no end that a model could learn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias, cast

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from commons.sentences import sentence as _
from rewards.engine.errors import BadInput
from rewards.engine.improving.prompts import Asked
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.messages import Message, as_messages
from rewards.engine.progress import is_main, report
from rewards.engine.sampling import Drawn, Row, draw, plain_text, seed_of, stops_of
from rewards.engine.scorer import Scorer
from rewards.engine.together import of_main, shared_out
from rewards.stats.texts import loops

BATCH = 16  # prompts that are answered together
SAMPLES = "samples.jsonl"
DRAWING = _("drawing the policy's own samples")

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
    """Draw and score answers to all prompts, going on after the last whole batch of ``kept``.

    Several processes draw a batch each and one keeps them: the file is that of one process.
    """
    done = of_main(lambda: _whole_batches(kept))
    ordered = sorted(prompts, key=lambda asked: (-len(asked.ids), asked.id))
    batches = [ordered[at : at + BATCH] for at in range(done, len(ordered), BATCH)]

    def answered(batch: Sequence[Asked]) -> list[JsonRow]:
        drawn = draw_batch(model, tokenizer, batch, how)
        return list(map(_row, batch, drawn, scored(scorer, batch, drawn)))

    report(done, len(ordered), DRAWING)
    for found in shared_out(batches, answered):
        rows = list(chain.from_iterable(found))
        if is_main():
            append_rows(kept, rows)
        done += len(rows)
        report(done, len(ordered), DRAWING)
    return of_main(lambda: list(read_samples(kept)))


def _whole_batches(kept: Path) -> int:
    """How many rows are there in whole batches; what comes after them is cut off."""
    done = len(whole_rows(kept)) // BATCH * BATCH
    keep_first(kept, done)
    return done


def rescored(scorer: Scorer, kept: Sequence[Sampled]) -> list[Sampled]:
    """The same answers with the rewards of this scorer."""
    again: list[Sampled] = []
    batches = [kept[at : at + BATCH] for at in range(0, len(kept), BATCH)]
    for found in shared_out(batches, partial(_scored_anew, scorer)):
        again += chain.from_iterable(found)
        report(len(again), len(kept), _("scoring earlier samples"))
    return again


def _scored_anew(scorer: Scorer, batch: Sequence[Sampled]) -> list[Sampled]:
    pairs = [(one.messages, answer.text) for one in batch for answer in one.answers]
    found = iter(
        scorer.score(
            [messages for messages, _ in pairs],
            [[Message(role="assistant", content=text)] for _, text in pairs],
        )
    )
    return [
        replace(one, answers=[replace(answer, score=next(found)) for answer in one.answers])
        for one in batch
    ]


def spelt_by(tokenizer: PreTrainedTokenizerBase, answer: Sample) -> Sample | None:
    """The answer in ids of this tokenizer: its own where they spell its text here as well, else
    those of its text; None where no ids do.

    A policy may stand on another base by now than the one that said it.
    """
    if _spell(tokenizer, answer):
        return answer
    ids = cast(list[int], tokenizer(answer.text, add_special_tokens=False)["input_ids"])
    again = replace(answer, ids=ids)
    return again if _spell(tokenizer, again) else None


def _spell(tokenizer: PreTrainedTokenizerBase, answer: Sample) -> bool:
    if max(answer.ids, default=0) >= len(tokenizer):
        return False
    return plain_text(tokenizer, Drawn(answer.ids, answer.finished)) == answer.text


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
        raise BadInput(
            _("%(file)s is not there; leave it out of 'earlier', or bring it back.", file=kept)
        )
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
