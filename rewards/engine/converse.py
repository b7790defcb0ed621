"""Answer people while they talk: models are loaded once, and texts can be read as they grow.

    python -m rewards.engine.converse RUN_DIR

1. look into RUN_DIR/asked: each file there is a turn that waits, and says which voices answer it
2. draw their answers side by side, and keep what there is so far in RUN_DIR/said
3. draw again, a few times at most, what is empty, said twice, or names its maker
4. end once nobody has asked for anything for a while

Nothing is resumed: a turn that a killed run left unanswered is asked of the next one.
"""

import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# Before torch is loaded: beside web and workers on the same processors, threads that spin while
# they wait for one another keep away those that they wait for. On two busy cores a token of the
# tests' model took half a second so, and a hundredth with threads that sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from rewards.engine.blindness import names_its_maker
from rewards.engine.chat import as_messages, prompt_ids
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput
from rewards.engine.generate import TRIES, Slot, blank_the_unfit
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt
from rewards.engine.sampling import Drawn, Row, draw, plain_text, seed_of

LOOK = 0.25  # seconds between two looks at what is asked
TELL = 0.3  # seconds between two accounts of what is written so far
UNFIT = "no answer was fit to be shown"


@dataclass(frozen=True)
class Config(Knobs):
    patience: float = 120.0
    together: int = 8  # turns answered side by side
    top_p: float = 0.95
    max_new_tokens: int = 256
    seed: int = 0


@dataclass(frozen=True)
class Voice:
    """Who gives one of the answers, and how warm."""

    model: str
    source: str
    temperature: float


@dataclass
class Part:
    """One answer that is wanted: whose, its slot, and what may be read of it so far."""

    voice: Voice
    slot: Slot
    so_far: str = ""


@dataclass(frozen=True)
class Turn:
    """What somebody said, and the answers that it waits for."""

    file: Path
    prompt: Prompt
    parts: list[Part]


def main(folder: Path) -> None:
    carry_out(folder, Config, converse)


def converse(config: Config, folder: Path) -> Result:
    for name in ("asked", "said"):
        (folder / name).mkdir(exist_ok=True)
    speaker, answered, last = Speaker(config, folder), 0, time.monotonic()
    while time.monotonic() - last < config.patience:
        asked = sorted((folder / "asked").glob("*.json"))[: config.together]
        if asked:
            speaker.answer([read_turn(file) for file in asked])
            answered, last = answered + len(asked), time.monotonic()
        report(answered, answered, "waiting for the next turn")
        time.sleep(LOOK)
    return {"answered": answered}


def read_turn(file: Path) -> Turn:
    """``{"id", "messages", "voices": [{"model", "source", "temperature"}, …]}``."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        prompt = Prompt(str(row["id"]), as_messages(row["messages"]))
        voices = [Voice(**voice) for voice in row["voices"]]
    except (ValueError, KeyError, TypeError) as broken:
        raise BadInput(f"{file}: {broken}") from broken
    return Turn(file, prompt, [Part(voice, Slot(prompt, voice.temperature)) for voice in voices])


@dataclass
class Speaker:
    """The models that were asked so far, loaded, and how they answer."""

    config: Config
    folder: Path
    loaded: dict[str, tuple[PreTrainedTokenizerBase, PreTrainedModel]] = field(default_factory=dict)
    told: float = 0.0

    def answer(self, turns: Sequence[Turn]) -> None:
        """Answer these turns, and keep of each what became of it."""
        parts = [part for turn in turns for part in turn.parts]
        for attempt in range(TRIES):
            empty = [part for part in parts if not part.slot.text]
            for model in _shuffled({part.voice.model for part in empty}):
                theirs = [part for part in empty if part.voice.model == model]
                self._draw(theirs, attempt, turns)
            blank_the_unfit([part.slot for part in parts])
        for turn in turns:
            self._keep(turn, is_over=True)
            turn.file.unlink()

    def _draw(self, parts: Sequence[Part], attempt: int, turns: Sequence[Turn]) -> None:
        """Give each of these parts, all of one model, a fresh text."""
        tokenizer, model = self._model(parts[0].voice.model)
        prompts = list({part.slot.prompt.id: part.slot.prompt for part in parts}.values())
        place = {prompt.id: number for number, prompt in enumerate(prompts)}
        seed = seed_of(self.config.seed, prompts[0].id, parts[0].voice.source, attempt)
        room = int(model.config.max_position_embeddings) - self.config.max_new_tokens

        def hear(written: Sequence[list[int]]) -> None:
            if time.monotonic() - self.told < TELL:
                return
            self.told = time.monotonic()
            for part, ids in zip(parts, written, strict=True):
                text = plain_text(tokenizer, Drawn(ids, finished=False))
                part.so_far = "" if names_its_maker(text, part.slot.prompt.messages) else text
            for turn in turns:
                self._keep(turn)
            report(max(map(len, written)), self.config.max_new_tokens, "writing answers")

        drawn = draw(
            model,
            [prompt_ids(tokenizer, prompt.messages)[-room:] for prompt in prompts],
            [Row(place[part.slot.prompt.id], part.voice.temperature) for part in parts],
            max_new_tokens=self.config.max_new_tokens,
            generator=torch.Generator(model.device).manual_seed(seed),
            top_p=self.config.top_p,
            hear=hear,
        )
        for part, one in zip(parts, drawn, strict=True):
            slot = part.slot
            slot.text, slot.seed = plain_text(tokenizer, one), seed
            slot.tokens, slot.finished = len(one.ids), one.finished

    def _model(self, name: str) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
        if name not in self.loaded:
            report(0, 0, "loading the model")
            folder = Path(name)
            self.loaded[name] = (load_tokenizer(folder), load_policy(folder, fast_dtype()))
        return self.loaded[name]

    def _keep(self, turn: Turn, *, is_over: bool = False) -> None:
        """Put where it can be read what there is of a turn: whole, whenever one looks."""
        said: dict[str, object] = {"texts": [part.so_far for part in turn.parts]}
        if is_over:
            said["problem"] = "" if all(part.slot.text for part in turn.parts) else UNFIT
            said["answers"] = [self._row(part) for part in turn.parts if part.slot.text]
        aside = self.folder / "said" / f"{turn.prompt.id}.part"
        aside.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        aside.replace(aside.with_suffix(".json"))

    def _row(self, part: Part) -> dict[str, object]:
        return {
            "messages": [{"role": "assistant", "content": part.slot.text}],
            "source": part.voice.source,
            "sampling": {
                "temperature": part.voice.temperature,
                "top_p": self.config.top_p,
                "seed": part.slot.seed,
                "tokens": part.slot.tokens,
                "finished": part.slot.finished,
            },
        }


def _shuffled(models: set[str]) -> list[str]:
    """In no order that a reader who sees the texts grow could learn anything from."""
    return random.sample(sorted(models), len(models))


if __name__ == "__main__":
    start(main)
