"""Answer people while they talk: models are loaded once, and texts can be read as they grow.

    python -m rewards.engine.converse RUN_DIR

1. look into RUN_DIR/asked: each file there is a turn that waits, and says which voices answer it
2. draw their answers side by side, and keep what there is so far in RUN_DIR/said
3. draw again, a few times at most, what is empty, loops, was said already, or names its maker;
   what a server does not write, another voice of the turn writes in its own name
4. end once nobody has asked for anything for a while

Nothing is resumed: a turn that a killed run left unanswered is asked of the next one.
"""

import json
import os
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

# Before torch is loaded: beside web and workers on the same processors, threads that spin while
# they wait for one another keep away those that they wait for. On two busy cores a token of the
# tests' model took half a second so, and a hundredth with threads that sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from commons.sentences import as_json
from commons.sentences import sentence as _
from rewards.engine.blindness import names_its_maker
from rewards.engine.chat import prompt_ids
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput, wrong_with
from rewards.engine.fitness import blank_the_unfit
from rewards.engine.messages import as_messages
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt
from rewards.engine.sampling import Drawn, Row, draw, plain_text, seed_of
from rewards.engine.servers import Said, Server, ServerAway, ServerRefused
from rewards.engine.voices import Slot, Voice, read_voice
from rewards.engine.writers import TRIES

LOOK = 0.25  # seconds between two looks at what is asked
TELL = 0.3  # seconds between two accounts of what is written so far
UNFIT = "no answer was fit to be shown"

Named = tuple[str, str, str]  # server, address, model


@dataclass(frozen=True)
class Config(Knobs):
    patience: float = 120.0
    together: int = 8  # turns answered side by side
    timeout: float = 30.0  # seconds that a server may be silent
    tries: int = 3  # of one request: somebody waits
    seed: int = 0


@dataclass
class Part:
    """One answer that is wanted: its slot, and what may be read of it so far."""

    slot: Slot
    so_far: str = ""

    @property
    def voice(self) -> Voice:
        return self.slot.voice


@dataclass(frozen=True)
class Turn:
    """What somebody said, and the answers that it waits for.

    ``silent`` are those who were asked and did not answer it.
    """

    file: Path
    prompt: Prompt
    parts: list[Part]
    silent: set[Named] = field(default_factory=set)

    def problem(self) -> object:
        """Why there are not all answers; a sentence, as JSON, where no voice is left to give one.
        It names servers, and neither addresses nor models: whoever talks reads it."""
        empty = [part for part in self.parts if not part.slot.text]
        if not empty:
            return ""
        away = sorted({part.voice.server for part in empty if _named(part) in self.silent})
        return as_json(_unanswered(away)) if away else UNFIT

    def hand_on(self) -> None:
        """Let the voices that are not silent give what the silent ones left empty."""
        voices = dict.fromkeys(part.voice for part in self.parts if _named(part) not in self.silent)
        for part in self.parts:
            if voices and not part.slot.text and _named(part) in self.silent:
                part.slot.voice = list(voices)[part.slot.number % len(voices)]
                part.so_far = ""


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
        report(answered, answered, _("waiting for the next turn"))
        time.sleep(LOOK)
    return {"answered": answered}


def read_turn(file: Path) -> Turn:
    """``{"id", "messages", "voices": […]}``, each voice as ``read_voice`` has it."""
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        prompt = Prompt(str(row["id"]), as_messages(row["messages"]))
        voices = [read_voice(voice) for voice in row["voices"]]
    except (ValueError, KeyError, TypeError, BadInput) as broken:
        raise BadInput(_("%(file)s: %(odd)s", file=file, odd=wrong_with(broken))) from broken
    return Turn(file, prompt, [Part(Slot(prompt, each, at)) for at, each in enumerate(voices)])


