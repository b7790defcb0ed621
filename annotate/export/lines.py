"""Rows become JSON lines, each text of a block written out once however many rows hold it."""

from collections.abc import Iterator
from itertools import chain, groupby, repeat

import orjson

from annotate.export.batches import Along, Batch
from annotate.export.images import Image
from annotate.export.texts import Said

# Each is written by ``_fragment``.
OPTIONS = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS


def json_lines(rows: Batch, *, gaps: bool = True) -> bytes:
    """A line for each row; without ``gaps`` a value that is None has no key. The first has one."""
    places = {axis: picks.tolist() for axis, picks in rows.picks.items()}
    pieces = []
    for axis, columns in groupby(_written(rows, gaps=gaps), lambda column: column.axis):
        together = list(map(b"".join, zip(*(column.values for column in columns), strict=True)))
        pieces.append(map(together.__getitem__, places[axis]))
    return b"".join(chain.from_iterable(zip(*pieces, repeat(b"}\n"))))


def _written(rows: Batch, *, gaps: bool) -> Iterator[Along]:
    """Each column with its keys and values as JSON."""
    begin = b"{"
    for name, (axis, values) in rows.columns.items():
        key = begin + orjson.dumps(name) + b":"
        yield Along(
            axis, [key + _json(each) if gaps or each is not None else b"" for each in values]
        )
        begin = b","


def _json(value: object) -> bytes:
    return orjson.dumps(value, _fragment, OPTIONS)


def _fragment(said: object) -> orjson.Fragment:
    if isinstance(said, Said):
        return said.fragment
    if isinstance(said, Image):
        return orjson.Fragment(orjson.dumps(said.path))
    raise TypeError(f"a row holds a {type(said).__name__}, which is no JSON")
