"""The formats, and how each is known by its rows."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeAlias

from annotate.importing.fields import BadRow, Row
from annotate.importing.records import Record
from commons.sentences import sentence as _

Reader: TypeAlias = Callable[[Row, int], Iterator[Record]]


class Format(StrEnum):
    AUTO = "auto"  # whatever the first row that has a known shape is
    LAUREL = "laurel"
    OASST = "oasst"
    HH = "hh"
    LABEL_STUDIO = "label-studio"
    ARGILLA = "argilla"


PLANNED = frozenset((Format.LABEL_STUDIO, Format.ARGILLA))


def detected(row: Row) -> Format:
    """The format whose keys a row has; ``BadRow`` if none."""
    if isinstance(row.get("data"), dict) and row.keys() & {"annotations", "predictions", "drafts"}:
        return Format.LABEL_STUDIO
    if isinstance(row.get("fields"), dict) or any(key.endswith(".responses") for key in row):
        return Format.ARGILLA
    if isinstance(row.get("prompt"), dict):
        return Format.OASST
    if {"chosen", "rejected"} <= row.keys():
        return Format.HH
    if row.keys() & {"prompt", "messages"}:
        return Format.LAUREL
    keys = ", ".join(f"{key!a:.40}" for key in list(row)[:8]) or _("none")
    known = ", ".join(each for each in Format if each is not Format.AUTO)
    raise BadRow(
        "no known format",
        _("has these fields: %(keys)s; name one of %(known)s.", keys=keys, known=known),
    )
