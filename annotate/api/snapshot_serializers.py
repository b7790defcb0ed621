"""The shape of a request for a dataset, and of what is said of one.

The policy's fields come from the policy itself (``annotate.export.policy_fields``).
"""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from annotate.api.answers import CampaignNameSerializer, PageSerializer
from annotate.enums import Purpose, Side, SnapshotKind
from annotate.export.policy import Policy
from annotate.export.policy_fields import (
    POLICY_FIELDS,
    FieldShape,
    PolicyField,
    policy_from_said,
)
from commons.models import RunState
from commons.openapi import NO_NUL
from commons.shapes import LARGEST, Few, Flag, Id, IdText, Text, Whole

MOST = 100  # entries of any list
LONGEST = 200  # characters of a text in a policy


class Number(serializers.FloatField):
    """A number that is written as one."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


def field_for(field: PolicyField) -> serializers.Field[Any, Any, Any, Any]:
    """What judges the shape of a field of a policy."""
    one: serializers.Field[Any, Any, Any, Any] = (
        serializers.ChoiceField(choices=field.choices)
        if field.choices
        else Text(max_length=LONGEST)
    )
    match field.shape:
        case FieldShape.YES:
            return Flag()
        case FieldShape.WHOLE:
            return Whole()
        case FieldShape.SEVERAL:
            return Few(child=one, most=MOST)
        case FieldShape.IDS:
            return Few(child=IdText(), most=MOST)
        case FieldShape.NUMBERS:
            return serializers.DictField(child=Number())
    return one


def schema_for(field: PolicyField) -> dict[str, Any]:
    """The same in the words of JSON Schema."""
    one: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    one = {"type": "string", "enum": list(field.choices)} if field.choices else one
    one |= {} if field.choices else {"pattern": NO_NUL}
    some = {"type": "array", "maxItems": MOST}
    shapes: dict[FieldShape, dict[str, Any]] = {
        FieldShape.YES: {"type": "boolean"},
        FieldShape.WHOLE: {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
        FieldShape.TEXT: one,
        FieldShape.SEVERAL: {**some, "items": one},
        FieldShape.IDS: {**some, "items": {"type": "string", "format": "uuid"}},
        FieldShape.NUMBERS: {"type": "object", "additionalProperties": {"type": "number"}},
    }
    return {"description": f"{field.meaning.words}.", **shapes[field.shape]}


FIELDS = {field.name: field_for(field) for field in POLICY_FIELDS}


@extend_schema_field(
    {
        "type": "object",
        "description": "What is chosen; what is left out is as usual.",
        "additionalProperties": False,
        "properties": {field.name: schema_for(field) for field in POLICY_FIELDS},
    }
)
class PolicySaid(serializers.Field[Policy, Any, Any, Any]):
    """Some fields of a policy. A name that no policy has is refused: it would change nothing."""

    default_error_messages = {
        "not_a_dict": "This is to be an object.",
        "unknown": "A policy has no such field; the documentation lists all of them.",
    }

    def to_internal_value(self, data: object) -> Policy:
        if not isinstance(data, Mapping):
            self.fail("not_a_dict")
        said: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, value in data.items():
            if name not in FIELDS:
                errors[str(name)] = [ErrorDetail(str(self.error_messages["unknown"]), "unknown")]
                continue
            try:
                said[name] = FIELDS[name].run_validation(value)
            except ValidationError as odd:
                errors[name] = odd.detail
        if errors:
            raise ValidationError(errors)
        return policy_from_said(said)


class SnapshotRequestSerializer(serializers.Serializer[None]):
    kind = serializers.ChoiceField(choices=SnapshotKind.choices)
    campaigns = Few(child=Id(), most=MOST, min_length=1, help_text="That you lead.")
    policy = PolicySaid(required=False)
    purpose = serializers.ChoiceField(
        choices=Purpose.choices,
        required=False,
        default=Purpose.FILES,
        help_text="`check`: only look at what would be in it, and report.",
    )
    key = Id(required=False, allow_null=True, default=None)


class SnapshotFilterSerializer(serializers.Serializer[None]):
    campaign = Id(required=False, default=None)
    kind = serializers.ChoiceField(choices=SnapshotKind.choices, required=False, default=None)
    state = serializers.ChoiceField(choices=RunState.choices, required=False, default=None)


class ProgressOfRunSerializer(serializers.Serializer[None]):
    done = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0, help_text="0 while it is not known.")
    says = serializers.CharField(allow_blank=True)


class SideRowsSerializer(serializers.Serializer[None]):
    """Rows by side; empty until it is frozen."""

    train = serializers.IntegerField(min_value=0, required=False)
    validation = serializers.IntegerField(min_value=0, required=False)
    test = serializers.IntegerField(min_value=0, required=False)


assert set(Side.values) == set(SideRowsSerializer().fields)


class ListedSnapshotSerializer(serializers.Serializer[None]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SnapshotKind.choices)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    state = serializers.ChoiceField(choices=RunState.choices)
    campaigns = CampaignNameSerializer(many=True)
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    files_gone_at = serializers.DateTimeField(
        allow_null=True,
        help_text="Since when its files are let go; null while they are there. With a state of "
        "`requested` or `running`, they are being made again.",
    )
    progress = ProgressOfRunSerializer()
    rows = SideRowsSerializer()
    digest = serializers.CharField(allow_blank=True, help_text="Empty until it is frozen.")
    error = serializers.CharField(allow_blank=True, help_text="Why it failed, and what to do.")


class FileSerializer(serializers.Serializer[None]):
    path = serializers.CharField()
    sha256 = serializers.CharField()
    rows = serializers.IntegerField(min_value=0)
    bytes = serializers.IntegerField(min_value=0)


class SnapshotSerializer(ListedSnapshotSerializer):
    policy = serializers.DictField(help_text="Whole, as the manifest has it.")
    report = serializers.DictField(help_text="What was looked for and found; empty if nobody did.")
    files = FileSerializer(many=True, help_text="Empty until it is frozen.")


class SnapshotsSerializer(PageSerializer):
    results = ListedSnapshotSerializer(many=True)
