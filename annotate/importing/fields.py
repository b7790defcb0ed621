"""Read one field of a JSON row, or say in words what is wrong with it."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from annotate.importing.records import ImportedCandidate, Message, Messages, Scalar

Row: TypeAlias = Mapping[str, object]

ROLES = ("system", "user", "assistant", "tool")
LANGUAGE = "en"  # where a row does not say

# The longest labels that the database keeps.
LONGEST = {"id": 200, "skill": 64, "language": 16, "source": 100, "rater": 100, "model": 200}

# NUL is refused by PostgreSQL; no text means the others, and terminals obey some of them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class BadRow(Exception):
    """A row cannot be kept; the message names the field and what to do about it."""


def text(value: object, field: str) -> str:
    """A text with something in it that the database and a reader can take; kept as it is."""
    if not isinstance(value, str):
        raise BadRow(f"{field} must be text, not {_kind(value)}.")
    if found := _CONTROL.search(value):
        raise BadRow(f"{field} holds the control character U+{ord(found[0]):04X}; remove it.")
    if _SURROGATE.search(value):
        raise BadRow(f"{field} holds half of a surrogate pair; write the whole character.")
    if not value.strip():
        raise BadRow(f"{field} is empty; fill it in or leave the row out.")
    return value


def label(row: Row, key: str, field: str, *, default: str, longest: str) -> str:
    """A short text under ``key``, no longer than the label ``longest``; absent = ``default``."""
    if row.get(key) is None:
        return default
    value = text(row[key], field)
    if len(value) > LONGEST[longest]:
        raise BadRow(f"{field} has {len(value)} characters; shorten it to {LONGEST[longest]}.")
    return value


def mapping(value: object, field: str) -> Row:
    if not isinstance(value, dict):
        raise BadRow(f"{field} must be an object, not {_kind(value)}.")
    return value


def items(value: object, field: str) -> Sequence[object]:
    """A list; absent or null = empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadRow(f"{field} must be a list, not {_kind(value)}.")
    return value


def whole_number(value: object, field: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRow(f"{field} must be a whole number, not {_kind(value)}.")
    return value


def messages(value: object, field: str) -> Messages:
    """A list of {"role", "content"} with something in it."""
    if not isinstance(value, list):
        raise BadRow(f"{field} must be a list of messages, not {_kind(value)}.")
    if not value:
        raise BadRow(f"{field} is empty; give it at least one message.")
    return tuple(_message(one, f"{field}[{place}]") for place, one in enumerate(value))


def prompt_messages(value: object, field: str) -> Messages:
    """Messages up to the open turn, which is the user's."""
    return open_turn(messages(value, field), field)


def open_turn(found: Messages, field: str) -> Messages:
    if not found or found[-1]["role"] != "user":
        last = found[-1]["role"] if found else "nobody"
        raise BadRow(f"{field} ends with the turn of {last}; a prompt ends with the user's.")
    return found


def answer_messages(value: object, field: str) -> Messages:
    """What follows a prompt: messages of the assistant and its tools, the assistant's last."""
    found = messages(value, field)
    strange = {message["role"] for message in found} - {"assistant", "tool"}
    if strange:
        raise BadRow(f"{field} holds a turn of {min(strange)}; an answer holds the assistant's.")
    if found[-1]["role"] != "assistant":
        raise BadRow(f"{field} ends with a tool's turn; an answer ends with the assistant's.")
    return found


def scalars(value: object, field: str) -> Mapping[str, Scalar]:
    """A flat object of texts, finite numbers, truth values and nulls; absent = empty."""
    if value is None:
        return {}
    found: dict[str, Scalar] = {}
    for key, one in mapping(value, field).items():
        found[text(key, f"a key of {field}")] = _scalar(one, f"{field}.{key}")
    return found


def only(row: Row, known: Iterable[str], field: str) -> None:
    """Refuse fields that nobody would read: most are misspelt."""
    strange = sorted(row.keys() - set(known))
    if strange:
        raise BadRow(f"{field} has no field named {strange[0]!a:.60}; rename or remove it.")


def apart(candidates: Sequence[ImportedCandidate]) -> tuple[ImportedCandidate, ...]:
    """The candidates, unless two of them say the same."""
    first: dict[tuple[tuple[str, str], ...], str] = {}
    for candidate in candidates:
        said = tuple((message["role"], message["content"]) for message in candidate.messages)
        if said in first:
            raise BadRow(
                f"candidate {candidate.key} repeats candidate {first[said]} word for word; "
                "leave one of them out."
            )
        first[said] = candidate.key
    return tuple(candidates)


def digest(value: object) -> str:
    """SHA-256 of a row that has no id of its own: the same row has the same one tomorrow."""
    said = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _message(value: object, field: str) -> Message:
    row = mapping(value, field)
    only(row, ("role", "content"), field)
    role = row.get("role")
    if role not in ROLES:
        raise BadRow(f"{field}.role is {role!a:.40}; use one of {', '.join(ROLES)}.")
    return {"role": str(role), "content": text(row.get("content"), f"{field}.content")}


def _scalar(value: object, field: str) -> Scalar:
    if isinstance(value, str):
        return text(value, field) if value else value
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow(f"{field} is not a finite number; leave it out.")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise BadRow(f"{field} must be text, a number, true, false or null, not {_kind(value)}.")


def _kind(value: object) -> str:
    """What JSON calls it."""
    if value is None:
        return "missing"
    names = {bool: "true or false", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
