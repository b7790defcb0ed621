"""How slots are filled: by a model of ours, batch after batch, or by a server, many at once."""

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Protocol

import torch

from rewards.engine.chat import prompt_ids
from rewards.engine.fitness import REFUSED, blank_the_unfit
from rewards.engine.models import fast_dtype, load_policy, load_tokenizer
from rewards.engine.sampling import Row, draw, plain_text, seed_of
from rewards.engine.servers import PromptRefused, Server
from rewards.engine.voices import Slot

TRIES = 4  # the first draw and three more; what is still unfit then is left out

Beside = Mapping[str, Sequence[str]]  # of each prompt what is said of it already


class Setting(Protocol):
    """What writers are told; a run's config."""

    @property
    def rows(self) -> int: ...
    @property
    def cache_tokens(self) -> int: ...
    @property
    def concurrency(self) -> int: ...
    @property
    def timeout(self) -> float: ...
    @property
    def tries(self) -> int: ...
    @property
    def seed(self) -> int: ...


class LocalWriter:
    """Fills the slots of one model folder."""

    def __init__(self, config: Setting) -> None:
        self.config = config

    def filled(self, slots: Sequence[Slot], beside: Beside) -> Iterator[list[Slot]]:
        """All slots, some at a time; of some the text stays empty.

        Many are drawn together, a prompt's side by side: its prefill is shared. The
        longest prompts come first, so that memory fails at once; what is drawn again comes last,
        in batches as full as the others.
        """
        folder = Path(slots[0].voice.model)
        self.tokenizer = load_tokenizer(folder)
        self.model = load_policy(folder, fast_dtype())
        lengths = {slot.prompt.id: len(self._ids(slot)) for slot in slots}
        waiting = deque(sorted(slots, key=lambda s: (-lengths[s.prompt.id], s.prompt.id, s.number)))
        while waiting:
            batch = self._next(waiting, lengths)
            self._draw(batch)
            judge_by_prompt(batch, batch, beside)
            waiting += [slot for slot in batch if not is_over(slot)]
            yield [slot for slot in batch if is_over(slot)]

    def _next(self, waiting: deque[Slot], lengths: Mapping[str, int]) -> list[Slot]:
        """As many as ``rows`` and ``cache_tokens`` allow, and one at least."""
        batch: list[Slot] = []
        longest = 0
        while waiting and len(batch) < self.config.rows:
            one = waiting[0]
            longest = max(longest, lengths[one.prompt.id] + one.voice.max_new_tokens)
            if batch and longest * (len(batch) + 1) > self.config.cache_tokens:
                break
            batch.append(waiting.popleft())
        return batch

    def _ids(self, slot: Slot) -> list[int]:
        """The prompt's ids; of one that is too long for the model, the last ones."""
        room = int(self.model.config.max_position_embeddings) - slot.voice.max_new_tokens
        return prompt_ids(self.tokenizer, slot.prompt.messages)[-max(room, 1) :]

    def _draw(self, slots: Sequence[Slot]) -> None:
        """Give each slot a fresh text, seeded by the run, the first slot and its attempt."""
        first = {slot.prompt.id: slot for slot in reversed(slots)}
        place = {prompt: number for number, prompt in enumerate(first)}
        one = slots[0]
        seed = seed_of(
            self.config.seed, one.prompt.id, one.number, one.voice.source, len(one.unfit)
        )
        drawn = draw(
            self.model,
            [self._ids(slot) for slot in first.values()],
            [
                Row(place[slot.prompt.id], slot.voice.temperature, slot.voice.top_p)
                for slot in slots
            ],
            max_new_tokens=max(slot.voice.max_new_tokens for slot in slots),
            generator=torch.Generator(self.model.device).manual_seed(seed),
        )
        for slot, whole in zip(slots, drawn, strict=True):
            answer = whole.within(slot.voice.max_new_tokens)
            slot.text, slot.seed = plain_text(self.tokenizer, answer), seed
            slot.tokens, slot.finish = len(answer.ids), "stop" if answer.finished else "length"


