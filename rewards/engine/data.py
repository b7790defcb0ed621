"""Read a frozen snapshot folder, refusing one that has changed since it was frozen.

The manifest is written last, so a folder without one is no snapshot. Every shard's hash is checked
before a row is read; Parquet is read where it is there, JSON lines otherwise.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias, cast

import orjson
import pyarrow.parquet as parquet

from commons.artifacts import sha256_of
from commons.sentences import sentence as _
from rewards.engine.errors import BadInput
from rewards.engine.messages import Message, as_messages

VERSIONS = (1, 2, 3)
EVEN = 0.5  # the soft label of a tie

Row: TypeAlias = dict[str, object]


@dataclass(frozen=True)
class Demonstration:
    """A prompt and what an expert let the assistant say to it.

    An answer of several turns is as many of these: what a tool gave back and what was asked
    next stand in the prompt, as the assistant never writes them.
    """

    prompt_id: str
    prompt: list[Message]
    answer: list[Message]
    tools: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Ranking:
    """One person's order of a prompt's answers; tiers, best first, hold places in ``answers``.

    A row of a ``preference`` snapshot is one of two answers; what only such rows have is None in
    the others. ``soft_label`` is the chance that the first tier is the better one.
    """

    prompt_id: str
    ranking_id: str
    prompt: list[Message]
    answers: list[list[Message]]
    tiers: list[list[int]]
    strengths: list[int | None]
    rater: str = ""  # a pseudonym; empty: not known, or several people
    sources: list[str] = field(default_factory=list)  # opaque tags; an empty one = a person
    skill: str = ""
    language: str = ""
    iteration: str = ""
    ideal: list[Message] | None = None  # the best answer as the rater edited it
    soft_label: float | None = None
    margin: float | None = None
    weight: float = 1.0
    agreement_weight: float | None = None  # what it counts among people; None: not known

    @property
    def placed(self) -> list[int]:
        """The answers that the rater could rank, in the order in which they were offered."""
        return sorted(place for tier in self.tiers for place in tier)

    def with_ideal(self) -> "Ranking":
        """The edited answer as one more, above all others; how much better nobody was asked."""
        if self.ideal is None:
            return self
        return replace(
            self,
            answers=[*self.answers, self.ideal],
            sources=[*self.sources, ""] if self.sources else [],
            tiers=[[len(self.answers)], *self.tiers],
            strengths=[*([None] if self.tiers else []), *self.strengths],
            ideal=None,
        )


@dataclass(frozen=True)
class Snapshot:
    """A verified folder; ``digest`` names its content."""

    folder: Path
    kind: str
    digest: str
    shards: tuple[str, ...]

    def demonstrations(self, side: str) -> Iterator[Demonstration]:
        for row in self._rows(side):
            messages = as_messages(row["messages"])
            tools = json.loads(str(row["tools"])) if row.get("tools") else []
            for start, end in _turns(messages, cast(int | None, row.get("answer_from"))):
                yield Demonstration(
                    str(row["prompt_id"]), messages[:start], messages[start:end], tools
                )

    def rankings(self, side: str) -> Iterator[Ranking]:
        """The rankings of a side; of a ``preference`` snapshot each row as one of two answers."""
        read = _pair if self.kind == "preference" else _ranking
        return map(read, self._rows(side))

    def _rows(self, side: str) -> Iterator[Row]:
        """The rows of a side that can be read as text alone; the others are counted aloud.

        A model that learns from an answer about a picture which it does not see learns to invent
        what it might show.
        """
        seen = left = 0
        for row in self._all_rows(side):
            seen += 1
            if row.get("images"):
                left += 1
                continue
            yield row
        if left and left == seen:
            raise BadInput(
                _(
                    "every row of %(side)s in %(folder)s asks about pictures, and a model "
                    "that reads text alone has nothing to learn from them; freeze a dataset "
                    "of other prompts.",
                    side=side,
                    folder=self.folder,
                )
            )
        if left:
            print(
                f"{left} of {seen} rows of {side} ask about pictures and are left out: this model "
                "reads text alone",
                file=sys.stderr,
            )

    def _all_rows(self, side: str) -> Iterator[Row]:
        suffix = ".parquet" if any(name.endswith(".parquet") for name in self.shards) else ".jsonl"
        for name in sorted(self.shards):
            if Path(name).name.startswith(f"{side}-") and name.endswith(suffix):
                yield from _read(self.folder / name)


def open_snapshot(folder: Path, *kinds: str) -> Snapshot:
    """Check the folder's manifest and all its shards; refuse any other kind than ``kinds``."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise BadInput(
            _(
                "%(folder)s has no manifest, so it is no snapshot; export it again.",
                folder=folder,
            )
        )
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("version") not in VERSIONS:
        raise BadInput(
            _(
                "%(folder)s is of no version that is known here; freeze it again.",
                folder=folder,
            )
        )
    kind = manifest["kind"]
    if kind not in kinds:
        raise BadInput(
            _(
                "%(folder)s is a snapshot of kind %(kind)s; %(known)s is needed.",
                folder=folder,
                kind=kind,
                known=" or ".join(kinds),
            )
        )
    if digest_of(manifest) != manifest["digest"]:
        raise BadInput(
            _(
                "the manifest of %(folder)s was changed after the freeze; export it again.",
                folder=folder,
            )
        )
    for shard in manifest["shards"]:
        file = folder / shard["path"]
        inside = file.resolve().is_relative_to(folder.resolve())
        if not inside or not file.is_file() or sha256_of(file) != shard["sha256"]:
            raise BadInput(
                _(
                    "%(file)s was changed or lost after the freeze; export it again.",
                    file=file,
                )
            )
    names = tuple(shard["path"] for shard in manifest["shards"])
    return Snapshot(folder, kind, manifest["digest"], names)


