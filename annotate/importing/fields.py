"""Read one field of a JSON row, or say in words what is wrong with it."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from annotate.importing.records import Scalar

Row: TypeAlias = Mapping[str, object]

LANGUAGE = "en"  # where a row does not say

# The longest labels that the database keeps.
LONGEST = {
    "id": 200,
    "key": 100,
    "skill": 64,
    "language": 16,
    "clearance": 64,
    "source": 100,
    "rater": 100,
    "model": 200,
}

LONGEST_TEXT = 1_000_000  # characters: of a message, and more so of anything else
LARGEST = 2**63  # what is read as a float here and a whole number there is written as text

# NUL is refused by PostgreSQL; no text means the others, and terminals obey some of them.
_CONTROL = bytes((*range(0x09), *range(0x0E, 0x20), 0x7F))


class BadRow(Exception):
    """A row cannot be kept: ``field`` names where, as ``messages[0].content``, and the message
    says what is wrong there and what to do about it."""

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        super().__init__(f"{field} {problem}")

    @property
    def path(self) -> str:
        """The field as programs name it: ``messages.0.content``; empty for the row as a whole."""
        field = "" if self.field == "the row" else self.field.removeprefix("a key of ")
        return re.sub(r"\[(\d+)\]", r".\1", re.sub(r"^candidate (?=\d+$)", "candidates.", field))


def text(value: object, field: str) -> str:
    """A text with something in it that the database and a reader can take; kept as it is."""
    if not isinstance(value, str):
        raise BadRow(field, f"must be text, not {kind_of(value)}.")
    try:
        said = value.encode()
    except UnicodeEncodeError:
        raise BadRow(field, "holds half of a surrogate pair; write the whole character.") from None
    if len(said.translate(None, _CONTROL)) < len(said):  # twice as fast as a regular expression
        first = next(byte for byte in said if byte in _CONTROL)
        raise BadRow(field, f"holds the control character U+{first:04X}; remove it.")
    if not value or value.isspace():
        raise BadRow(field, "is empty; fill it in or leave the row out.")
    if len(value) > LONGEST_TEXT:
        raise BadRow(field, f"has {len(value)} characters; shorten it to {LONGEST_TEXT}.")
    return value


def label(row: Row, key: str, field: str, *, default: str, longest: str) -> str:
    """A short text under ``key``, no longer than the label ``longest``; absent = ``default``."""
    if row.get(key) is None:
        return default
    value = text(row[key], field)
    if len(value) > LONGEST[longest]:
        raise BadRow(field, f"has {len(value)} characters; shorten it to {LONGEST[longest]}.")
    return value


def mapping(value: object, field: str) -> Row:
    if not isinstance(value, dict):
        raise BadRow(field, f"must be an object, not {kind_of(value)}.")
    return value


def items(value: object, field: str) -> Sequence[object]:
    """A list; absent or null = empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadRow(field, f"must be a list, not {kind_of(value)}.")
    return value


def whole_number(value: object, field: str) -> int:
    """A number without a fraction; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRow(field, f"must be a whole number, not {kind_of(value)}.")
    return value


def digit(row: Row, key: str, field: str, *, default: int) -> int:
    """A whole number from 1 to 9 under ``key``; absent = ``default``."""
    if row.get(key) is None:
        return default
    value = whole_number(row[key], field)
    if not 1 <= value <= 9:
        raise BadRow(field, f"is {value}; use 1 (comes first) to 9 (comes last).")
    return value


def scalars(value: object, field: str) -> Mapping[str, Scalar]:
    """A flat object of texts, finite numbers, truth values and nulls; absent = empty."""
    if value is None:
        return {}
    found: dict[str, Scalar] = {}
    for key, one in mapping(value, field).items():
        name = text(key, f"a key of {field}")  # before it is repeated in a refusal
        if len(name) > LONGEST["key"]:
            raise BadRow(field, f"has a key of {len(name)} characters; give it a shorter one.")
        found[name] = _scalar(one, f"{field}.{name}")
    return found


def only(row: Row, known: frozenset[str], field: str) -> None:
    """Refuse fields that nobody would read: most are misspelt."""
    if not row.keys() <= known:
        strange = min(row.keys() - known)
        raise BadRow(field, f"has no field named {strange!a:.60}; rename or remove it.")


def digest(value: object) -> str:
    """SHA-256 of a row that has no id of its own: the same row has the same one tomorrow."""
    try:
        said = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise BadRow("the row", "is nested too deeply; flatten it.") from None
    return hashlib.sha256(said.encode()).hexdigest()


def _scalar(value: object, field: str) -> Scalar:
    if isinstance(value, str):
        return text(value, field) if value else value
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow(field, "is not a finite number; leave it out.")
    if isinstance(value, int | float) and abs(value) >= LARGEST:
        raise BadRow(field, "is a number of more than 63 bits; write it as text.")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise BadRow(field, f"must be text, a number, true, false or null, not {kind_of(value)}.")


def kind_of(value: object) -> str:
    """What JSON calls it."""
    if value is None:
        return "missing"
    names = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
