"""Rows become files: the same rows as Parquet and as JSON lines, a block at a time."""

import hashlib
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet

from annotate.export.arrow import schema_of, table_of
from annotate.export.batches import CHARACTERS_PER_BLOCK, Batch, blocks_of
from annotate.export.columns import Column
from annotate.export.lines import json_lines
from annotate.export.manifest import BESIDE, Shard
from commons.garbage import few_collections
from commons.stores import Staged

# A text that several rows of a block hold is written once, so a page must hold them all.
_DICTIONARY_BYTES = 4 * CHARACTERS_PER_BLOCK

SUFFIXES = {"parquet": "parquet", "jsonl": "jsonl", BESIDE: "jsonl"}


def write_shards(
    staged: Staged,
    name: str,
    batches: Iterable[Batch],
    columns: Sequence[Column],
    *,
    files: Sequence[str],
) -> list[Shard]:
    """Write ``parquet/NAME.parquet`` and ``jsonl/NAME.jsonl``, in one pass over the rows.

    Columns that stand ``apart`` go to ``lineage/NAME.jsonl``, a line for each row, in its order.
    At most three blocks of rows are in memory; no row, no file.
    """
    blocks = blocks_of(batches, columns)
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


def _write_blocks(blocks: Iterable[Batch], outs: "Sequence[_Table | _Lines]") -> int:
    """Write while the next block is being read: compressing and hashing need no interpreter."""
    count = 0
    with few_collections(), ThreadPoolExecutor(max_workers=1) as writer:
        under_way: Future[None] | None = None
        for block in blocks:
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(_write_block, block, outs)
            count += len(block)
        if under_way is not None:
            under_way.result()
    return count


def _write_block(block: Batch, outs: "Sequence[_Table | _Lines]") -> None:
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

    def write(self, block: Batch) -> None:
        # Readers of a form with columns apart want no key that says nothing.
        own = {name: each for name, each in block.columns.items() if name not in self.apart}
        self.file.write(json_lines(replace(block, columns=own), gaps=not self.apart))

    def close(self) -> None:
        self.file.close()


class _Beside(_Lines):
    def write(self, block: Batch) -> None:
        apart = {name: each for name, each in block.columns.items() if name in self.apart}
        self.file.write(json_lines(replace(block, columns=apart)))


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

    def write(self, block: Batch) -> None:
        table = table_of(block, self.columns)
        self.table.write_table(table, row_group_size=len(block))

    def close(self) -> None:
        self.table.close()
        self.file.close()


_WRITERS: dict[str, type[_Table | _Lines]] = {
    "parquet": _Table,
    "jsonl": _Lines,
    BESIDE: _Beside,
}
