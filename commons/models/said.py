"""Columns for what workers have said: a sentence is kept as what it was made of, and read again as
a sentence. It is English for whoever takes it as text, and a page shows it in the reader's language
(``|translated``). Any other text, and all that was kept before, is text as ever.

In the database both are what they extend, so that no migration knows them.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from commons.sentences import Sentence, as_json, restored

BEGINS = '{"sentence": '  # a text that is a sentence's JSON

Deconstructed = tuple[str, str, Sequence[Any], dict[str, Any]]


def _read(value: str | None) -> str | None:
    if value is None or not value.startswith(BEGINS):
        return value
    try:
        said = restored(json.loads(value))
    except ValueError:
        return value
    return said if isinstance(said, Sentence) else value


def _written(said: Sentence) -> str:
    return json.dumps(as_json(said), ensure_ascii=False)


class SaidTextField(models.TextField):  # type: ignore[type-arg]
    """One text that may be a sentence."""

    def deconstruct(self) -> Deconstructed:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        said = super().get_prep_value(value)
        return _written(said) if isinstance(said, Sentence) else said

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return _read(value)


class SaidCharField(models.CharField):  # type: ignore[type-arg]
    """One short text that may be a sentence; English where what it was made of has no room."""

    def deconstruct(self) -> Deconstructed:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        said = super().get_prep_value(value)
        if not isinstance(said, Sentence):
            return said
        written = _written(said)
        return written if len(written) <= (self.max_length or 0) else str.__str__(said)

    def from_db_value(
        self, value: str | None, expression: object, connection: BaseDatabaseWrapper
    ) -> str | None:
        return _read(value)


class SaidJSONField(models.JSONField):
    """JSON in which any text may be a sentence."""

    def deconstruct(self) -> Deconstructed:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(as_json(value))

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return restored(super().from_db_value(value, expression, connection))
