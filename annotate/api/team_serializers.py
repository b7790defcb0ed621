"""The shape of what a team's quota is set to, and of what is told of teams."""

from rest_framework import serializers

from annotate.api.answers import Answer, CampaignNameSerializer, PageSerializer
from annotate.forms.team import MOST
from commons.shapes import Flag, Whole


class QuotaSerializer(serializers.Serializer[None]):
    """Null is no number. What is left out stays as it is."""

    per_week = Whole(min_value=1, max_value=MOST, required=False, allow_null=True)
    in_all = Whole(min_value=1, max_value=MOST, required=False, allow_null=True)
    stops = Flag(required=False)


class ListedTeamSerializer(Answer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    is_vendor = serializers.BooleanField()


class TeamsSerializer(PageSerializer):
    results = ListedTeamSerializer(many=True)


class PartSerializer(Answer):
    """What a team is asked for in a campaign, and how far it is. Items are those that are paid."""

    id = serializers.UUIDField()
    team = ListedTeamSerializer()
    campaign = CampaignNameSerializer()
    per_week = serializers.IntegerField(min_value=1, allow_null=True, help_text="Items of a week.")
    in_all = serializers.IntegerField(min_value=1, allow_null=True, help_text="Items in all.")
    stops = serializers.BooleanField(help_text="Nothing more is given once a number is reached.")
    reads_texts = serializers.BooleanField(
        help_text="Whether its leads may read what its people hand in."
    )
    ended_at = serializers.DateTimeField(allow_null=True)
    items_this_week = serializers.IntegerField(min_value=0)
    items_in_all = serializers.IntegerField(min_value=0)
    items_in_hand = serializers.IntegerField(min_value=0)
    expected_by_now = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="What an even week would have brought."
    )
    reached = serializers.BooleanField()


class TeamSerializer(ListedTeamSerializer):
    parts = PartSerializer(many=True)


class MateSerializer(Answer):
    """One person in one campaign, in numbers."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    campaign = CampaignNameSerializer()
    active = serializers.BooleanField()
    paused = serializers.BooleanField()
    items_this_week = serializers.IntegerField(min_value=0)
    seconds_this_week = serializers.FloatField(min_value=0, help_text="At work.")
    items_in_all = serializers.IntegerField(min_value=0)
    last_at = serializers.DateTimeField(allow_null=True)


class PeopleSerializer(Answer):
    people = MateSerializer(many=True)
