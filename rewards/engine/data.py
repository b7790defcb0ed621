"""Read a frozen snapshot folder, refusing one that has changed since it was frozen.

The manifest is written last, so a folder without one is no snapshot. Every shard's hash is checked
before a row is read; Parquet is read where it is there, JSON lines otherwise.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import orjson
import pyarrow.parquet as parquet

from commons.artifacts import sha256_of
from rewards.engine.chat import Message, as_messages
from rewards.engine.errors import BadInput

VERSIONS = (1, 2)


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
    """One person's order of a prompt's answers; tiers, best first, hold places in ``answers``."""

    prompt_id: str
    ranking_id: str
    prompt: list[Message]
    answers: list[list[Message]]
    tiers: list[list[int]]
    strengths: list[int | None]
    rater: str = ""  # a pseudonym; empty: not known, or several people

    @property
    def placed(self) -> list[int]:
        """The answers that the rater could rank, in the order in which they were offered."""
        return sorted(place for tier in self.tiers for place in tier)


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
        for row in self._rows(side):
            yield Ranking(
                prompt_id=str(row["prompt_id"]),
                ranking_id=str(row["ranking_id"]),
                prompt=as_messages(row["prompt"]),
                answers=[as_messages(answer) for answer in cast(list[object], row["answers"])],
                tiers=cast(list[list[int]], row["tiers"]),
                strengths=cast(list[int | None], row["strengths"]),
                rater=str(row.get("rater") or ""),
            )

    def _rows(self, side: str) -> Iterator[dict[str, object]]:
        suffix = ".parquet" if any(name.endswith(".parquet") for name in self.shards) else ".jsonl"
        for name in sorted(self.shards):
            if Path(name).name.startswith(f"{side}-") and name.endswith(suffix):
                yield from _read(self.folder / name)


def open_snapshot(folder: Path, kind: str) -> Snapshot:
    """Check the folder's manifest and all its shards; refuse another kind than ``kind``."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise BadInput(f"{folder} has no manifest, so it is no snapshot; export it again.")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("version") not in VERSIONS:
        raise BadInput(f"{folder} is of no version that is known here; freeze it again.")
    if manifest["kind"] != kind:
        raise BadInput(f"{folder} is a snapshot of kind {manifest['kind']}; {kind} is needed.")
    if digest_of(manifest) != manifest["digest"]:
        raise BadInput(f"the manifest of {folder} was changed after the freeze; export it again.")
    for shard in manifest["shards"]:
        file = folder / shard["path"]
        inside = file.resolve().is_relative_to(folder.resolve())
        if not inside or not file.is_file() or sha256_of(file) != shard["sha256"]:
            raise BadInput(f"{file} was changed or lost after the freeze; export it again.")
    names = tuple(shard["path"] for shard in manifest["shards"])
    return Snapshot(folder, kind, manifest["digest"], names)


def digest_of(manifest: dict[str, object]) -> str:
    """The SHA-256 of the manifest's canonical JSON without its own digest."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def in_share(prompt_id: str, part: int, parts: int) -> bool:
    """Whether a prompt falls into one of ``parts`` disjoint shares, by a hash of its id."""
    return int(hashlib.sha256(prompt_id.encode()).hexdigest(), 16) % parts == part


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


def _read(file: Path) -> Iterator[dict[str, object]]:
    if file.suffix == ".jsonl":
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    else:
        for batch in parquet.ParquetFile(file).iter_batches(batch_size=256):
            yield from batch.to_pylist()
