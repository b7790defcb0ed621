"""The last file of a snapshot: what it holds, and the hashes that show that it still does."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from annotate.export.errors import BrokenSnapshot
from commons.artifacts import sha256_of

VERSION = 2
WEIGHED = 3  # says what each rater weighs, where they do not all weigh the same
READ = (1, VERSION, WEIGHED)  # the first did not say with what it was made
NAME = "manifest.json"
CARD = "README.md"
FORMS = ("jsonl", "parquet")  # one folder each
BESIDE = "lineage"  # what the readers of a form would refuse in its rows, row by row
PICTURES = "pictures"  # of the card
GUIDELINES = "guidelines"  # a file for each version that judgements were made under
FOLDERS = (*FORMS, BESIDE, PICTURES, GUIDELINES)  # all that a dataset may have


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a snapshot; ``path`` is relative to its folder.

    What belongs to the card has no rows.
    """

    path: str
    sha256: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. No clock is in it: equal members, policy and key give equal bytes."""

    kind: str
    policy: Mapping[str, object]
    rows: Mapping[str, int]  # by side
    members: str  # SHA-256 of the member list
    shards: tuple[Shard, ...]
    made_with: Mapping[str, str] | None = None  # versions that the bytes depend on
    weights: Mapping[str, float] | None = None  # by pseudonym; None: all weigh the same
    version: int = VERSION

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON of everything else: the name of this very dataset."""
        return hashlib.sha256(canonical(self._content())).hexdigest()

    def as_json(self) -> dict[str, object]:
        return {**self._content(), "digest": self.digest}

    def _content(self) -> dict[str, object]:
        return {
            "version": self.version,
            **({"made_with": dict(self.made_with)} if self.made_with is not None else {}),
            "kind": self.kind,
            "policy": dict(self.policy),
            "rows": dict(self.rows),
            "members": self.members,
            **({"weights": dict(self.weights)} if self.weights is not None else {}),
            "shards": [asdict(shard) for shard in self.shards],
        }


def canonical(value: object) -> bytes:
    """JSON in one spelling: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot, if it is whole; its shards are not looked at."""
    try:
        found = orjson.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise BrokenSnapshot(
            f"{folder} has no {NAME}: it is no snapshot, or a part of one; freeze it again."
        ) from None
    except orjson.JSONDecodeError as bad:
        raise BrokenSnapshot(f"{folder / NAME} is not JSON ({bad}); fetch it again.") from None
    version = found.get("version") if isinstance(found, dict) else None
    if version not in READ:
        raise BrokenSnapshot(
            f"{folder / NAME} is of version {version!r}, and this program reads up to {READ[-1]}; "
            "read it with the program that wrote it, or freeze it again."
        )
    return _parsed(found, folder)


def verify_snapshot(folder: Path, heard: Callable[[], None] = lambda: None) -> Manifest:
    """The manifest, after every shard was found to be what it says, and no other file was.

    ``heard`` is called after each shard, and may raise.
    """
    manifest = read_manifest(folder)
    for shard in manifest.shards:
        _verify_shard(folder, shard)
        heard()
    strange = sorted(set(_shards_in(folder)) - {shard.path for shard in manifest.shards})
    if strange:
        raise BrokenSnapshot(f"{strange[0]} is not in {folder / NAME}; remove it from the folder.")
    return manifest


def manifest_from(said: Mapping[str, Any]) -> Manifest:
    """What ``as_json`` was called on; whether it was changed since, only its digest shows."""
    return Manifest(
        kind=str(said["kind"]),
        policy=said["policy"],
        rows=said["rows"],
        members=str(said["members"]),
        shards=tuple(Shard(**shard) for shard in said["shards"]),
        made_with=said.get("made_with"),
        weights=said.get("weights"),
        version=int(said["version"]),
    )


def _parsed(found: dict[str, object], folder: Path) -> Manifest:
    shards, policy, rows = found.get("shards"), found.get("policy"), found.get("rows")
    try:
        if not (isinstance(shards, list) and isinstance(policy, dict) and isinstance(rows, dict)):
            raise TypeError
        manifest = manifest_from(found)
    except (KeyError, TypeError):
        raise BrokenSnapshot(
            f"{folder / NAME} lacks what a manifest has; fetch it again."
        ) from None
    if manifest.digest != found.get("digest"):
        raise BrokenSnapshot(f"{folder / NAME} was changed after it was written; fetch it again.")
    return manifest


def _verify_shard(folder: Path, shard: Shard) -> None:
    path = folder / shard.path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BrokenSnapshot(f"{shard.path} lies outside of {folder}; do not trust this snapshot.")
    if not path.is_file():
        raise BrokenSnapshot(f"{shard.path} is missing from {folder}; fetch or freeze it again.")
    if path.stat().st_size != shard.bytes or sha256_of(path) != shard.sha256:
        raise BrokenSnapshot(f"{shard.path} in {folder} has changed; fetch or freeze it again.")


def _shards_in(folder: Path) -> Iterator[str]:
    """All files that a loader or a reader could take for a part of the dataset."""
    for form in FOLDERS:
        found = (folder / form).rglob("*")
        files = (path for path in found if path.is_symlink() or not path.is_dir())
        yield from (path.relative_to(folder).as_posix() for path in files if path.name != CARD)
