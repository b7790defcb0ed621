"""The best answer, edited into an ideal one: checked. PURE.

It stands above every tier: edited > chosen > rejected.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from annotate.answer_errors import IncompleteAnswers, StrangeAnswers
from annotate.questions import Asked


@dataclass(frozen=True, slots=True)
class Ideal:
    """A best answer as its rater would have it, and the candidate that it was made from."""

    text: str
    started_from: str


def checked_ideal(
    text: str,
    *,
    started_from: str | None,
    tiers: Sequence[Sequence[str]],
    asked: Asked,
    text_of: Callable[[str], str],
) -> Ideal | None:
    """The ideal answer; None where none was given, or where the best one was not changed.

    Where no answer could be ranked there is no best one, and none is required.
    """
    text = _as_lines(text)
    if not text:
        if asked is Asked.REQUIRED and tiers:
            raise IncompleteAnswers("ideal", "Edit the best answer until it is as it should be.")
        return None
    if asked is Asked.NO:
        raise StrangeAnswers(
            "Nobody asked for an ideal answer.", field="ideal", remedy="Leave it out."
        )
    edited = _edited(started_from, tiers)
    return None if _as_lines(text_of(edited)) == text else Ideal(text, edited)


def _edited(said: str | None, tiers: Sequence[Sequence[str]]) -> str:
    best = tiers[0] if tiers else ()
    if said is None and len(best) == 1:
        return best[0]
    if said is None and best:
        raise StrangeAnswers(
            "Several answers are best, and it is not said which of them was edited.",
            field="ideal_from",
            remedy="Name the one of them that the ideal answer was made from.",
        )
    if said not in best:
        raise StrangeAnswers(
            "The ideal answer was not made from the best one.",
            field="ideal_from",
            remedy="Rank the answer that you edited first, or edit the best one.",
        )
    return cast(str, said)


def _as_lines(text: str) -> str:
    """Forms end their lines as mail does; that is no edit."""
    return text.replace("\r\n", "\n").strip()
