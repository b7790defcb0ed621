"""Rows become JSON lines, each text of a block written out once however many rows hold it."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import orjson

from annotate.export.texts import Said


def json_lines(columns: dict[str, list[Any]], *, gaps: bool = True) -> bytes:
    """A line for each row; without ``gaps`` a value that is None has no key. The first has one."""
    names = iter(columns)
    first = next(names)
    pieces = [_pieces(b"{", first, columns[first], gaps=True)]
    pieces += [_pieces(b",", name, columns[name], gaps=gaps) for name in names]
    return b"".join(chain.from_iterable(zip(*pieces, repeat(b"}\n"))))


def _pieces(begin: bytes, name: str, values: Sequence[Any], *, gaps: bool) -> Iterator[bytes]:
    """The key and the value of one column, row by row; what is the same object is made once."""
    key = begin + orjson.dumps(name) + b":"
    ids = list(map(id, values))
    distinct = dict(zip(ids, values, strict=True))
    made = {at: key + _json(value) for at, value in distinct.items()}
    if not gaps:
        made[id(None)] = b""
    return map(made.__getitem__, ids)


def _json(value: object) -> bytes:
    return orjson.dumps(value, _fragment, orjson.OPT_PASSTHROUGH_SUBCLASS)


def _fragment(said: object) -> orjson.Fragment:
    if isinstance(said, Said):
        return said.fragment
    raise TypeError(f"a row holds a {type(said).__name__}, which is no JSON")