class ServerWriter:
    """Fills the slots of one model of a server, prompt by prompt, several at a time.

    ``has_answered``: something, when an earlier start of the run asked it.
    """

    def __init__(self, config: Setting, *, has_answered: bool = False) -> None:
        self.config, self.has_answered = config, has_answered
        self.refusal: PromptRefused | None = None  # the first one

    def filled(self, slots: Sequence[Slot], beside: Beside) -> Iterator[list[Slot]]:
        """Every prompt's slots as soon as they are filled; ends at the first that cannot be."""
        voice = slots[0].voice
        server = Server(
            voice.server,
            voice.url,
            timeout=self.config.timeout,
            tries=self.config.tries,
            together=self.config.concurrency,
        )
        of_prompt: dict[str, list[Slot]] = {}
        for slot in slots:
            of_prompt.setdefault(slot.prompt.id, []).append(slot)
        with ThreadPoolExecutor(self.config.concurrency) as pool:
            asked = [
                pool.submit(self._fill, server, theirs, beside) for theirs in of_prompt.values()
            ]
            try:
                yield from self._kept(future.result() for future in as_completed(asked))
            finally:
                server.over.set()  # nobody waits for what is not to be had
                pool.shutdown(cancel_futures=True)

    def _kept(self, prompts: Iterator[list[Slot]]) -> Iterator[list[Slot]]:
        """The same, but that prompts which the server refuses wait until it answers another: one
        that refuses all of them was asked for what it does not have, and nothing is left out."""
        refused: list[list[Slot]] = []
        for slots in prompts:
            refused.append(slots)
            if not all(was_refused(slot) for slot in slots):
                self.has_answered = True
            if self.has_answered:
                yield from refused
                refused = []
        if refused and self.refusal is not None:
            raise self.refusal

    def _fill(self, server: Server, slots: list[Slot], beside: Beside) -> list[Slot]:
        while empty := [slot for slot in slots if not is_over(slot)]:
            for voice in dict.fromkeys(slot.voice for slot in empty):
                theirs = [slot for slot in empty if slot.voice == voice]
                try:
                    self._ask(server, theirs)
                except PromptRefused as refused:
                    self._leave_out(theirs, refused)
            drawn = [slot for slot in empty if not was_refused(slot)]
            judge_by_prompt(slots, drawn, beside)
        return slots

    def _leave_out(self, slots: Sequence[Slot], refused: PromptRefused) -> None:
        """The log has the server's words; the answers are counted with those that were dropped."""
        self.refusal = self.refusal or refused
        said = f"prompt {slots[0].prompt.id} is left out: {refused}"
        print(said, file=sys.stderr, flush=True)
        for slot in slots:
            slot.unfit.append(REFUSED)

    def _ask(self, server: Server, slots: Sequence[Slot]) -> None:
        """One request, where the server can, for all slots of a prompt with one voice."""
        voice, prompt = slots[0].voice, slots[0].prompt
        seeds = [
            seed_of(self.config.seed, prompt.id, slot.number, len(slot.unfit)) for slot in slots
        ]
        said = server.answers(voice, prompt.messages, len(slots), seeds)
        for slot, answer in zip(slots, said, strict=True):
            slot.text, slot.finish = answer.text, answer.finish
            slot.tokens, slot.seed = answer.tokens, answer.seed


def is_over(slot: Slot) -> bool:
    """Whether it has its text, or was drawn as often as may be."""
    return bool(slot.text) or len(slot.unfit) >= TRIES or was_refused(slot)


def was_refused(slot: Slot) -> bool:
    return REFUSED in slot.unfit


def judge_by_prompt(slots: Sequence[Slot], drawn: Sequence[Slot], beside: Beside) -> None:
    """Empty what was just ``drawn`` and is unfit beside the other slots of its prompt."""
    for prompt in dict.fromkeys(slot.prompt.id for slot in drawn):
        blank_the_unfit(
            [slot for slot in slots if slot.prompt.id == prompt],
            [slot for slot in drawn if slot.prompt.id == prompt],
            beside.get(prompt, ()),
        )
