"""The shape of what comes in and goes out. Candidates go out blind: an id and a text, no source."""

from django.urls import reverse
from rest_framework import serializers

from annotate.attachments import Attachment
from annotate.conversation import MOST_MESSAGES
from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.models import Assignment, Draft
from annotate.selectors.assignment import shown_turn
from commons.shapes import Content, Few, Flag, Id, IdText, Text, Whole

MOST = 30  # entries of any list in a ranking, far beyond the nine answers that an item offers


class TakeSerializer(serializers.Serializer[None]):
    campaign = Id(required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(
        choices=Kind.choices, required=False, allow_null=True, default=None
    )
    key = Id(required=False, allow_null=True, default=None)


class StateSerializer(serializers.Serializer[None]):
    state = serializers.ChoiceField(
        choices=[each for each in AssignmentState if each != AssignmentState.EXCLUDED],
        required=False,
        default=None,
    )


class DraftSerializer(serializers.Serializer[None]):
    version = Whole(min_value=0)
    content = Content()


class SkipSerializer(serializers.Serializer[None]):
    reason = serializers.ChoiceField(choices=SkipReason.choices)
    note = Text(required=False, default="", allow_blank=True, max_length=2000)
    key = Id(required=False, allow_null=True, default=None)
    next = Flag(required=False, default=False)


class JudgementSerializer(serializers.Serializer[None]):
    """What handing in any kind of work may say beside the judgement itself."""

    key = Id(required=False, allow_null=True, default=None)
    version = Whole(
        min_value=0,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of the draft that it was made from; of a change, the revision.",
    )
    next = Flag(required=False, default=False)


class StartedSerializer(JudgementSerializer):
    started_from = Id(
        required=False,
        help_text="The candidate that you began with, where the campaign lets you begin with one.",
    )


class DemonstrationSerializer(StartedSerializer):
    text = Text(allow_blank=True)


class ConversationSerializer(StartedSerializer):
    """An answer of several messages: calls of the prompt's tools, their results, follow-ups."""

    messages = Few(
        child=Content(),
        most=MOST_MESSAGES,
        help_text="As chat templates have them. The last is the assistant’s, without calls.",
    )


class RankingSerializer(JudgementSerializer):
    tiers = Few(child=Few(child=IdText(), most=MOST), most=MOST)
    unrankable = Few(child=IdText(), most=MOST, required=False, default=list)
    strengths = Few(child=Whole(allow_null=True), most=MOST, required=False, default=list)
    reason = Text(required=False, default="", allow_blank=True)
    answers = Content(
        required=False, help_text="Ratings, flags and spans by candidate, as the item asks."
    )
    ideal = Text(
        required=False, default="", allow_blank=True, help_text="The best one as it should be."
    )
    ideal_from = IdText(
        required=False,
        allow_null=True,
        default=None,
        help_text="Which of several best ones it was made from.",
    )


def shown_draft(draft: Draft) -> dict[str, object]:
    return {"version": draft.version, "content": draft.body, "saved_at": draft.saved_at}


def shown_image(attachment: Attachment) -> dict[str, object]:
    """A picture, with where a person who is signed in sees it."""
    return {**attachment, "url": reverse("annotate:picture", args=[attachment["sha256"]])}


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
        "prompt": {
            "messages": turn.messages,
            "tools": turn.tools,
            "images": [shown_image(each) for each in turn.attachments],
            "language": turn.language,
            "may_harm": turn.may_harm,
        },
        "candidates": [{"id": name, "messages": messages} for name, messages in turn.answers],
        "asks": turn.asks and turn.asks.as_json(),
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
