"""Rows become files: the same rows as JSONL and as Parquet, a block at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from annotate.export.columns import Column, Shape
from annotate.export.manifest import Shard
from annotate.export.rows import Row
from commons.artifacts import atomic_file, sha256_of

ROWS_PER_SHARD = 100_000
ROWS_PER_BLOCK = 2_000  # a block is one Parquet row group
BYTES_PER_BLOCK = 8 * 1024**2  # of JSON; what is held in memory at once

# Arguments are JSON text, as each tool has fields of its own.
_FUNCTION = pa.struct([("name", pa.string()), ("arguments", pa.string())])
_CALLS = pa.list_(pa.struct([("type", pa.string()), ("function", _FUNCTION)]))
_MESSAGES = pa.list_(
    pa.struct(
        [
            ("role", pa.string()),
            ("content", pa.string()),
            ("name", pa.string()),  # of the tool whose result it is
            ("tool_calls", _CALLS),
        ]
    )
)
_ANSWER = [("answer", pa.int64()), ("name", pa.string())]
_SPAN = [("start", pa.int64()), ("end", pa.int64()), ("quote", pa.string()), ("why", pa.string())]
_TYPES = {
    Shape.TEXT: pa.string(),
    Shape.JSON: pa.string(),
    Shape.WHOLE: pa.int64(),
    Shape.REAL: pa.float64(),
    Shape.MESSAGES: _MESSAGES,
    Shape.CONVERSATION: _MESSAGES,
    Shape.ANSWERS: pa.list_(_MESSAGES),
    Shape.PLACES: pa.list_(pa.int64()),
    Shape.TIERS: pa.list_(pa.list_(pa.int64())),
    Shape.RATINGS: pa.list_(pa.struct([*_ANSWER, ("value", pa.int64())])),
    Shape.FLAGS: pa.list_(pa.struct([*_ANSWER, ("value", pa.bool_())])),
    Shape.SPANS: pa.list_(pa.struct([*_ANSWER, *_SPAN])),
}


def write_shards(
    folder: Path,
    side: str,
    rows: Iterable[Row],
    columns: Sequence[Column],
    *,
    max_rows: int = ROWS_PER_SHARD,
    on_block: Callable[[int], None] = lambda rows: None,
) -> Iterator[Shard]:
    """Write ``jsonl/SIDE-00000.jsonl`` and ``parquet/SIDE-00000.parquet`` and so on, as needed.

    Both are written in one pass over the rows, with at most one block of them in memory; no row,
    no file. ``on_block`` hears how many rows were written since it was last called.
    """
    coming = iter(rows)
    for number, first in enumerate(coming):
        part = islice(chain([first], coming), max_rows)
        yield from _write_shard(folder, f"{side}-{number:05d}", part, columns, on_block)


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    return pa.schema([(column.name, _TYPES[column.shape]) for column in columns])


def _write_shard(
    folder: Path,
    name: str,
    rows: Iterable[Row],
    columns: Sequence[Column],
    on_block: Callable[[int], None],
) -> tuple[Shard, Shard]:
    lines_at = folder / "jsonl" / f"{name}.jsonl"
    table_at = folder / "parquet" / f"{name}.parquet"
    schema, count = schema_of(columns), 0
    with (
        atomic_file(lines_at) as lines,
        atomic_file(table_at) as out,
        pa.parquet.ParquetWriter(out, schema, compression="zstd") as table,
    ):
        for block in _blocks(rows, columns):
            data = b"".join(block)
            lines.write(data)
            table.write_table(_table(data, schema), row_group_size=len(block))
            count += len(block)
            on_block(len(block))
    return _shard(folder, lines_at, count), _shard(folder, table_at, count)


def _blocks(rows: Iterable[Row], columns: Sequence[Column]) -> Iterator[list[bytes]]:
    """JSON lines, as many at a time as may be held in memory."""
    names = [column.name for column in columns]
    block: list[bytes] = []
    size = 0
    for row in rows:
        if list(row) != names:
            raise ValueError(f"a row has the columns {list(row)}, and not {names}")
        line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        block.append(line)
        size += len(line)
        if len(block) == ROWS_PER_BLOCK or size >= BYTES_PER_BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def _table(data: bytes, schema: pa.Schema) -> pa.Table:
    """The rows of the JSON lines: read from the very bytes, so that the two forms say the same."""
    return pa.json.read_json(
        pa.BufferReader(data),
        read_options=pa.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=pa.json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="error"
        ),
    )


def _shard(folder: Path, path: Path, rows: int) -> Shard:
    return Shard(
        path=path.relative_to(folder).as_posix(),
        sha256=sha256_of(path),
        rows=rows,
        bytes=path.stat().st_size,
    )
