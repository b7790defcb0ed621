"""Write candidate answers for people to judge.

    python -m rewards.engine.generate RUN_DIR

1. read the prompts, who is to answer each, and what an earlier start of this run has written
2. draw the answers, one model after the other, our own first: the longest prompts first, of like
   length together; those of servers by many requests at once, of one that is to answer as the
   policy in service once it says that it serves it
3. draw again, a few times at most, what is empty, loops, names its maker, or was said already;
   leave out what a server refuses to answer while it answers others
4. append the answers of a batch at once; what a killed run tore is dropped and drawn anew

A row of prompts may hold ``voices``, one for each answer; without them ``model`` gives all of them.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.errors import BadConfig, BadInput
from rewards.engine.fitness import REASONS, REFUSED
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.prompts import Prompt, read_prompts
from rewards.engine.servers import Server
from rewards.engine.voices import Slot, Voice, read_voice
from rewards.engine.writers import LocalWriter, ServerWriter


@dataclass(frozen=True)
class Config(Knobs):
    prompts: Path
    out: Path
    model: Path | None = None
    source: str = ""
    answers: int = 4
    temperatures: tuple[float, ...] = (0.7, 1.0)
    top_p: float = 0.95
    max_new_tokens: int = 192
    rows: int = 128  # answers drawn side by side
    cache_tokens: int = 65_536  # of all of them, each as long as it may become: bounds memory
    concurrency: int = 8  # requests that a server has at once
    timeout: float = 120.0  # seconds that a server may be silent
    tries: int = 7  # of one request
    served_within: float = 900.0  # seconds that a server may take to serve a promoted policy
    seed: int = 0
    start: int = 0  # which part of the week's prompts this is; nothing here hangs on it


@dataclass
class Tally:
    """What the rows of a run come to, those of earlier starts with it."""

    answers: int = 0
    tokens: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    redrawn: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Sequence[JsonRow]) -> None:
        for row in rows:
            unfit = row.get("unfit")
            drawn = unfit if isinstance(unfit, list) else ()
            self.redrawn.update(why for why in drawn if why != REFUSED)
            if "dropped" in row:
                self.dropped[str(row["dropped"])] += 1
                continue
            self.answers += 1
            sampling = row["sampling"]
            assert isinstance(sampling, dict)  # ours
            self.tokens += sampling["tokens"] or 0


def main(folder: Path) -> None:
    carry_out(folder, Config, write_answers)


def write_answers(config: Config, folder: Path) -> Result:
    _refuse_nonsense(config)
    prompts = read_prompts(config.prompts)
    slots = [slot for prompt in prompts for slot in _slots(prompt, config)]
    before = _written_before(config)
    tally = Tally()
    tally.add(before)
    speed, began, tokens_before = None, time.monotonic(), tally.tokens
    done = len(before)
    for batch in _batches(config, slots, before):
        rows = [_row(slot) for slot in batch]
        append_rows(config.out, rows)
        tally.add(rows)
        done += len(rows)
        speed = round((tally.tokens - tokens_before) / (time.monotonic() - began), 1)
        report(done, len(slots), "writing answers", {"tokens_per_s": speed})
    return {
        "prompts": len(prompts),
        "answers": tally.answers,
        "redrawn": tally.redrawn.total() - tally.dropped.total() + tally.dropped[REFUSED],
        "redrawn_for": _by_reason(tally.redrawn),
        "dropped": tally.dropped.total(),
        "dropped_for": _by_reason(tally.dropped),
        "tokens": tally.tokens,
        "tokens_per_s": speed,  # since this start of the run
    }


def _batches(
    config: Config, slots: Sequence[Slot], before: Sequence[JsonRow]
) -> Iterator[list[Slot]]:
    """What is not written yet, filled, a batch at a time: one model after the other."""
    written = {(row["prompt"], row["slot"]) for row in before}
    said: dict[str, list[str]] = {}
    for row in before:
        if "messages" in row:
            said.setdefault(str(row["prompt"]), []).append(_text(row))
    theirs: dict[tuple[str, str, str], list[Slot]] = {}
    for slot in slots:
        if (slot.prompt.id, slot.number) not in written:
            voice = slot.voice
            theirs.setdefault((voice.server, voice.url, voice.model), []).append(slot)
    report(len(before), len(slots), "loading the model")
    done = len(before)
    answered = {_who(row) for row in before if "messages" in row}
    for (server, _url, model), wanted in sorted(theirs.items()):  # without a server: ours, first
        _await_policy(config, wanted, done, len(slots))
        writer = (
            ServerWriter(config, has_answered=(server, model) in answered)
            if server
            else LocalWriter(config)
        )
        for batch in writer.filled(wanted, said):
            for slot in batch:
                if slot.text:
                    said.setdefault(slot.prompt.id, []).append(slot.text)
            done += len(batch)
            yield batch


def _await_policy(config: Config, slots: Sequence[Slot], done: int, of: int) -> None:
    """Before these are asked of a server as a policy's: it serves that very one."""
    voice = next((slot.voice for slot in slots if slot.voice.is_policy_elsewhere), None)
    if voice is not None:
        Server(voice.server, voice.url, timeout=config.timeout).await_model(
            voice.model, patience=config.served_within, tell=lambda says: report(done, of, says)
        )


