"""Let a chat model of a server put the answers of items in order.

    python -m rewards.engine.judge_by_server RUN_DIR

1. read the items: a prompt, its answers by their ids, and the two orders in which they are shown
2. ask of each item in both orders, several items at once, at temperature 0; a reply that cannot be
   read is asked for once more
3. append a line an item once it is said: {"id", "orders": [tiers, tiers], "model"}, or {"id",
   "silence"} where there is no judgement
4. where nothing was judged at this start, and something was refused or could not be read, ask a
   plain question of our own: a judge that answers it shows that the fault is the items', which are
   left out; else end in words, and no item is left out for what is the server's or a setting's

The log has a line for each item without a judgement. It is for whoever reads of a crash, and holds
nothing of what was asked or said.

How it is asked, and how a reply is read, is ``rewards.judge_prompt``. Started again after a kill,
it asks of what is not there yet. Nothing here loads torch.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commons.sentences import sentence as _
from rewards.engine.config import Knobs
from rewards.engine.errors import BadInput, EngineError, wrong_with
from rewards.engine.jsonl import JsonRow, append_rows, keep_first, whole_rows
from rewards.engine.messages import Message, as_messages
from rewards.engine.process import Result, carry_out, start
from rewards.engine.progress import report
from rewards.engine.servers import PromptRefused, Said, Server
from rewards.engine.voices import Voice
from rewards.judge_prompt import Question, Tiers, asked_again, order_in, question

UNREADABLE, REFUSED, TOO_LONG = "unreadable", "refused", "too-long"  # as annotate calls them
FILTERED = "content_filter"  # how an answer ends that the server took back
CUT = "length"  # how one ends that has no tokens left: at temperature 0 it would be cut again
LONGEST_NAME = 200  # characters of what the server calls its model that are kept
PLAIN = Question(
    prompt=as_messages([{"role": "user", "content": "What is two and two?"}]),
    answers={
        "right": as_messages([{"role": "assistant", "content": "Four."}]),
        "wrong": as_messages([{"role": "assistant", "content": "Nine."}]),
    },
)
REMEDY = _("Let a model judge that it serves, with as many tokens as that may write.")


@dataclass(frozen=True)
class Config(Knobs):
    items: Path
    out: Path
    server: str
    url: str
    model: str
    guideline: str = ""
    max_new_tokens: int = 1024
    seed: int = 0
    concurrency: int = 8  # items that are asked of at once
    timeout: float = 120.0  # seconds that a server may be silent
    tries: int = 7  # of one request


@dataclass(frozen=True)
class Item:
    """``orders`` are those in which its answers are shown, of their ids."""

    id: str
    asked: Question
    orders: list[list[str]]


@dataclass(frozen=True)
class Judged:
    """What is written of an item. ``doubt``: with what a start ends of which no item was judged,
    as the fault may not be the item's."""

    row: JsonRow
    doubt: EngineError | None = None


class NoOrders(EngineError):
    """Its replies cannot be read; the message says what to change."""


class CutShort(NoOrders):
    """They had no tokens left. A plain question says nothing of that: it takes fewer."""


class _Silent(Exception):
    """There is no judgement of this item, and none is guessed; the first argument says why."""

    def __init__(self, why: str, doubt: EngineError | None = None) -> None:
        super().__init__(why)
        self.doubt = doubt


def main(folder: Path) -> None:
    carry_out(folder, Config, judge_items)


def judge_items(config: Config, folder: Path) -> Result:
    items = list(_read(config))
    before = whole_rows(config.out)
    keep_first(config.out, len(before))  # what a kill tore
    config.out.touch()
    said = {str(row["id"]) for row in before}
    done = len(before)
    report(done, len(items), _("judging items"))
    for row in _judged(config, [each for each in items if each.id not in said]):
        append_rows(config.out, [row])
        done += 1
        report(done, len(items), _("judging items"))
    return {"items": len(items)}


def _judged(config: Config, items: Sequence[Item]) -> Iterator[JsonRow]:
    """The row of each item as soon as it is there; ends at the first that cannot be had.

    What may be the server's fault waits until this start has a judgement: a server that refuses
    everything was asked for what it does not have, or was started anew as something else, and
    nothing is left out for that. What it did at an earlier start says nothing of this one.
    """
    judge, has_judged = Judge(config), False
    waiting: list[Judged] = []
    with ThreadPoolExecutor(config.concurrency) as pool:
        asked = [pool.submit(judge.judged, item) for item in items]
        try:
            for future in as_completed(asked):
                found = future.result()
                has_judged = has_judged or "orders" in found.row
                waiting.append(found)
                yield from (each.row for each in waiting if has_judged or each.doubt is None)
                waiting = [each for each in waiting if not has_judged and each.doubt is not None]
            judge.clear_of([each.doubt for each in waiting if each.doubt is not None])
            yield from (each.row for each in waiting)
        finally:
            judge.server.over.set()  # nobody waits for what is not to be had
            pool.shutdown(cancel_futures=True)


