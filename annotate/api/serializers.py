"""The shape of what comes in and goes out. Candidates go out blind: an id and a text, no source."""

from collections.abc import Iterator
from typing import TypedDict

from rest_framework import serializers

from annotate.enums import Kind, SkipReason
from annotate.models import Assignment, Candidate, Draft
from annotate.selectors.assignment import candidates_in_order


class TakeSerializer(serializers.Serializer[None]):
    campaign = serializers.UUIDField(required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False, default=None)


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


class DemonstrationSerializer(serializers.Serializer[None]):
    key = serializers.UUIDField(required=False, default=None)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False)


class RankingSerializer(serializers.Serializer[None]):
    key = serializers.UUIDField(required=False, default=None)
    tiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    unrankable = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    strengths = serializers.ListField(
        child=serializers.IntegerField(allow_null=True), required=False, default=list
    )
    reason = serializers.CharField(required=False, default="", allow_blank=True)


class ShownCandidate(TypedDict):
    id: str
    messages: list[dict[str, str]]


def shown_candidate(candidate: Candidate) -> ShownCandidate:
    return {"id": str(candidate.uuid), "messages": candidate.messages}


def shown_draft(draft: Draft) -> dict[str, object]:
    return {"version": draft.version, "content": draft.body, "saved_at": draft.saved_at}


def shown_assignment(assignment: Assignment) -> dict[str, object]:
    """One turn as its person may see it."""
    task, draft = assignment.task, getattr(assignment, "draft", None)
    return {
        "id": str(assignment.uuid),
        "kind": task.kind,
        "state": assignment.state,
        "campaign": {"id": str(task.campaign.uuid), "name": task.campaign.name},
        "expires_at": assignment.expires_at,
        "prompt": {"messages": task.prompt.messages, "language": task.prompt.language},
        "candidates": [shown_candidate(each) for each in candidates_in_order(assignment)],
        "draft": shown_draft(draft) if draft else None,
    }
