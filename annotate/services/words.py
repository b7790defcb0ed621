"""Prompts and answers become findable a little after they came: imports need not wait for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, Model, OuterRef

from annotate.models import (
    Candidate,
    CandidateWords,
    Demonstration,
    DemonstrationWords,
    Prompt,
    PromptWords,
)
from annotate.models.words import MOST_SEARCHED, Words

STRETCH = 2000  # texts that are looked at in one statement, and written in one transaction


@dataclass(frozen=True)
class Kept:
    """Which rows have their words kept, and where."""

    model: type[Model]
    words: type[Words]
    of: str  # the field that names the row


KEPT = (
    Kept(Prompt, PromptWords, "prompt"),
    Kept(Candidate, CandidateWords, "candidate"),
    Kept(Demonstration, DemonstrationWords, "demonstration"),
)


def keep_words() -> int:
    """Write down the words of what has come since; say of how many texts."""
    return sum(map(keep_words_of, KEPT))


def keep_words_of(kept: Kept) -> int:
    """From the newest text that has its words on, and a stretch before it.

    What came beside a long import may be kept before it: ``keep_forgotten_words`` finds the rest.
    Two workers at once do the same work twice, and no harm.
    """
    return _walk(kept, _last(kept.words) - STRETCH)


def keep_forgotten_words() -> int:
    """Look through all texts of a sort of which some have no words; say of how many.

    To count them takes as long as to read an index from end to end: for every hour, not every
    minute.
    """
    return sum(_walk(kept, 0) for kept in KEPT if _are_some_missing(kept))


def _are_some_missing(kept: Kept) -> bool:
    return kept.model._default_manager.count() != kept.words._default_manager.count()


def _walk(kept: Kept, first: int) -> int:
    """By stretches of the key: of "those without" the planner makes a scan of both tables."""
    start = max(first, 0) // STRETCH * STRETCH
    return sum(_keep_stretch(kept, at) for at in range(start, _last(kept.model) + 1, STRETCH))


def _last(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0


def _keep_stretch(kept: Kept, first: int) -> int:
    known = kept.words._default_manager.filter(**{kept.of: OuterRef("pk")})
    stretch = kept.model._default_manager.filter(pk__gte=first, pk__lt=first + STRETCH)
    found: list[tuple[int, Any]] = list(
        stretch.filter(~Exists(known)).values_list("pk", "messages")
    )
    kept.words._default_manager.bulk_create(
        (kept.words(**{f"{kept.of}_id": pk, "said": words_of(said)}) for pk, said in found),
        ignore_conflicts=True,
    )
    return len(found)


def words_of(messages: Sequence[Mapping[str, object]]) -> str:
    """What all turns say, one after the other, as far as it is searched."""
    said = "\n".join(str(message.get("content") or "") for message in messages)
    return said[:MOST_SEARCHED].replace("\0", " ")
