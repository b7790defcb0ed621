"""Columns become an Arrow table, each text of a block once however many rows hold it.

A column of messages is made from the distinct ones: their contents are a dictionary, a row's list
is a slice of it. Writing it costs what the distinct texts cost.
"""

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from annotate.export.batches import Batch
from annotate.export.columns import Column, Shape

# Arguments are JSON text, as each tool has fields of its own.
_FUNCTION = pa.struct([("name", pa.string()), ("arguments", pa.string())])
_CALLS = pa.list_(pa.struct([("type", pa.string()), ("function", _FUNCTION)]))
_NAMED = pa.dictionary(pa.int32(), pa.string())


def _messages(text: pa.DataType) -> pa.DataType:
    return pa.list_(
        pa.struct(
            [
                ("role", text),
                ("content", text),
                ("name", pa.string()),  # of the tool whose result it is
                ("tool_calls", _CALLS),
            ]
        )
    )


_READ, _MADE = _messages(pa.string()), _messages(_NAMED)
_ANSWER = [("answer", pa.int64()), ("name", pa.string())]
_SPAN = [("start", pa.int64()), ("end", pa.int64()), ("quote", pa.string()), ("why", pa.string())]
_IMAGES = pa.list_(pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
_PLAIN = {
    Shape.TEXT: pa.string(),
    Shape.JSON: pa.string(),
    Shape.TRANSCRIPT: pa.string(),
    Shape.WHOLE: pa.int64(),
    Shape.REAL: pa.float64(),
    Shape.CHANCE: pa.float64(),
    Shape.CHANCES: pa.list_(pa.float64()),
    Shape.COUNT: pa.float64(),
    Shape.YES: pa.bool_(),
    Shape.TEXTS: pa.list_(pa.string()),
    Shape.PLACES: pa.list_(pa.int64()),
    Shape.TIERS: pa.list_(pa.list_(pa.int64())),
    Shape.RATINGS: pa.list_(pa.struct([*_ANSWER, ("value", pa.int64())])),
    Shape.FLAGS: pa.list_(pa.struct([*_ANSWER, ("value", pa.bool_())])),
    Shape.IMAGES: _IMAGES,
    Shape.SPANS: pa.list_(pa.struct([*_ANSWER, *_SPAN])),
}
OF_MESSAGES = (Shape.MESSAGES, Shape.CONVERSATION, Shape.ANSWERS)


def schema_of(columns: Sequence[Column], *, read: bool = True) -> pa.Schema:
    """The types of the columns, as readers find them or (not ``read``) as tables are made."""
    return pa.schema([(column.name, _type_of(column.shape, read=read)) for column in columns])


def table_of(rows: Batch, columns: Sequence[Column]) -> pa.Table:
    """The rows as a table of ``schema_of(columns, read=False)``."""
    places = {axis: pa.array(picks) for axis, picks in rows.picks.items()}
    arrays = []
    for column in columns:
        axis, values = rows.columns[column.name]
        made = _MAKERS.get(column.shape, _plain_maker(column.shape))(values)
        arrays.append(made if len(made) == len(rows) else pc.take(made, places[axis]))
    return pa.Table.from_arrays(arrays, schema=schema_of(columns, read=False))


def _type_of(shape: Shape, *, read: bool) -> pa.DataType:
    if shape not in OF_MESSAGES:
        return _PLAIN[shape]
    messages = _READ if read else _MADE
    return pa.list_(messages) if shape is Shape.ANSWERS else messages


def _plain_maker(shape: Shape) -> Callable[[Sequence[Any]], pa.Array]:
    return lambda values: pa.array(values, _PLAIN[shape])


def _lists(values: Sequence[Any]) -> pa.Array:
    """Lists of messages; None is no list."""
    messages = [message for value in values if value is not None for message in value]
    ends = accumulate((0 if value is None else len(value) for value in values), initial=0)
    gaps = pa.array([value is None for value in values])
    return pa.ListArray.from_arrays(
        pa.array(list(ends), pa.int32()), _struct(messages), type=_MADE, mask=gaps
    )


def _struct(messages: Sequence[dict[str, Any]]) -> pa.Array:
    return pa.StructArray.from_arrays(
        [
            pa.array([message["role"] for message in messages], pa.string()).dictionary_encode(),
            pa.array([message["content"] for message in messages], pa.string()).dictionary_encode(),
            pa.array([message.get("name") for message in messages], pa.string()),
            pa.array([message.get("tool_calls") for message in messages], _CALLS),
        ],
        fields=list(_MADE.value_type),
    )


def _answers(values: Sequence[Any]) -> pa.Array:
    ends = accumulate((len(value) for value in values), initial=0)
    answers = _lists([answer for value in values for answer in value])
    return pa.ListArray.from_arrays(pa.array(list(ends), pa.int32()), answers, type=pa.list_(_MADE))


def _images(values: Sequence[Any]) -> pa.Array:
    """As ``datasets`` reads pictures: their bytes, and a name that says what they are."""
    read = [[{"bytes": each.read(), "path": each.name} for each in value] for value in values]
    return pa.array(read, _IMAGES)


_MAKERS: dict[Shape, Callable[[Sequence[Any]], pa.Array]] = {
    Shape.MESSAGES: _lists,
    Shape.CONVERSATION: _lists,
    Shape.ANSWERS: _answers,
    Shape.IMAGES: _images,
}
