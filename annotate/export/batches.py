"""Rows by column: what one judgement gives, and the blocks that are written of it.

    rows of a judgement -> a batch (for each column, its values in the order of the rows) -> blocks

A pair is never an object of its own: of each column it has a place in a list. What rows share
stands in the lists as the very same object, which is how writers know to make it once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from annotate.export.columns import Column, Shape

Row: TypeAlias = dict[str, Any]
Batch: TypeAlias = Mapping[str, Sequence[Any]]

ROWS_PER_BLOCK = 4_000  # a block is one Parquet row group
# Held in memory at once; a block is full when its rows, each text counted once, have as many.
CHARACTERS_PER_BLOCK = 8 * 1024**2

# Columns whose texts may be of any length.
_LONG = (
    *(Shape.MESSAGES, Shape.CONVERSATION, Shape.ANSWERS),
    *(Shape.CHAT, Shape.INPUT, Shape.TRANSCRIPT),
)


def batches_of(rows: Iterable[Row]) -> Iterator[Batch]:
    """Rows as batches of one."""
    return ({name: (value,) for name, value in row.items()} for row in rows)


def rows_of(batches: Iterable[Batch]) -> Iterator[Row]:
    """The rows of batches, one by one."""
    for batch in batches:
        for values in zip(*batch.values(), strict=True):
            yield dict(zip(batch, values, strict=True))


class Block:
    """As many rows as are written at once, by column."""

    def __init__(self, names: Iterable[str]) -> None:
        self.columns: dict[str, list[Any]] = {name: [] for name in names}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def add(self, batch: Batch, start: int, stop: int | None) -> None:
        for name, values in self.columns.items():
            values.extend(batch[name][start:stop])


def blocks_of(batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[Block]:
    """Rows, as many at a time as may be held in memory."""
    names = [column.name for column in columns]
    long = [column.name for column in columns if column.shape in _LONG]
    block, seen, size = Block(names), set[int](), 0
    for batch in batches:
        if list(batch) != names:
            raise ValueError(f"a row has the columns {list(batch)}, and not {names}")
        start, room = 0, ROWS_PER_BLOCK - len(block)
        for stop, texts in enumerate(zip(*[batch[name] for name in long], strict=True), start=1):
            for said in texts:
                if id(said) not in seen:
                    seen.add(id(said))
                    size += _characters(said)
            if stop - start == room or size >= CHARACTERS_PER_BLOCK:
                block.add(batch, start, stop)
                yield block
                block, seen, size = Block(names), set(), 0
                start, room = stop, ROWS_PER_BLOCK
        block.add(batch, start, None)
    if len(block):
        yield block


def _characters(said: Any) -> int:
    """Roughly what a text, a message, or a list of them holds."""
    if isinstance(said, str):
        return len(said)
    if isinstance(said, list):
        return sum(map(_characters, said))
    if isinstance(said, dict):
        return _characters(said.get("content") or said.get("messages"))
    return 0
