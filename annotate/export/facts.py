"""What a dataset card tells beside the manifest: counts, lengths, guidelines.

Counts are of judgements, or of prompts where a dataset holds nothing else; a judgement may give
many rows. What was not measured is None, and the card says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotate.export.preflight.figures import Spread

BySide = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Guideline:
    """One version of a guideline, by its UUID, and how many judgements were made under it."""

    id: str
    version: int
    text: str
    judgements: int

    @property
    def title(self) -> str:
        """Its first line that says something."""
        lines = (line.strip(" #*_\t\r") for line in self.text.splitlines())
        return next((line[:100] for line in lines if line), f"version {self.version}")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Facts:
    """``strengths``: from 1, 2, 3 or None (nobody asked) to the pairs of neighbouring tiers that
    were given it; ``lengths``: of prompts, answers and rows in characters, None where no report was
    asked for; ``year``: of the last judgement, in UTC."""

    skills: Mapping[str, BySide] = field(default_factory=dict)
    languages: Mapping[str, BySide] = field(default_factory=dict)
    strengths: Mapping[int | None, int] = field(default_factory=dict)
    lengths: Mapping[str, Spread] | None = None
    raters: int | None = None
    year: int | None = None
    guidelines: Sequence[Guideline] = ()
    under_none: int = 0
