"""Rows become files: the same rows as Parquet and as JSON lines, a block at a time."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import chain
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet

from annotate.export.arrow import schema_of, table_of
from annotate.export.columns import Column, Shape
from annotate.export.manifest import BESIDE, Shard
from annotate.export.preferences import Row
from annotate.export.texts import Said
from commons.stores import Staged

ROWS_PER_BLOCK = 4_000  # a block is one Parquet row group
# Held in memory at once; a block is full when its rows, each text counted once, have as many.
CHARACTERS_PER_BLOCK = 8 * 1024**2

_DUMPS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_SUBCLASS
# Columns whose texts may be of any length.
_LONG = (
    *(Shape.MESSAGES, Shape.CONVERSATION, Shape.ANSWERS),
    *(Shape.CHAT, Shape.INPUT, Shape.TRANSCRIPT),
)
# A text that several rows of a block hold is written once, so a page must hold them all.
_DICTIONARY_BYTES = 4 * CHARACTERS_PER_BLOCK

SUFFIXES = {"parquet": "parquet", "jsonl": "jsonl", BESIDE: "jsonl"}


def write_shards(
    staged: Staged,
    name: str,
    rows: Iterable[Row],
    columns: Sequence[Column],
    *,
    files: Sequence[str],
) -> list[Shard]:
    """Write ``parquet/NAME.parquet`` and ``jsonl/NAME.jsonl``, in one pass over the rows.

    Columns that stand ``apart`` go to ``lineage/NAME.jsonl``, a line for each row, in its order.
    At most three blocks of rows are in memory; no row, no file.
    """
    blocks = _blocks(rows, columns)
    first = next(blocks, None)
    if first is None:
        return []
    apart = files and any(column.apart for column in columns)
    with ExitStack() as open_files:
        outs = [
            _WRITERS[form](open_files, staged, f"{form}/{name}.{SUFFIXES[form]}", columns)
            for form in ([*files, BESIDE] if apart else files)
        ]
        count = _write_blocks(chain([first], blocks), outs)
        for out in outs:
            out.close()
    return [Shard(out.path, out.file.sha256, count, out.file.bytes) for out in outs]


def _write_blocks(blocks: Iterable[list[Row]], outs: "Sequence[_Table | _Lines]") -> int:
    """Write while the next block is being read: compressing and hashing need no interpreter."""
    count = 0
    with ThreadPoolExecutor(max_workers=1) as writer:
        under_way: Future[None] | None = None
        for block in blocks:
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(_write_block, block, outs)
            count += len(block)
        if under_way is not None:
            under_way.result()
    return count


def _write_block(block: list[Row], outs: "Sequence[_Table | _Lines]") -> None:
    for out in outs:
        out.write(block)


class _Hashed:
    """A file that knows what was written to it, so that nobody has to read it again."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.bytes, self.closed = out, 0, False
        self._sha256 = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    def write(self, data: Any) -> int:
        self._sha256.update(data)
        self.bytes += len(data)
        return self.out.write(data)

    def tell(self) -> int:
        return self.bytes

    def flush(self) -> None:
        self.out.flush()

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class _Lines:
    def __init__(
        self, files: ExitStack, staged: Staged, path: str, columns: Sequence[Column]
    ) -> None:
        self.path = path
        self.file = _Hashed(files.enter_context(staged.writing(path)))
        self.apart = {column.name for column in columns if column.apart}

    def write(self, rows: Sequence[Row]) -> None:
        said = map(self.kept, rows) if self.apart else rows
        self.file.write(b"".join([orjson.dumps(row, _fragment, _DUMPS) for row in said]))

    def kept(self, row: Row) -> Row:
        """Its own columns; the readers of such a form want no key that says nothing."""
        return {n: v for n, v in row.items() if n not in self.apart and v is not None}

    def close(self) -> None:
        self.file.close()


class _Beside(_Lines):
    def kept(self, row: Row) -> Row:
        return {name: value for name, value in row.items() if name in self.apart}


class _Table:
    def __init__(
        self, files: ExitStack, staged: Staged, path: str, columns: Sequence[Column]
    ) -> None:
        self.path, self.columns = path, columns
        self.file = _Hashed(files.enter_context(staged.writing(path)))
        self.table = pa.parquet.ParquetWriter(
            pa.PythonFile(self.file, mode="w"),
            schema_of(columns, read=False),
            compression="zstd",
            store_schema=False,  # readers see texts, and nothing of how they were put together
            dictionary_pagesize_limit=_DICTIONARY_BYTES,
            write_statistics=False,  # of texts this long nobody asks for the smallest
        )
        files.callback(self.table.close)  # before the file, also where writing breaks off

    def write(self, rows: Sequence[Row]) -> None:
        self.table.write_table(table_of(rows, self.columns), row_group_size=len(rows))

    def close(self) -> None:
        self.table.close()
        self.file.close()


_WRITERS: dict[str, type[_Table | _Lines]] = {
    "parquet": _Table,
    "jsonl": _Lines,
    BESIDE: _Beside,
}


def _fragment(said: object) -> orjson.Fragment:
    if isinstance(said, Said):
        return said.fragment
    raise TypeError(f"a row holds a {type(said).__name__}, which is no JSON")


def _blocks(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[list[Row]]:
    """Rows, as many at a time as may be held in memory."""
    names = [column.name for column in columns]
    long = [column.name for column in columns if column.shape in _LONG]
    block: list[Row] = []
    seen: set[int] = set()
    size = 0
    for row in rows:
        if list(row) != names:
            raise ValueError(f"a row has the columns {list(row)}, and not {names}")
        block.append(row)
        for name in long:
            if id(said := row[name]) not in seen:
                seen.add(id(said))
                size += _characters(said)
        if len(block) == ROWS_PER_BLOCK or size >= CHARACTERS_PER_BLOCK:
            yield block
            block, seen, size = [], set(), 0
    if block:
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
