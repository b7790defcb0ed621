"""Whatever may be wrong with a field, the problem document says what helps."""

from collections.abc import Iterator

import pytest
from rest_framework import serializers

from annotate.api import intake_serializers
from annotate.api import serializers as shapes
from commons.problems import REMEDIES

# Codes that DRF knows and our fields have no way to, because they take no such thing.
NEVER = {
    "max_string_length",  # a number comes as a number
    "max_length",  # of a list: counted before, as max_items
    "empty",
    "min_length",
}


def fields_in(found: serializers.Field) -> Iterator[serializers.Field]:
    yield found
    for inner in getattr(found, "fields", {}).values():
        yield from fields_in(inner)
    if hasattr(found, "child"):
        yield from fields_in(found.child)


def serializers_of(module) -> list[type[serializers.Serializer]]:
    mine = [each for each in vars(module).values() if isinstance(each, type)]
    return [each for each in mine if issubclass(each, serializers.Serializer)]


@pytest.mark.parametrize(
    "shape",
    serializers_of(shapes) + serializers_of(intake_serializers),
)
def test_every_error_that_a_field_may_have_has_a_remedy(shape):
    for field in fields_in(shape()):
        codes = set(field.error_messages) | {
            code for each in field.validators if (code := getattr(each, "code", None))
        }
        assert codes - NEVER <= REMEDIES.keys(), field