def digest_of(manifest: dict[str, object]) -> str:
    """The SHA-256 of the manifest's canonical JSON without its own digest."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _ranking(row: Row) -> Ranking:
    return Ranking(
        prompt_id=str(row["prompt_id"]),
        ranking_id=str(row["ranking_id"]),
        prompt=as_messages(row["prompt"]),
        answers=[as_messages(answer) for answer in cast(list[object], row["answers"])],
        tiers=cast(list[list[int]], row["tiers"]),
        strengths=cast(list[int | None], row["strengths"]),
        sources=[str(tag or "") for tag in cast(list[object], row.get("sources") or [])],
        **_about(row),
        ideal=as_messages(row["ideal"]) if row.get("ideal") else None,
        weight=cast(float, row.get("weight", 1.0)),
        agreement_weight=cast(float | None, row.get("agreement_weight")),
    )


def _pair(row: Row) -> Ranking:
    """Columns that the policy left out are not there: ``docs/datasets.md``, "preference"."""
    if "prompt" not in row or not isinstance(row["chosen"], list):
        raise BadInput(_("its rows have no prompt and answers of their own; freeze the form trl."))
    label = cast(float | None, row.get("soft_label"))
    return Ranking(
        prompt_id=str(row["prompt_id"]),
        ranking_id=str(row.get("ranking_id") or ""),
        prompt=as_messages(row["prompt"]),
        answers=[as_messages(row["chosen"]), as_messages(row["rejected"])],
        tiers=[[0, 1]] if label == EVEN else [[0], [1]],
        strengths=[] if label == EVEN else [cast(int | None, row.get("strength"))],
        sources=[str(row.get(f"{side}_source") or "") for side in ("chosen", "rejected")],
        **_about(row),
        soft_label=label,
        margin=cast(float | None, row.get("margin")),
        weight=cast(float, row.get("weight", 1.0)),
    )


def _about(row: Row) -> dict[str, Any]:
    """What every kind says of a row; empty where it is not said."""
    names = ("rater", "skill", "language", "iteration")
    return {name: str(row.get(name) or "") for name in names}


def _turns(messages: list[Message], begins: int | None) -> Iterator[tuple[int, int]]:
    """Where the assistant begins and ends to speak in the written answer.

    A snapshot of 0.1 does not say where that begins: after the last user's turn.
    """
    roles = [message["role"] for message in messages]
    if begins is None:
        begins = len(roles) - roles[::-1].index("user") if "user" in roles else 0
    spoken = groupby(range(begins, len(roles)), key=lambda at: roles[at] == "assistant")
    for is_assistant, places in spoken:
        if is_assistant:
            turn = list(places)
            yield turn[0], turn[-1] + 1


def _read(file: Path) -> Iterator[Row]:
    if file.suffix == ".jsonl":
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    else:
        opened = parquet.ParquetFile(file)
        for batch in opened.iter_batches(batch_size=256, columns=_without_bytes(opened)):
            yield from batch.to_pylist()


def _without_bytes(opened: parquet.ParquetFile) -> list[str]:
    """All columns; of pictures their names, which say that there are some."""
    names = opened.schema_arrow.names
    return [f"{each}.list.element.path" if each == "images" else each for each in names]
