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


class PairSerializer(serializers.Serializer[None]):
    newer = serializers.UUIDField(help_text="A policy.")
    older = serializers.UUIDField(help_text="The policy that it meets.")
    drawn = serializers.IntegerField(min_value=0, help_text="Contests whose answers are awaited.")
    answered = serializers.IntegerField(min_value=0, help_text="Contests before people, or voted.")
    void = serializers.IntegerField(min_value=0, help_text="Contests of which nothing is kept.")
    votes = serializers.IntegerField(min_value=0)
    prompts = serializers.IntegerField(min_value=0, help_text="That the votes are on.")
    won = serializers.FloatField(
        allow_null=True, help_text="How often the newer one won; null before the first vote."
    )
    low = serializers.FloatField(allow_null=True, help_text="Wilson’s 95 % interval, by prompt.")
    high = serializers.FloatField(allow_null=True)
    chance = serializers.FloatField(
        allow_null=True, help_text="To be the next contest; null where no arena is open."
    )


class RatedSerializer(serializers.Serializer[None]):
    policy = serializers.UUIDField()
    best = serializers.IntegerField(min_value=1, help_text="Its place, if all falls well for it.")
    worst = serializers.IntegerField(min_value=1)
    rating = serializers.FloatField(help_text="Log odds, less what its style wins by itself.")
    low = serializers.FloatField(help_text="Of a 95 % interval, by the sandwich of prompts.")
    high = serializers.FloatField()
    rating_with_style = serializers.FloatField()
    votes = serializers.IntegerField(min_value=0)
    resampled_low = serializers.FloatField(
        allow_null=True,
        help_text="Of a 95 % interval by resampling prompts; null where votes are too few for it.",
    )
    resampled_high = serializers.FloatField(allow_null=True)


class ArenaSerializer(serializers.Serializer[None]):
    track = serializers.UUIDField()
    campaign = serializers.UUIDField(
        allow_null=True, help_text="Whose people vote; null where no arena is open."
    )
    waiting = serializers.IntegerField(
        allow_null=True, min_value=0, help_text="Contests before people; null where none is open."
    )
    tells_voters = serializers.BooleanField(
        allow_null=True,
        help_text="Whether who voted learns on a page which policy was which; null where none is "
        "open.",
    )
    refusal = serializers.CharField(
        allow_blank=True, help_text="Why no contests could be drawn lately, and what to do."
    )
    pairs = PairSerializer(many=True)
    ratings = RatedSerializer(many=True, help_text="Empty while the votes allow none.")
