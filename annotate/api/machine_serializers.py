"""The shape of a machine that is set up, of what it says, and of what is told of it."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotate.api.answers import Answer, CampaignNameSerializer, PageSerializer
from annotate.enums import MachineSilence, MachineWay
from annotate.services.machine import MachineSaid
from commons.shapes import Few, Flag, Id, IdText, Text

MOST_ANSWERS = 32
LONGEST = 4_000  # characters of a reason


@extend_schema_field({"type": "number", "exclusiveMinimum": 0, "maximum": 1})
class ShareField(serializers.FloatField):
    """A part of the whole: above 0, up to 1."""

    default_error_messages = {"invalid": "This is to be a number above 0, up to 1."}

    def to_internal_value(self, data: object) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not 0 < data <= 1:
            self.fail("invalid")
        return float(data)


class MadeWithSerializer(serializers.Serializer[None]):
    model = Text(max_length=200, required=False, allow_blank=True)
    version = Text(max_length=200, required=False, allow_blank=True)
    wording = Text(max_length=LONGEST, required=False, allow_blank=True)


class NewMachineSerializer(serializers.Serializer[None]):
    """A machine of which a program hands in what it says."""

    name = Text(max_length=60, help_text="As leads read it; one of each name in a campaign.")
    share = ShareField(
        required=False,
        default=1.0,
        help_text="Of the campaign’s rankings, drawn by a hash; above 0.",
    )
    made_of = MadeWithSerializer(
        required=False, default=dict, help_text="What it is, in your words. Never a key."
    )


class ShareSerializer(serializers.Serializer[None]):
    """What may be changed. What a machine is, never is: set up another."""

    share = ShareField(required=False)
    stopped = Flag(required=False)


class SaidSerializer(serializers.Serializer[None]):
    """What the machine said of one item: tiers for each order, or why there are none."""

    item = Id(help_text="The item’s `id`.")
    key = Id(required=False, allow_null=True, default=None)
    orders = Few(
        child=Few(
            child=Few(child=IdText(), most=MOST_ANSWERS, min_length=1),
            most=MOST_ANSWERS,
            min_length=1,
        ),
        most=2,
        required=False,
        default=list,
        help_text="For each order in which it was shown the answers, its tiers: best first, equal "
        "ones together, ids of answers. What two orders contradict each other in is a tie.",
    )
    silence = serializers.ChoiceField(
        choices=MachineSilence.choices,
        required=False,
        allow_null=True,
        default=None,
        help_text="Why there is no judgement. Never guess one: say so here.",
    )
    reason = Text(max_length=LONGEST, required=False, allow_blank=True, default="")
    made_with = MadeWithSerializer(
        required=False, default=dict, help_text="With what just this judgement was made."
    )

    def said(self) -> MachineSaid:
        given = self.validated_data
        silence = given["silence"]
        return MachineSaid(
            orders=given["orders"],
            silence=MachineSilence(silence) if silence else None,
            reason=given["reason"],
            made_with=given["made_with"],
        )


class MachineSerializer(Answer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    campaign = CampaignNameSerializer()
    way = serializers.ChoiceField(choices=MachineWay.choices)
    share = serializers.FloatField(min_value=0, max_value=1)
    made_of = serializers.DictField(help_text="What it is; it never changes.")
    stopped_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when it is stopped for good."
    )
    judged = serializers.IntegerField(min_value=0)
    silent = serializers.DictField(
        child=serializers.IntegerField(min_value=0),
        help_text="Items it was shown and has not judged, by the reason.",
    )


class MachinesSerializer(PageSerializer):
    results = MachineSerializer(many=True)


class MachineAnswerSerializer(Answer):
    id = serializers.UUIDField()
    messages = serializers.ListField(child=serializers.DictField())


class MachineItemSerializer(Answer):
    id = serializers.UUIDField()
    messages = serializers.ListField(child=serializers.DictField(), help_text="The prompt.")
    tools = serializers.ListField(child=serializers.DictField())
    skill = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    answers = MachineAnswerSerializer(many=True)
    orders = serializers.ListField(
        child=serializers.ListField(child=serializers.UUIDField()),
        help_text="Show the answers in the first, then in the second: the other way round.",
    )


class MachineItemsSerializer(Answer):
    items = MachineItemSerializer(many=True)
    after = serializers.UUIDField(
        allow_null=True, help_text="Where the next page begins; null: this was the last."
    )


class MachineVerdictSerializer(Answer):
    id = serializers.UUIDField()
    item = serializers.UUIDField()
    tiers = serializers.ListField(
        child=serializers.ListField(child=serializers.UUIDField()),
        allow_null=True,
        help_text="As it counts: what the orders contradict each other in is a tie. Null where "
        "nothing was judged.",
    )
    silence = serializers.ChoiceField(choices=MachineSilence.choices, allow_blank=True)
    created_at = serializers.DateTimeField()
