"""The fields of a policy as whoever asks for one has to know them: shape, choices, meaning.

Commands and the API are made from this list, and it is made from ``Policy`` itself: a field that
is added there appears in both. What a field means stands in the docstring; what may be chosen in
the constant of its name, as TIES of ``ties`` and FORMS of ``form``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from enum import Enum
from typing import Any

from annotate.export import policy as beside
from annotate.export.policy import Policy

_NAMED = re.compile(r"``(\w+)``(?: and ``(\w+)``)?(,[^:.]*)?: ")


class FieldShape(Enum):
    YES = "true or false"
    WHOLE = "a whole number"
    TEXT = "a text, or one of its choices"
    SEVERAL = "a list of texts, or of its choices"
    IDS = "a list of ids"
    NUMBERS = "numbers by name"


@dataclass(frozen=True)
class Meaning:
    """What a field is for, in the words of the policy; ``group`` is the paragraph it stands in."""

    group: str
    words: str


@dataclass(frozen=True)
class PolicyField:
    """``usual`` is what holds where nothing is said; ``choices`` None: whatever one says."""

    name: str
    shape: FieldShape
    usual: Any
    choices: tuple[str, ...] | None
    meaning: Meaning


def policy_from_said(said: Mapping[str, Any]) -> Policy:
    """The policy that some fields ask for; what is None or left out is as usual."""
    known = {field.name: said.get(field.name) for field in POLICY_FIELDS}
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in known.items()
        if value is not None
    }
    return Policy(**chosen)


def meanings_in(docstring: str) -> dict[str, Meaning]:
    """What a docstring says of each field: paragraphs that begin with their title."""
    found: dict[str, Meaning] = {}
    for paragraph in re.split(r"\n\s*\n", docstring)[1:]:
        title, _, text = " ".join(paragraph.split()).partition(". ")
        for names, words in _told(text):
            found |= {name: Meaning(title, words) for name in names}
    return found


def _told(text: str) -> Iterator[tuple[list[str], str]]:
    known = {field.name for field in fields(Policy)}
    begins = [each for each in _NAMED.finditer(text) if each[1] in known]
    ends = [*(each.start() for each in begins[1:]), len(text)]
    for begin, end in zip(begins, ends, strict=False):
        where = f"{begin[3].removeprefix(', ')}: " if begin[3] else ""
        words = f"{where}{text[begin.end() : end]}".strip().rstrip(".")
        yield [name for name in begin.groups()[:2] if name], words.replace("``", "")


def _policy_fields() -> Iterator[PolicyField]:
    meanings, usual = meanings_in(Policy.__doc__ or ""), Policy()
    for field in fields(Policy):
        value = getattr(usual, field.name)
        yield PolicyField(
            field.name,
            _shape_of(field, value),
            value,
            _choices_of(field.name),
            meanings.get(field.name, Meaning("Policy", field.name)),
        )


def _shape_of(field: "Field[Any]", usual: object) -> FieldShape:
    if isinstance(usual, bool):
        return FieldShape.YES
    if isinstance(usual, Mapping):
        return FieldShape.NUMBERS
    if isinstance(usual, tuple):
        return FieldShape.IDS if field.name in ("apart_from", "machines") else FieldShape.SEVERAL
    return FieldShape.WHOLE if "int" in str(field.type) else FieldShape.TEXT


def _choices_of(name: str) -> tuple[str, ...] | None:
    for listed in (name.upper(), f"{name.upper()}S"):
        found = getattr(beside, listed, None)
        if isinstance(found, tuple):
            return found
    return None


POLICY_FIELDS: Sequence[PolicyField] = tuple(_policy_fields())
