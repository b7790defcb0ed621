"""The last member of a backup: what it holds, and the hashes that show that it still does."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson

VERSION = 1
NAME = "manifest.json"

# What the other members are called; the names of artifacts and keys follow the slash.
ARTIFACTS, KEYS, DATABASE = "artifacts/", "keys/", "database"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: a member of the backup, or an artifact that lay there when it was made."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``rows`` counts them by table, in the snapshot that was copied.

    ``artifacts`` lists those that are not in the backup. ``pseudonym_key`` is a fingerprint of
    the key by which exports name raters: it tells keys apart and gives none away.
    """

    made_at: str  # ISO 8601, UTC
    code: str  # as git describes it
    database: str  # "sqlite" or "postgresql"
    server: str  # its version
    migrations: tuple[str, ...]  # "annotate.0001_initial", in the order in which they were applied
    rows: Mapping[str, int]
    members: tuple[Entry, ...]
    artifacts: tuple[Entry, ...]
    pseudonym_key: str

    def as_json(self) -> bytes:
        return orjson.dumps({"version": VERSION, **asdict(self)}, option=orjson.OPT_INDENT_2)


def manifest_in(said: bytes) -> Manifest:
    """Read it; ValueError says what is wrong with it."""
    try:
        found = orjson.loads(said)
    except orjson.JSONDecodeError as odd:
        raise ValueError(f"its manifest is no JSON ({odd})") from odd
    version = found.pop("version", None) if isinstance(found, dict) else None
    if version != VERSION:
        raise ValueError(f"its manifest is of version {version!r}, and this code reads {VERSION}")
    try:
        lists = {name: _entries(found[name]) for name in ("members", "artifacts")}
        return Manifest(**found | lists | {"migrations": tuple(found["migrations"])})
    except (KeyError, TypeError) as odd:
        raise ValueError("its manifest lacks what a manifest has") from odd


def _entries(said: list[dict[str, object]]) -> tuple[Entry, ...]:
    return tuple(Entry(**each) for each in said)  # type: ignore[arg-type]  # as the manifest has it
