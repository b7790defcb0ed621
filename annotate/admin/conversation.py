"""What people and models said to one another; read here, led by their people."""

from django.contrib import admin

from annotate.models import CandidateRequest, Conversation, ConversationTurn
from commons.admin import ReadOnlyAdmin


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin[Conversation]):
    list_display = ("campaign", "person", "state", "skill", "language", "opened_at", "closed_at")
    list_filter = ("state", "campaign")
    list_select_related = ("campaign", "person")
    search_fields = ("=uuid", "person__username", "campaign__name")
    date_hierarchy = "opened_at"


@admin.register(ConversationTurn)
class ConversationTurnAdmin(ReadOnlyAdmin[ConversationTurn]):
    list_display = ("conversation", "number", "prompt", "said_at")
    list_select_related = ("conversation__campaign", "conversation__person", "prompt")
    search_fields = ("=conversation__uuid", "conversation__person__username")
    date_hierarchy = "said_at"


@admin.register(CandidateRequest)
class CandidateRequestAdmin(ReadOnlyAdmin[CandidateRequest]):
    list_display = ("turn", "state", "attempts", "says", "requested_at", "finished_at", "error")
    list_filter = ("state",)
    list_select_related = ("turn__conversation__campaign", "turn__conversation__person")
    search_fields = ("=uuid", "error", "turn__conversation__person__username")
    date_hierarchy = "requested_at"
