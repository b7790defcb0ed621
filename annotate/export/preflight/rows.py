"""Which rows an item gives to a dataset of a kind."""

from collections.abc import Sequence

from annotate.export.preflight.items import KINDS, Item


def rows_of(kind: str, item: Item) -> Sequence[tuple[int, ...]]:
    """The places in ``answers`` that stand in each row.

    A pair is (chosen, rejected); ``sft`` and ``unpaired`` have a row for each answer, ``ranked``
    one with all of them, ``prompts`` one with none.
    """
    if kind == "preference":
        return item.pairs
    if kind in ("sft", "unpaired"):
        return [(place,) for place in range(len(item.answers))]
    if kind == "ranked":
        return [tuple(range(len(item.answers)))]
    if kind == "prompts":
        return [()]
    raise ValueError(f"no kind of dataset is called {kind!r}; use one of {', '.join(KINDS)}")
