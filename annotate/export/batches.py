"""Rows by column: what some judgements give, and the blocks of it that are written.

A pair is no object: it is a place among judgements and two among answers. Along each such axis a
column has one value for each item, and ``picks`` says which item each row has:

    picks     judgement [0, 0, 0]    chosen [0, 0, 1]                 rejected [1, 2, 2]
    columns   side      [train]      chosen [text, text, text]        rejected [text, text, text]

are the three pairs of a ranking. So the writers make each text once, however many pairs hold it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from annotate.export.columns import Column, Shape
from annotate.export.images import Image

Row: TypeAlias = dict[str, Any]
Picks: TypeAlias = NDArray[np.int64]

ROWS_PER_BLOCK = 4_000  # a block is one Parquet row group
# Held in memory at once; a block is full when its rows, each text counted once, have as many.
CHARACTERS_PER_BLOCK = 8 * 1024**2

# Columns whose texts may be of any length.
_LONG = (
    *(Shape.MESSAGES, Shape.CONVERSATION, Shape.ANSWERS),
    *(Shape.CHAT, Shape.INPUT, Shape.TRANSCRIPT, Shape.IMAGES),
)
_ROW, _ONE = "row", np.zeros(1, np.int64)


class Along(NamedTuple):
    """A column: a value for each item of an axis."""

    axis: str
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows by column; ``picks`` gives for each axis the item of each row."""

    picks: Mapping[str, Picks]
    columns: Mapping[str, Along]

    def __len__(self) -> int:
        return len(next(iter(self.picks.values())))


class Piece(NamedTuple):
    """The rows of a batch from ``start`` to before ``stop``."""

    batch: Batch
    start: int
    stop: int

    def items(self, axis: str) -> Picks:
        return self.batch.picks[axis][self.start : self.stop]


def batches_of(rows: Iterable[Row]) -> Iterator[Batch]:
    """Rows as batches of one."""
    for row in rows:
        yield Batch({_ROW: _ONE}, {name: Along(_ROW, (each,)) for name, each in row.items()})


def rows_of(batches: Iterable[Batch]) -> Iterator[Row]:
    """The rows of batches, one by one."""
    for batch in batches:
        places = {axis: picks.tolist() for axis, picks in batch.picks.items()}
        columns = [[values[at] for at in places[axis]] for axis, values in batch.columns.values()]
        for row in zip(*columns, strict=True):
            yield dict(zip(batch.columns, row, strict=True))


def blocks_of(batches: Iterable[Batch], columns: Sequence[Column]) -> Iterator[Batch]:
    """As many rows at a time as may be held in memory, with what they hold and nothing else."""
    names = [column.name for column in columns]
    long = [column.name for column in columns if column.shape in _LONG]
    pieces, seen, rows, size = list[Piece](), set[int](), 0, 0
    for batch in batches:
        if list(batch.columns) != names:
            raise ValueError(f"a row has the columns {list(batch.columns)}, and not {names}")
        start = 0
        while start < len(batch):
            piece = Piece(batch, start, min(len(batch), start + ROWS_PER_BLOCK - rows))
            new = _new_texts(piece, long, seen)
            more = sum(map(_characters, new.values()))
            if size + more >= CHARACTERS_PER_BLOCK:
                piece = _as_much_as_fits(piece, long, seen, CHARACTERS_PER_BLOCK - size)
                more = CHARACTERS_PER_BLOCK
            pieces.append(piece)
            seen |= new.keys()
            start, size, rows = piece.stop, size + more, rows + piece.stop - piece.start
            if rows == ROWS_PER_BLOCK or size >= CHARACTERS_PER_BLOCK:
                yield _joined(pieces)
                pieces, seen, size, rows = [], set(), 0, 0
    if pieces:
        yield _joined(pieces)


def _new_texts(piece: Piece, long: Sequence[str], seen: set[int]) -> dict[int, Any]:
    """What the rows hold of long texts, but for what was seen, each once."""
    found: dict[int, Any] = {}
    for name in long:
        axis, values = piece.batch.columns[name]
        for at in set(piece.items(axis).tolist()):
            if id(values[at]) not in seen:
                found[id(values[at])] = values[at]
    return found


def _as_much_as_fits(piece: Piece, long: Sequence[str], seen: set[int], room: int) -> Piece:
    """The piece up to the row that takes the last of the room."""
    for at in range(piece.start, piece.stop):
        new = _new_texts(Piece(piece.batch, at, at + 1), long, seen)
        seen |= new.keys()
        room -= sum(map(_characters, new.values()))
        if room <= 0:
            return piece._replace(stop=at + 1)
    return piece


def _joined(pieces: Sequence[Piece]) -> Batch:
    """One batch of these rows; along each axis the items that rows have, as they come."""
    first, picks, items = pieces[0].batch, dict[str, Picks](), dict[str, list[int]]()
    alike = {axis: name for name, (axis, _) in first.columns.items()}
    for axis, name in alike.items():
        sizes = [len(piece.batch.columns[name].values) for piece in pieces]
        begins = accumulate(sizes[:-1], initial=0)
        found = [piece.items(axis) + begin for piece, begin in zip(pieces, begins, strict=True)]
        coded = pa.array(np.concatenate(found)).dictionary_encode()
        picks[axis], items[axis] = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    columns = {}
    for name, (axis, _) in first.columns.items():
        values = list(chain.from_iterable(piece.batch.columns[name].values for piece in pieces))
        columns[name] = Along(axis, [values[at] for at in items[axis]])
    return Batch(picks, columns)


def _characters(said: Any) -> int:
    """Roughly what a text, a message, a picture, or a list of them holds."""
    if isinstance(said, str):
        return len(said)
    if isinstance(said, list):
        return sum(map(_characters, said))
    if isinstance(said, dict):
        return _characters(said.get("content") or said.get("messages"))
    if isinstance(said, Image):
        return said.size
    return 0
