"""A chat model of a server as a judge: what makes it what it is, and how the engine asks it.

    items -> a file -> the engine asks, several at once -> each answer heard as it comes

What was said is handed on while the engine goes on. A kill, a stop or a failure loses what was
being asked at that moment, and what waits in the engine for the first judgement of its start: that
is asked, and paid, once more. The texts are deleted when the engine has ended; where this process
is killed they stay until ``score_forgetting`` sweeps.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.conf import settings

from annotate import gateway
from annotate.gateway import Guideline, ItemToJudge
from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.errors import ModelNotReady, ScoringFailed
from rewards.judge_prompt import VERSION
from rewards.models import Judging
from rewards.runner import EngineError, EngineStopped, Progress, run_engine
from rewards.services.folders import size_of
from rewards.services.run import Listener, environment_for
from rewards.services.score_forgetting import scorings

MODULE = "judge_by_server"
WORDING = f"laurel-judge-prompt-{VERSION}"
SEED = 0  # with temperature 0 nothing is drawn; servers that draw all the same are told it
LONGEST_REPLY = 1024  # tokens: an order is a few, the rest is for models that think aloud first
FEWEST_TOKENS = 16  # of a reply: fewer hold no order
LONGEST_NAME = 200  # characters, of a model as its server calls it


@dataclass(frozen=True)
class ServedJudge:
    """Whoever differs in any of this is another machine, with judgements of its own."""

    server: str
    model: str
    max_new_tokens: int = LONGEST_REPLY

    @property
    def name(self) -> str:
        return f"{self.model} ({self.server})"

    def setup(self) -> dict[str, object]:
        """What an auditor needs to ask the same again; the orders stand with each verdict."""
        return {
            "server": self.server,
            "model": self.model,
            "wording": WORDING,
            "temperature": 0,
            "seed": SEED,
            "max_new_tokens": self.max_new_tokens,
        }


@dataclass(frozen=True)
class Said:
    """What it said of an item in each order, or why it gave no judgement."""

    item: UUID
    orders: list[list[list[str]]]
    silence: str
    made_with: dict[str, str]


Hear = Callable[[Said], None]


def refuse_unknown(server: str) -> None:
    """Refuse a server that nobody has named, in words."""
    if server not in settings.GENERATORS:
        raise ModelNotReady(
            _(
                "There is no server %(server)s; GENERATORS in the environment names them "
                "(%(known)s).",
                server=repr(server),
                known=", ".join(sorted(settings.GENERATORS)) or _("none yet"),
            )
        )


def refuse_unable(row: Judging) -> None:
    """Refuse what was asked for before the servers or our question changed, in words."""
    refuse_unknown(row.server)
    if gateway.machine_setup(row.machine).get("wording") != WORDING:
        raise ModelNotReady(
            _(
                "What we ask a judge has changed since this was asked for; ask anew, and it judges "
                "as another machine."
            )
        )


def own_answers(row: Judging) -> int:
    """How many answers in the campaign the same model wrote, or came with its name. Models like
    their own answers better than people do."""
    written = gateway.answers_by_source(row.campaign)
    return sum(number for source, number in written.items() if _is_own(row.model, source))


def _is_own(model: str, source: str) -> bool:
    """By whichever server, one that is gone too; a policy of ours is served under its id."""
    if source.startswith("server:"):
        return source.partition("/")[2] == model
    return source in {model, model.rpartition("/")[2], f"policy:{model}"}


def ask_for_orders(
    row: Judging,
    items: Sequence[ItemToJudge],
    *,
    hear: Hear,
    tell: Listener,
    goes_on: Callable[[], bool],
) -> bool:
    """Let the engine ask of these items while it ``goes_on``; whether it is through with them. What
    was said before it failed or was stopped has been heard."""
    guideline = gateway.guideline_of(row.campaign)
    folder = scorings() / str(uuid4())
    folder.mkdir(parents=True)
    told = Told(folder / "said.jsonl", guideline)

    def listen(progress: Progress) -> bool:
        for each in told.new():
            hear(each)
        tell(progress.says, progress.step, progress.of)
        return goes_on()

    try:
        config = _config(row, items, guideline, folder)
        run_engine(MODULE, folder, config, listen, **environment_for(MODULE))
        listen(Progress(len(items), len(items)))
    except EngineStopped:
        for each in told.new():
            hear(each)
        return False
    except (EngineError, OSError) as broken:
        for each in told.new():
            hear(each)
        raise ScoringFailed(said_by(broken)) from broken
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _config(
    row: Judging, items: Sequence[ItemToJudge], guideline: Guideline, folder: Path
) -> dict[str, object]:
    asked = b"".join(orjson.dumps(_as_json(item)) + b"\n" for item in items)
    (folder / "items.jsonl").write_bytes(asked)
    return {
        "items": str(folder / "items.jsonl"),
        "out": str(folder / "said.jsonl"),
        "server": row.server,
        "url": settings.GENERATORS[row.server],
        "model": row.model,
        "guideline": guideline.text,
        "max_new_tokens": gateway.machine_setup(row.machine)["max_new_tokens"],
        "seed": SEED,
        "concurrency": row.concurrency,
    }


def _as_json(item: ItemToJudge) -> dict[str, object]:
    return {
        "id": str(item.id),
        "prompt": item.prompt,
        "answers": item.answers,
        "orders": item.orders,
        "tools": item.tools,
        "seed": item.seed,
    }


@dataclass
class Told:
    """The file in which the engine writes what was said, read as it grows."""

    file: Path
    guideline: Guideline
    read: int = field(default=0, init=False)  # bytes

    def new(self) -> Iterator[Said]:
        """The whole lines since it was last asked."""
        if size_of(self.file) <= self.read:
            return
        with self.file.open("rb") as lines:
            lines.seek(self.read)
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                self.read += len(line)
                yield self._said(orjson.loads(line))

    def _said(self, row: Mapping[str, Any]) -> Said:
        version = self.guideline.version
        made = {"guideline": str(version) if version else "", "model": row.get("model", "")}
        return Said(
            UUID(row["id"]),
            orders=row.get("orders", []),
            silence=row.get("silence", ""),
            made_with={name: said for name, said in made.items() if said},
        )
