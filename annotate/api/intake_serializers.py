"""The shape of what comes in by the thousand. What a row says is judged where it is kept."""

from rest_framework import serializers

from commons.shapes import Id, Text

ROWS = 5000  # of one request


class RowsField(serializers.Field[list[object], object, object, object]):
    """A list of whatever: a row with an error is refused by itself and stops no other."""

    default_error_messages = {
        "not_a_list": "This is to be a list of rows.",
        "empty": "There is no row in it.",
        "too_many": "There are {count} rows; send at most {most} at once.",
    }

    def to_internal_value(self, data: object) -> list[object]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        if len(data) > ROWS:
            self.fail("too_many", count=len(data), most=ROWS)
        return data

    def to_representation(self, value: object) -> object:
        return value


class RowsSerializer(serializers.Serializer[None]):
    """Rows that arrive as one batch, under a name for people and a key for programs."""

    name = Text(required=False, default="", allow_blank=True, max_length=200)
    key = Id(required=False, allow_null=True, default=None)
    rows = RowsField()
