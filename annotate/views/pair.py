"""The row of cells under two answers: choice, strength and tie in one press."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Cell:
    """One cell; ``value`` is its name in pair.js, ``mark`` what a narrow window shows of it."""

    key: str
    value: str
    mark: str
    words: Promise


BOTH_BAD = _("Both bad")

SEVEN = (
    Cell("1", "a3", "A ‹‹‹", _("A much better")),
    Cell("2", "a2", "A ‹‹", _("A better")),
    Cell("3", "a1", "A ‹", _("A slightly better")),
    Cell("4", "same", "=", _("About the same")),
    Cell("5", "b1", "› B", _("B slightly better")),
    Cell("6", "b2", "›› B", _("B better")),
    Cell("7", "b3", "››› B", _("B much better")),
    Cell("0", "bad", "∅", BOTH_BAD),  # as the rail marks what cannot be ranked
)

THREE = (
    Cell("1", "a", "A ‹", _("A better")),
    Cell("2", "same", "=", _("About the same")),
    Cell("3", "b", "› B", _("B better")),
    Cell("0", "bad", "", BOTH_BAD),  # of four cells each has room for its words
)


def cells(*, answers: int, asks_strength: bool) -> Sequence[Cell]:
    """The cells of a page; none where the answers are not two."""
    if answers != 2:
        return ()
    return SEVEN if asks_strength else THREE
