"""Questions about items, what became a precedent, and what people were told: read here."""

from django.contrib import admin

from annotate.models import ItemQuestion, Note, Precedent
from commons.admin import ReadOnlyAdmin


@admin.register(ItemQuestion)
class ItemQuestionAdmin(ReadOnlyAdmin[ItemQuestion]):
    list_display = ("__str__", "campaign", "state", "created_at", "answered_by")
    list_filter = ("state", "campaign")
    list_select_related = ("campaign", "answered_by")
    search_fields = ("=uuid", "=assignment__uuid", "text", "answer")
    date_hierarchy = "created_at"


@admin.register(Precedent)
class PrecedentAdmin(ReadOnlyAdmin[Precedent]):
    list_display = ("__str__", "campaign", "skill", "language", "created_at")
    list_filter = ("campaign", "language", "skill")
    list_select_related = ("campaign",)
    search_fields = ("=uuid", "asked", "answer")
    date_hierarchy = "created_at"


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin[Note]):
    list_display = ("__str__", "review", "question", "created_at", "read_at")
    list_select_related = ("person", "review__task__prompt", "question")
    search_fields = ("=uuid", "person__username", "text")
    date_hierarchy = "created_at"
