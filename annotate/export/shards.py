"""Rows become files: the same rows as Parquet and as JSON lines, a block at a time."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, BinaryIO, cast

import orjson
import pyarrow as pa
import pyarrow.parquet

from annotate.export.arrow import schema_of, table_of
from annotate.export.columns import Column
from annotate.export.manifest import Shard
from annotate.export.preferences import Row
from annotate.export.texts import Said
from commons.stores import Staged

ROWS_PER_BLOCK = 4_000  # a block is one Parquet row group
# Held in memory at once; a block is full when its rows, each text counted once, have as many.
CHARACTERS_PER_BLOCK = 8 * 1024**2

_DUMPS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_SUBCLASS
# A text that several rows of a block hold is written once, so a page must hold them all.
_DICTIONARY_BYTES = 4 * CHARACTERS_PER_BLOCK

SUFFIXES = {"parquet": "parquet", "jsonl": "jsonl"}


def write_shards(
    staged: Staged,
    name: str,
    rows: Iterable[Row],
    columns: Sequence[Column],
    *,
    files: Sequence[str],
    on_block: Callable[[int], None] = lambda rows: None,
) -> list[Shard]:
    """Write ``parquet/NAME.parquet`` and ``jsonl/NAME.jsonl``, in one pass over the rows.

    At most one block of them is in memory; no row, no file. ``on_block`` hears how many rows were
    written since it was last called.
    """
    blocks = _blocks(rows, columns)
    first = next(blocks, None)
    if first is None:
        return []
    writers: dict[str, type[_Table | _Lines]] = {"parquet": _Table, "jsonl": _Lines}
    with ExitStack() as open_files:
        outs = [
            writers[form](open_files, staged, f"{form}/{name}.{SUFFIXES[form]}", columns)
            for form in files
        ]
        count = 0
        for block in _chained(first, blocks):
            for out in outs:
                out.write(block)
            count += len(block)
            on_block(len(block))
        for out in outs:
            out.close()
    return [Shard(out.path, out.file.sha256, count, out.file.bytes) for out in outs]


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

    def write(self, rows: Sequence[Row]) -> None:
        self.file.write(b"".join([orjson.dumps(row, _fragment, _DUMPS) for row in rows]))

    def close(self) -> None:
        self.file.close()


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

    def write(self, rows: Sequence[Row]) -> None:
        self.table.write_table(table_of(rows, self.columns), row_group_size=len(rows))

    def close(self) -> None:
        self.table.close()
        self.file.close()


def _fragment(said: object) -> orjson.Fragment:
    if isinstance(said, Said):
        return said.fragment
    raise TypeError(f"a row holds a {type(said).__name__}, which is no JSON")


def _blocks(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[list[Row]]:
    """Rows, as many at a time as may be held in memory."""
    names = [column.name for column in columns]
    block: list[Row] = []
    seen: set[int] = set()
    size = 0
    for row in rows:
        if list(row) != names:
            raise ValueError(f"a row has the columns {list(row)}, and not {names}")
        block.append(row)
        for said in row.values():
            if isinstance(said, list) and id(said) not in seen:
                seen.add(id(said))
                size += _characters(said)
        if len(block) == ROWS_PER_BLOCK or size >= CHARACTERS_PER_BLOCK:
            yield block
            block, seen, size = [], set(), 0
    if block:
        yield block


def _characters(said: Sequence[Any]) -> int:
    """Roughly what a list of messages, or of lists of them, holds."""
    total = 0
    for each in said:
        if isinstance(each, dict):
            total += len(cast("dict[str, Any]", each).get("content") or "")
        elif isinstance(each, list):
            total += _characters(each)
    return total


def _chained(first: list[Row], rest: Iterator[list[Row]]) -> Iterator[list[Row]]:
    yield first
    yield from rest
