"""The shape of a request for scores, and of what is said of one."""

from rest_framework import serializers

from commons.models import RunState
from commons.shapes import Few, Text
from rewards.services.scored import ToScore

MOST_ROWS = 500
MOST_ANSWERS = 32
MOST_MESSAGES = 100
ROLES = ("system", "user", "assistant", "tool")
LONGEST = 200_000  # characters of one message


class SaidTurnSerializer(serializers.Serializer[None]):
    role = serializers.ChoiceField(choices=ROLES)
    content = Text(max_length=LONGEST, allow_blank=True)


class RowToScoreSerializer(serializers.Serializer[None]):
    messages = Few(
        child=SaidTurnSerializer(),
        most=MOST_MESSAGES,
        min_length=1,
        help_text="The prompt up to the open turn; the last message is not the assistant’s.",
    )
    answers = Few(child=Text(max_length=LONGEST), most=MOST_ANSWERS, min_length=1)


class ScoreSerializer(serializers.Serializer[None]):
    rows = Few(child=RowToScoreSerializer(), most=MOST_ROWS, min_length=1)

    def to_score(self) -> list[ToScore]:
        return [
            ToScore(
                prompt=[dict(message) for message in row["messages"]],
                answers=[[{"role": "assistant", "content": text}] for text in row["answers"]],
            )
            for row in self.validated_data["rows"]
        ]


class OneScoreSerializer(serializers.Serializer[None]):
    score = serializers.FloatField(
        help_text="Higher is better. Only differences under one prompt mean something."
    )
    uncertainty = serializers.FloatField(
        allow_null=True,
        min_value=0,
        help_text="Standard deviation over an ensemble’s heads; null where the model has none.",
    )


class ScoresSerializer(serializers.Serializer[None]):
    id = serializers.UUIDField()
    reward_model = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RunState.choices)
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    says = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True, help_text="Why it failed, and what to do.")
    scores = serializers.ListField(
        child=OneScoreSerializer(many=True),
        allow_null=True,
        help_text="Of each row its answers’ scores, in their order. Null until `state` is `done`, "
        "and again once they have been forgotten: then ask anew.",
    )