class Judge:
    """One model of one server, asked by several threads."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.server = Server(
            config.server,
            config.url,
            timeout=config.timeout,
            tries=config.tries,
            together=config.concurrency,
            remedy=REMEDY,
        )
        self.voice = Voice(
            config.model,
            source="",
            temperature=0.0,
            top_p=1.0,
            max_new_tokens=config.max_new_tokens,
            server=config.server,
            url=config.url,
        )

    def judged(self, item: Item) -> Judged:
        models: list[str] = []
        try:
            orders = [self._tiers(item, order, models) for order in item.orders]
        except _Silent as silent:
            return Judged({"id": item.id, "silence": str(silent)}, silent.doubt)
        except PromptRefused as refused:
            _log(item, f"{TOO_LONG if refused.is_too_long else REFUSED}, status {refused.status}")
            if refused.is_too_long:
                return Judged({"id": item.id, "silence": TOO_LONG})
            return Judged({"id": item.id, "silence": REFUSED}, refused)
        return Judged({"id": item.id, "orders": orders, "model": models[-1]})

    def clear_of(self, doubts: Sequence[EngineError]) -> None:
        """Raise one of these unless the judge still answers what everybody can."""
        if cut := next((each for each in doubts if isinstance(each, CutShort)), None):
            raise cut
        plain = Item("a plain question", PLAIN, [list(PLAIN.answers)])
        if doubts and "orders" not in self.judged(plain).row:
            raise doubts[0]

    def _tiers(self, item: Item, order: Sequence[str], models: list[str]) -> Tiers:
        """What it says of an item whose answers it is shown in this order."""
        messages = question(item.asked, order)
        said = self._ask(messages, models)
        tiers = order_in(said.text, order)
        if tiers is None and said.finish != CUT:
            said = self._ask(asked_again(messages, said.text, len(order)), models)
            tiers = order_in(said.text, order)
        if tiers is None:
            _log(item, f"{UNREADABLE}, {len(said.text)} characters")
            raise _Silent(UNREADABLE, self._unreadable(is_cut=said.finish == CUT))
        return tiers

    def _unreadable(self, *, is_cut: bool) -> NoOrders:
        named = {"model": self.config.model, "name": repr(self.config.server)}
        if not is_cut:
            return NoOrders(
                _(
                    "no reply of %(model)s on the server %(name)s could be read as an order. "
                    "Nothing is left out for that; let a model judge that replies with the JSON "
                    "object it is asked for.",
                    **named,
                )
            )
        return CutShort(
            _(
                "no reply of %(model)s on the server %(name)s held an order: they were cut at "
                "%(tokens)s tokens. Nothing is left out for that; allow it more, as a model that "
                "thinks aloud first needs. With another number it is another machine.",
                tokens=self.config.max_new_tokens,
                **named,
            )
        )

    def _ask(self, messages: Sequence[Message], models: list[str]) -> Said:
        said: Said = self.server.answers(self.voice, messages, 1, [self.config.seed])[0]
        models.append(_printable(said.model))
        if said.finish == FILTERED:
            raise _Silent(REFUSED)
        return said


def _printable(name: str) -> str:
    """A name as it can be kept: no database keeps a NUL or half a sign."""
    return "".join(sign for sign in name if sign.isprintable())[:LONGEST_NAME]


def _log(item: Item, why: str) -> None:
    """Never a reply or a refusal as it was said: either may repeat what people wrote."""
    print(f"item {item.id} has no judgement: {why}", file=sys.stderr, flush=True)


def _read(config: Config) -> Iterator[Item]:
    with config.items.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield _item(json.loads(line), config.guideline)
            except (ValueError, KeyError, TypeError, AttributeError, BadInput) as broken:
                raise BadInput(
                    _(
                        "%(file)s, line %(number)s: %(odd)s",
                        file=config.items,
                        number=number,
                        odd=wrong_with(broken),
                    )
                ) from broken


def _item(row: Mapping[str, Any], guideline: str) -> Item:
    asked = Question(
        prompt=as_messages(row["prompt"]),
        answers={name: as_messages(said) for name, said in row["answers"].items()},
        guideline=guideline,
        tools=row.get("tools") or (),
        seed=row["seed"],
    )
    return Item(str(row["id"]), asked, row["orders"])


if __name__ == "__main__":
    start(main)
