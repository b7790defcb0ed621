"""Read one field of a JSON row, or say in words what is wrong with it."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from annotate.importing.records import Scalar
from commons.sentences import Sentence
from commons.sentences import sentence as _

Row: TypeAlias = Mapping[str, object]

LANGUAGE = "en"  # where a row does not say

# Places that have no name in JSON. They are found again in what is given as a field, so that a row
# with nothing wrong in it makes no sentence.
PLACES = (
    (re.compile("the row"), _("the row")),
    (re.compile("the line"), _("the line")),
    (re.compile("the element"), _("the element")),
    (re.compile("chosen and rejected"), _("chosen and rejected")),
    (re.compile("no known format"), _("no known format")),
    (re.compile(r"byte (?P<number>\d+)"), _("byte %(number)s", number=1)),
    (re.compile(r"candidate (?P<key>.*)", re.DOTALL), _("candidate %(key)s", key=1)),
    (re.compile(r"text of (?P<key>.*)", re.DOTALL), _("text of %(key)s", key="")),
    (
        re.compile(r"task (?P<key>.*): an annotation", re.DOTALL),
        _("task %(key)s: an annotation", key=""),
    ),
    (
        re.compile(r"task (?P<key>.*): (?P<field>\w+)", re.DOTALL),
        _("task %(key)s: %(field)s", key="", field=""),
    ),
    (
        re.compile(r"record (?P<key>.*): (?P<field>.*)", re.DOTALL),
        _("record %(key)s: %(field)s", key="", field=""),
    ),
    (re.compile(r"a key of (?P<field>.*)", re.DOTALL), _("a key of %(field)s", field="")),
    (re.compile(r"the last turn of (?P<field>\w+)"), _("the last turn of %(field)s", field="")),
    (
        re.compile(r"a turn of (?P<who>\w+) in (?P<field>\w+)"),
        _("a turn of %(who)s in %(field)s", who="", field=""),
    ),
)

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
        super().__init__(Sentence("%(field)s %(problem)s", field=_place(field), problem=problem))

    @property
    def path(self) -> str:
        """The field as programs name it: ``messages.0.content``; empty for the row as a whole."""
        field = "" if self.field == "the row" else self.field.removeprefix("a key of ")
        return re.sub(r"\[(\d+)\]", r".\1", re.sub(r"^candidate (?=\d+$)", "candidates.", field))


def _place(field: str) -> str:
    """Where it is; in words that can be translated where it has no name of its own."""
    for name, place in PLACES:
        if found := name.fullmatch(field):
            return Sentence(place.pattern, **found.groupdict())
    return field


def text(value: object, field: str, *, longest: int = LONGEST_TEXT) -> str:
    """A text with something in it that the database and a reader can take; kept as it is."""
    if not isinstance(value, str):
        raise BadRow(field, _("must be text, not %(kind)s.", kind=kind_of(value)))
    try:
        said = value.encode()
    except UnicodeEncodeError:
        raise BadRow(
            field, _("holds half of a surrogate pair; write the whole character.")
        ) from None
    if len(said.translate(None, _CONTROL)) < len(said):  # twice as fast as a regular expression
        first = next(byte for byte in said if byte in _CONTROL)
        code = f"U+{first:04X}"
        raise BadRow(field, _("holds the control character %(code)s; remove it.", code=code))
    if not value or value.isspace():
        raise BadRow(field, _("is empty; fill it in or leave the row out."))
    if len(value) > longest:
        raise too_long(value, field, longest)
    return value


def label(row: Row, key: str, field: str, *, default: str, longest: str) -> str:
    """A short text under ``key``, no longer than the label ``longest``; absent = ``default``."""
    if row.get(key) is None:
        return default
    value = text(row[key], field)
    if len(value) > LONGEST[longest]:
        raise too_long(value, field, LONGEST[longest])
    return value


def too_long(value: str, field: str, longest: int) -> BadRow:
    return BadRow(
        field,
        _(
            "has %(length)s characters; shorten it to %(longest)s.",
            length=len(value),
            longest=longest,
        ),
    )


def mapping(value: object, field: str) -> Row:
    if not isinstance(value, dict):
        raise BadRow(field, _("must be an object, not %(kind)s.", kind=kind_of(value)))
    return value


def items(value: object, field: str) -> Sequence[object]:
    """A list; absent or null = empty."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadRow(field, _("must be a list, not %(kind)s.", kind=kind_of(value)))
    return value


def whole_number(value: object, field: str) -> int:
    """A number without a fraction; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadRow(field, _("must be a whole number, not %(kind)s.", kind=kind_of(value)))
    return value


def digit(row: Row, key: str, field: str, *, default: int) -> int:
    """A whole number from 1 to 9 under ``key``; absent = ``default``."""
    if row.get(key) is None:
        return default
    value = whole_number(row[key], field)
    if not 1 <= value <= 9:
        raise BadRow(
            field, _("is %(number)s; use 1 (comes first) to 9 (comes last).", number=value)
        )
    return value


def scalars(value: object, field: str) -> Mapping[str, Scalar]:
    """A flat object of texts, finite numbers, truth values and nulls; absent = empty."""
    if value is None:
        return {}
    found: dict[str, Scalar] = {}
    for key, one in mapping(value, field).items():
        name = text(key, f"a key of {field}")  # before it is repeated in a refusal
        if len(name) > LONGEST["key"]:
            raise BadRow(
                field,
                _("has a key of %(length)s characters; give it a shorter one.", length=len(name)),
            )
        found[name] = _scalar(one, f"{field}.{name}")
    return found


def only(row: Row, known: frozenset[str], field: str) -> None:
    """Refuse fields that nobody would read: most are misspelt."""
    if not row.keys() <= known:
        strange = min(row.keys() - known)
        name = f"{strange!a:.60}"
        raise BadRow(field, _("has no field named %(name)s; rename or remove it.", name=name))


def digest(value: object) -> str:
    """SHA-256 of a row that has no id of its own: the same row has the same one tomorrow."""
    try:
        said = json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise BadRow("the row", _("is nested too deeply; flatten it.")) from None
    return hashlib.sha256(said.encode()).hexdigest()


def _scalar(value: object, field: str) -> Scalar:
    if isinstance(value, str):
        return text(value, field) if value else value
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow(field, _("is not a finite number; leave it out."))
    if isinstance(value, int | float) and abs(value) >= LARGEST:
        raise BadRow(field, _("is a number of more than 63 bits; write it as text."))
    if value is None or isinstance(value, bool | int | float):
        return value
    raise BadRow(
        field,
        _("must be text, a number, true, false or null, not %(kind)s.", kind=kind_of(value)),
    )


def kind_of(value: object) -> Sentence:
    """What JSON calls it."""
    if value is None:
        return _("missing")
    names = {
        bool: _("true or false"),
        str: _("text"),
        list: _("a list"),
        dict: _("an object"),
    }
    return names.get(type(value), _("a number"))
