"""What was made of a text, kept while the rows that share the text follow each other."""

from collections.abc import Callable
from typing import Generic, TypeVar

Text = TypeVar("Text")
Made = TypeVar("Made")

_MOST = 256  # texts; the rows of one prompt share fewer


class Shared(Generic[Text, Made]):
    """``make``, called once for each object; equal ones that are not the same are made anew."""

    def __init__(self, make: Callable[[Text], Made]) -> None:
        self._make = make
        self._kept: dict[int, tuple[Text, Made]] = {}  # the text is held, so its id stays its own

    def __call__(self, text: Text) -> Made:
        found = self._kept.get(id(text))
        if found is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            found = self._kept[id(text)] = text, self._make(text)
        return found[1]
