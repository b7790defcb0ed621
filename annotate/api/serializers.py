"""The shape of what comes in and goes out. Candidates go out blind: an id and a text, no source."""

from collections.abc import Iterator

from rest_framework import serializers

from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.models import Assignment, Draft
from annotate.selectors.assignment import shown_turn


class TakeSerializer(serializers.Serializer[None]):
    campaign = serializers.UUIDField(required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(
        choices=Kind.choices, required=False, allow_null=True, default=None
    )
    key = serializers.UUIDField(required=False, allow_null=True, default=None)


class StateSerializer(serializers.Serializer[None]):
    state = serializers.ChoiceField(
        choices=AssignmentState.choices, required=False, allow_null=True, default=None
    )


class DraftSerializer(serializers.Serializer[None]):
    version = serializers.IntegerField(min_value=0)
    content = serializers.DictField()

    def validate_content(self, content: dict[str, object]) -> dict[str, object]:
        """PostgreSQL's JSON holds every character but one."""
        if any("\0" in text for text in texts_in(content)):
            raise serializers.ValidationError("It holds a NUL character; remove it.")
        return content


def texts_in(value: object) -> Iterator[str]:
    """Every text of a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value:
            yield from texts_in(inner)
        if isinstance(value, dict):
            yield from texts_in(list(value.values()))


class SkipSerializer(serializers.Serializer[None]):
    reason = serializers.ChoiceField(choices=SkipReason.choices)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=2000)
    key = serializers.UUIDField(required=False, allow_null=True, default=None)
    next = serializers.BooleanField(required=False, default=False)


class JudgementSerializer(serializers.Serializer[None]):
    """What handing in any kind of work may say beside the judgement itself."""

    key = serializers.UUIDField(required=False, allow_null=True, default=None)
    version = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, default=None, help_text="Of the draft."
    )
    next = serializers.BooleanField(required=False, default=False)


class DemonstrationSerializer(JudgementSerializer):
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)


class RankingSerializer(JudgementSerializer):
    tiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    unrankable = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    strengths = serializers.ListField(
        child=serializers.IntegerField(allow_null=True), required=False, default=list
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True)


def shown_draft(draft: Draft) -> dict[str, object]:
    return {"version": draft.version, "content": draft.body, "saved_at": draft.saved_at}


def shown_assignment(assignment: Assignment) -> dict[str, object]:
    """One turn as its person may see it."""
    turn = shown_turn(assignment)
    draft = turn.draft
    return {
        "id": str(turn.uuid),
        "kind": turn.kind,
        "state": turn.state,
        "campaign": {"id": str(turn.campaign_uuid), "name": turn.campaign_name},
        "instructions": turn.instructions,
        "expires_at": turn.expires_at,
        "prompt": {"messages": turn.messages, "language": turn.language},
        "candidates": [{"id": name, "messages": messages} for name, messages in turn.answers],
        "draft": draft
        and {"version": draft.version, "content": draft.body, "saved_at": draft.saved_at},
    }


def listed_assignment(assignment: Assignment) -> dict[str, object]:
    """One turn in a list: without the texts, which its own address brings."""
    campaign = assignment.task.campaign
    return {
        "id": str(assignment.uuid),
        "kind": assignment.task.kind,
        "state": assignment.state,
        "campaign": {"id": str(campaign.uuid), "name": campaign.name},
        "taken_at": assignment.taken_at,
        "expires_at": assignment.expires_at,
        "closed_at": assignment.closed_at,
    }
