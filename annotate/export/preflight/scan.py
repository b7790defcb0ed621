"""One pass over the items of a shard."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from annotate.export.preflight.choices import Choices
from annotate.export.preflight.constants import Constants
from annotate.export.preflight.items import KINDS, Item, Settings
from annotate.export.preflight.kept import Json, Kept
from annotate.export.preflight.mix import Mix
from annotate.export.preflight.overlap import Overlap
from annotate.export.preflight.privacy import Privacy
from annotate.export.preflight.structure import Structure
from annotate.export.preflight.texts import Heard, heard
from annotate.export.preflight.tokens import Tokens

VERSION = 2


class Section(Protocol):
    """What looks for one thing."""

    @property
    def kept(self) -> Mapping[str, Kept]: ...

    def hear(self, chunk: Heard) -> None: ...


class Scan:
    """Reads items of one kind in chunks of some hundred, and keeps what adds up.

    Memory does not grow with the items, but for some tens of bytes a row and a prompt, up to a
    million of each: what exact counts of duplicates need (``structure.MOST``).
    """

    def __init__(self, kind: str, settings: Settings | None = None) -> None:
        if kind not in KINDS:
            raise ValueError(
                f"no kind of dataset is called {kind!r}; use one of {', '.join(KINDS)}"
            )
        settings = settings or Settings()
        self._kind, self._settings = kind, settings
        self._facts: Json = {}
        self.sections: dict[str, Section] = {
            "structure": Structure(kind, settings),
            "personal": Privacy(kind, settings),
            "mix": Mix(kind, settings),
            "choices": Choices(kind, settings),
            "constants": Constants(kind, settings),
        }
        if settings.tokenizer is not None:
            tokens = Tokens(kind, settings)
            self._facts["template"] = tokens.rendering.template is not None
            self.sections["tokens"] = tokens
        if settings.evaluations:
            overlap = Overlap(kind, settings)
            self._facts["short"] = overlap.short
            self.sections["overlap"] = overlap

    def hear(self, items: Sequence[Item]) -> None:
        chunk = heard(items)
        for section in self.sections.values():
            section.hear(chunk)

    def as_json(self) -> dict[str, Any]:
        """What ``merge`` adds up: JSON, of 2 MB at most, and 12 bytes a row and 23 a prompt."""
        kept = {
            f"{name}.{what}": one.as_json()
            for name, section in sorted(self.sections.items())
            for what, one in sorted(section.kept.items())
        }
        about = {"version": VERSION, "kind": self._kind, **_told(self._settings), **self._facts}
        return {"about": about, "kept": kept}


def _told(settings: Settings) -> Json:
    """The settings as far as they change what is found; files by what is in them."""
    return {
        "max_length": settings.max_length,
        "examples": settings.examples,
        "regions": sorted(settings.regions),
        "tokenizer": _digest(settings.tokenizer) if settings.tokenizer else None,
        "chat_template": _digest(settings.template) if settings.template else None,
        "evaluations": {name: _digest(path) for name, path in sorted(settings.evaluations.items())},
    }


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of what a tokenizer's folder holds of tokens and templates."""
    files = [path] if path.is_file() else sorted(path.glob("*token*.json*"))
    files += [] if path.is_file() else sorted(path.glob("*.jinja"))
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()