def _slots(prompt: Prompt, config: Config) -> list[Slot]:
    try:
        voices = [read_voice(each) for each in prompt.voices] or _own_voices(config)
    except BadInput as odd:
        raise BadInput(
            _(
                "%(file)s, prompt %(prompt)s: %(odd)s",
                file=config.prompts,
                prompt=prompt.id,
                odd=said_by(odd),
            )
        ) from odd
    if not voices:
        raise BadConfig(
            _(
                "'model' is missing: a prompt names no 'voices' of its own; name the model that "
                "answers, or voices at each prompt."
            )
        )
    return [Slot(prompt, voice, number) for number, voice in enumerate(voices)]


def _own_voices(config: Config) -> list[Voice]:
    warmth = config.temperatures
    return [
        Voice(
            str(config.model),
            config.source,
            warmth[number % len(warmth)],
            config.top_p,
            config.max_new_tokens,
        )
        for number in range(config.answers)
        if config.model
    ]


def _row(slot: Slot) -> JsonRow:
    row: JsonRow = {"prompt": slot.prompt.id, "slot": slot.number, "source": slot.voice.source}
    if slot.unfit:
        row["unfit"] = slot.unfit
    if not slot.text:
        return {**row, "dropped": slot.unfit[-1]}
    return {
        **row,
        "messages": [{"role": "assistant", "content": slot.text}],
        "sampling": slot.sampling(),
    }


def _who(row: JsonRow) -> tuple[str, str]:
    """The server and its model that gave the answer of a row; of our own models no server."""
    sampling = row["sampling"]
    assert isinstance(sampling, dict)  # ours
    return str(sampling.get("server", "")), str(sampling["model"])


def _text(row: JsonRow) -> str:
    messages = row["messages"]
    assert isinstance(messages, list)  # ours
    return str(messages[0]["content"])


def _written_before(config: Config) -> list[JsonRow]:
    """The whole rows of an earlier start, those of dropped answers with them."""
    rows = whole_rows(config.out)
    ours = next((at for at, row in enumerate(rows) if "slot" not in row), len(rows))
    keep_first(config.out, ours)
    return rows[:ours]


def _by_reason(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: counts[reason] for reason in REASONS if counts.get(reason)}


def _refuse_nonsense(config: Config) -> None:
    if not config.temperatures or min(config.temperatures) <= 0:
        raise BadConfig(_("'temperatures' must be one or more numbers above 0."))
    whole = ("answers", "rows", "cache_tokens", "max_new_tokens", "concurrency", "tries")
    if min(getattr(config, name) for name in whole) < 1:
        raise BadConfig(_("%(names)s must be at least 1.", names=", ".join(map(repr, whole))))
    if not 0 < config.top_p <= 1:
        raise BadConfig(_("'top_p' must be above 0 and at most 1."))
    if config.served_within < 0:
        raise BadConfig(_("'served_within' must be 0 seconds or more."))
    if config.timeout <= 0:
        raise BadConfig(_("'timeout' must be above 0 seconds."))


if __name__ == "__main__":
    start(main)
