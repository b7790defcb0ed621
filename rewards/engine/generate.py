"""Write candidate answers with a policy, for people to judge.

    python -m rewards.engine.generate RUN_DIR

1. read the prompts, and what an earlier start of this run has written already
2. draw the answers, the longest prompts first and prompts of like length together
3. draw again, a few times at most, what is empty, said twice, or names its maker
4. append the answers of a batch at once; what a killed run tore is dropped and drawn anew
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from rewards.engine.blindness import names_its_maker
from rewards.engine.chat import prompt_ids
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.sampling import Row, draw, plain_text, seed_of

TRIES = 4  # the first draw and three more; what is still unfit then is left out


@dataclass(frozen=True)
class Config(Knobs):
    prompts: Path
    model: Path
    out: Path
    answers: int = 4
    temperatures: tuple[float, ...] = (0.7, 1.0)
    top_p: float = 0.95
    max_new_tokens: int = 192
    batch: int = 8
    seed: int = 0
    source: str = ""


@dataclass
class Slot:
    """One answer that is wanted of a prompt; its text is empty until a draw is fit to be shown."""

    prompt: Prompt
    temperature: float
    text: str = ""
    tokens: int = 0
    finished: bool = False
    seed: int = 0


def main(folder: Path) -> None:
    carry_out(folder, Config, write_answers)


def write_answers(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    prompts = read_prompts(config.prompts)
    before = _written_before(config)
    written = {row["prompt"] for row in before}
    left = [prompt for prompt in prompts if prompt.id not in written]
    report(len(prompts) - len(left), len(prompts), "loading the model")
    writer = Writer(config)
    answers, tokens, redrawn, speed, began = 0, 0, 0, None, time.monotonic()
    for batch in writer.batches(left):
        slots, again = writer.fill(batch)
        fit = [slot for slot in slots if slot.text]
        append_rows(config.out, [writer.row(slot) for slot in fit])
        written.update(prompt.id for prompt in batch)
        answers, redrawn = answers + len(fit), redrawn + again
        tokens += sum(slot.tokens for slot in fit)
        speed = round(tokens / (time.monotonic() - began), 1)
        report(len(written), len(prompts), "writing answers", {"tokens_per_s": speed})
    return {
        "prompts": len(prompts),
        "answers": len(before) + answers,
        "redrawn": redrawn,  # and tokens_per_s: since this start of the run
        "dropped": len(prompts) * config.answers - len(before) - answers,
        "tokens": _tokens(before) + tokens,
        "tokens_per_s": speed,
    }


class Writer:
    """The loaded policy, and how it fills slots."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.tokenizer = load_tokenizer(config.model)
        self.model = load_policy(config.model, fast_dtype())

    def batches(self, prompts: Sequence[Prompt]) -> list[list[Prompt]]:
        """Prompts of like length together; the longest first, so that memory fails at once."""
        lengths = {p.id: len(prompt_ids(self.tokenizer, p.messages)) for p in prompts}
        ordered = sorted(prompts, key=lambda p: (-lengths[p.id], p.id))
        size = self.config.batch
        return [ordered[at : at + size] for at in range(0, len(ordered), size)]

    def fill(self, prompts: Sequence[Prompt]) -> tuple[list[Slot], int]:
        """Every slot of the prompts, and how many draws had to be repeated."""
        warmth = self.config.temperatures
        slots = [
            Slot(prompt, warmth[number % len(warmth)])
            for prompt in prompts
            for number in range(self.config.answers)
        ]
        again = 0
        for attempt in range(TRIES):
            still_empty = [slot for slot in slots if not slot.text]
            if not still_empty:
                break
            again += len(still_empty) if attempt else 0
            self._draw(still_empty, attempt)
            blank_the_unfit(slots)
        return slots, again

    def _draw(self, slots: Sequence[Slot], attempt: int) -> None:
        """Give each slot a fresh text, seeded by the run, the first prompt and the attempt."""
        prompts = list({slot.prompt.id: slot.prompt for slot in slots}.values())
        place = {prompt.id: number for number, prompt in enumerate(prompts)}
        seed = seed_of(self.config.seed, prompts[0].id, attempt)
        drawn = draw(
            self.model,
            [prompt_ids(self.tokenizer, prompt.messages) for prompt in prompts],
            [Row(place[slot.prompt.id], slot.temperature) for slot in slots],
            max_new_tokens=self.config.max_new_tokens,
            generator=torch.Generator(self.model.device).manual_seed(seed),
            top_p=self.config.top_p,
        )
        for slot, answer in zip(slots, drawn, strict=True):
            slot.text, slot.seed = plain_text(self.tokenizer, answer), seed
            slot.tokens, slot.finished = len(answer.ids), answer.finished

    def row(self, slot: Slot) -> JsonRow:
        return {
            "prompt": slot.prompt.id,
            "messages": [{"role": "assistant", "content": slot.text}],
            "source": self.config.source,
            "sampling": {
                "model": str(self.config.model),
                "temperature": slot.temperature,
                "top_p": self.config.top_p,
                "seed": slot.seed,
                "tokens": slot.tokens,
                "finished": slot.finished,
            },
        }


def blank_the_unfit(slots: Sequence[Slot]) -> None:
    """Empty what names its maker, and what says the same as an earlier slot of its prompt."""
    said: set[tuple[str, str]] = set()
    for slot in slots:
        same = (slot.prompt.id, " ".join(slot.text.split()))
        if same in said or names_its_maker(slot.text, slot.prompt.messages):
            slot.text = ""
        said.add(same)


def _written_before(config: Config) -> list[JsonRow]:
    """The rows of an earlier start, cut back to whole prompts."""
    rows = whole_rows(config.out)
    if rows:
        last = [row for row in rows if row["prompt"] == rows[-1]["prompt"]]
        if len(last) < config.answers:  # torn, or short of answers: either way draw it anew
            rows = rows[: -len(last)]
    keep_first(config.out, len(rows))
    return rows


def _tokens(rows: Sequence[JsonRow]) -> int:
    samplings = [row["sampling"] for row in rows]
    return sum(sampling["tokens"] for sampling in samplings if isinstance(sampling, dict))


def _refuse_nonsense(config: Config) -> None:
    if not config.temperatures or min(config.temperatures) <= 0:
        raise BadConfig("'temperatures' must be one or more numbers above 0.")
    if min(config.answers, config.batch, config.max_new_tokens) < 1:
        raise BadConfig("'answers', 'batch' and 'max_new_tokens' must be at least 1.")
    if not 0 < config.top_p <= 1:
        raise BadConfig("'top_p' must be above 0 and at most 1.")


if __name__ == "__main__":
    start(main)
