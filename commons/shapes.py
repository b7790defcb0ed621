"""Fields that take what the API's description says of them, and nothing that merely resembles it.

DRF reads a number as a text, “yes” as true and any writing of a UUID. Programs are better served by
a refusal that names the field: what is guessed rightly today is guessed wrongly tomorrow.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from rest_framework import serializers

LARGEST = 2_147_483_647  # that an integer column of PostgreSQL holds
CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HOLDS_NUL = "It holds a NUL character; remove it."


def uuid_in(said: object) -> UUID | None:
    """The UUID that is written here in its usual form; None for anything else."""
    return UUID(said) if isinstance(said, str) and CANONICAL.fullmatch(said) else None


class Id(serializers.UUIDField):
    def to_internal_value(self, data: object) -> UUID:
        found = uuid_in(data)
        if found is None:
            self.fail("invalid", value=data)
        return found


class IdText(Id):
    """The id as the text that rows keep it in."""

    def to_internal_value(self, data: object) -> str:  # type: ignore[override]
        return str(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A whole number that a column can hold; 1.0 is one, as JSON Schema has it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_value": LARGEST, "min_value": -LARGEST, **options})

    def to_internal_value(self, data: Any) -> int:
        is_whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not is_whole:
            self.fail("invalid")
        return int(data)


class Flag(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Text(serializers.CharField):
    """A text as it was sent, with the spaces around it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **options})

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Few(serializers.ListField):
    """A list of ``most`` things, counted before any of them is looked at.

    DRF counts last: whoever sends a hundred thousand wrong things is told of each of them.
    """

    default_error_messages = {"max_items": "There are {count} things in it; {most} is the most."}

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)  # which the description shows
        self.most = most

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > self.most:
            self.fail("max_items", count=len(data), most=self.most)
        return super().to_internal_value(data)


class Content(serializers.DictField):
    """Any JSON object. PostgreSQL's JSON holds every character but one."""

    def to_internal_value(self, data: Any) -> dict[str, object]:
        found: dict[str, object] = super().to_internal_value(data)
        if any("\0" in text for text in texts_in(found)):
            raise serializers.ValidationError(HOLDS_NUL, "null_characters_not_allowed")
        return found


def texts_in(value: object) -> Iterator[str]:
    """Every text of a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts_in(inner)