@dataclass
class Speaker:
    """The models that were asked so far, loaded, and how they answer."""

    config: Config
    folder: Path
    loaded: dict[str, tuple[PreTrainedTokenizerBase, PreTrainedModel]] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    told: float = 0.0

    def answer(self, turns: Sequence[Turn]) -> None:
        """Answer these turns, and keep of each what became of it."""
        for attempt in range(TRIES):
            for turn in turns:
                turn.hand_on()
            empty = [
                p for t in turns for p in t.parts if not (p.slot.text or _named(p) in t.silent)
            ]
            for model in _shuffled({_named(part) for part in empty}):
                theirs = [part for part in empty if _named(part) == model]
                (self._ask if model[0] else self._draw)(theirs, attempt, turns)
            drawn = {id(part.slot) for part in empty}
            for turn in turns:
                slots = [part.slot for part in turn.parts]
                blank_the_unfit(slots, [slot for slot in slots if id(slot) in drawn])
        for turn in turns:
            self._keep(turn, is_over=True)
            turn.file.unlink()

    def _ask(self, parts: Sequence[Part], attempt: int, turns: Sequence[Turn]) -> None:
        """Let a server give each of these parts a fresh text, all at once.

        One that is away or refuses leaves them empty, and is silent for their turns.
        """
        server = self._server(parts[0].voice)

        def one(part: Part) -> Said | None:
            def hear(text: str) -> None:
                part.so_far = shown(text, part)

            slot = part.slot
            slot.seed = seed_of(self.config.seed, slot.prompt.id, slot.number, attempt)
            try:
                if part.voice.is_policy_elsewhere:
                    server.await_model(part.voice.model, patience=0)
                return server.stream(part.voice, slot.prompt.messages, slot.seed, hear)
            except (ServerAway, ServerRefused) as silent:
                print(silent, file=sys.stderr, flush=True)  # the log says what no reader may see
                return None

        turn_of = {id(part): turn for turn in turns for part in turn.parts}
        with ThreadPoolExecutor(len(parts)) as pool:
            asked = [pool.submit(one, part) for part in parts]
            while not all(future.done() for future in asked):
                time.sleep(TELL / 3)
                self._tell(turns, 0, 0)
        for part, future in zip(parts, asked, strict=True):
            said, slot = future.result(), part.slot
            if said is None:
                turn_of[id(part)].silent.add(_named(part))
                continue
            slot.text, slot.finish, slot.tokens = said.text, said.finish, said.tokens

    def _server(self, voice: Voice) -> Server:
        if voice.url not in self.servers:
            self.servers[voice.url] = Server(
                voice.server, voice.url, timeout=self.config.timeout, tries=self.config.tries
            )
        return self.servers[voice.url]

    def _tell(self, turns: Sequence[Turn], step: int, of: int) -> None:
        """Let be read what there is so far, not more often than anybody can see."""
        if time.monotonic() - self.told < TELL:
            return
        self.told = time.monotonic()
        for turn in turns:
            self._keep(turn)
        report(step, of, _("writing answers"))

    def _draw(self, parts: Sequence[Part], attempt: int, turns: Sequence[Turn]) -> None:
        """Give each of these parts, all of one model, a fresh text."""
        tokenizer, model = self._model(parts[0].voice.model)
        prompts = list({part.slot.prompt.id: part.slot.prompt for part in parts}.values())
        place = {prompt.id: number for number, prompt in enumerate(prompts)}
        seed = seed_of(self.config.seed, prompts[0].id, parts[0].voice.source, attempt)
        most = max(part.voice.max_new_tokens for part in parts)
        room = int(model.config.max_position_embeddings) - most

        def hear(written: Sequence[list[int]]) -> None:
            if time.monotonic() - self.told < TELL:
                return
            for part, ids in zip(parts, written, strict=True):
                part.so_far = shown(plain_text(tokenizer, Drawn(ids, finished=False)), part)
            self._tell(turns, max(map(len, written)), most)

        drawn = draw(
            model,
            [prompt_ids(tokenizer, prompt.messages)[-room:] for prompt in prompts],
            [Row(place[p.slot.prompt.id], p.voice.temperature, p.voice.top_p) for p in parts],
            max_new_tokens=most,
            generator=torch.Generator(model.device).manual_seed(seed),
            hear=hear,
        )
        for part, one in zip(parts, drawn, strict=True):
            slot, answer = part.slot, one.within(part.voice.max_new_tokens)
            slot.text, slot.seed = plain_text(tokenizer, answer), seed
            slot.tokens, slot.finish = len(answer.ids), "stop" if answer.finished else "length"

    def _model(self, name: str) -> tuple[PreTrainedTokenizerBase, PreTrainedModel]:
        if name not in self.loaded:
            report(0, 0, _("loading the model"))
            folder = Path(name)
            self.loaded[name] = (load_tokenizer(folder), load_policy(folder, fast_dtype()))
        return self.loaded[name]

    def _keep(self, turn: Turn, *, is_over: bool = False) -> None:
        """Put where it can be read what there is of a turn: whole, whenever one looks."""
        said: dict[str, object] = {"texts": [part.so_far for part in turn.parts]}
        if is_over:
            said["problem"] = turn.problem()
            said["answers"] = [self._row(part) for part in turn.parts if part.slot.text]
        aside = self.folder / "said" / f"{turn.prompt.id}.part"
        aside.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        aside.replace(aside.with_suffix(".json"))

    def _row(self, part: Part) -> dict[str, object]:
        return {
            "messages": [{"role": "assistant", "content": part.slot.text}],
            "source": part.voice.source,
            "sampling": part.slot.sampling(),
        }


def shown(text: str, part: Part) -> str:
    """What may be read of an answer while it grows: nothing that gives its model away."""
    return "" if names_its_maker(text, part.slot.prompt.messages) else text


def _unanswered(servers: Sequence[str]) -> str:
    return _(
        "The models could not answer: %(servers)s is away, refuses, or does not serve the policy "
        "in service. Tell a lead: the page “Who answers” says what to start there. Then try again.",
        servers=", ".join(map(repr, servers)),
    )


def _named(part: Part) -> Named:
    return part.voice.server, part.voice.url, part.voice.model


def _shuffled(models: set[Named]) -> list[Named]:
    """In no order that a reader who sees the texts grow could learn anything from."""
    return random.sample(sorted(models), len(models))


if __name__ == "__main__":
    start(main)
