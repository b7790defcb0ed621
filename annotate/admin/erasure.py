"""What was erased, by whom and when; and the notes beside acts. Read here, done on their pages."""

from django.contrib import admin

from annotate.models import ActNote, Erasure, Tombstone
from commons.admin import ReadOnlyAdmin


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin[Erasure]):
    list_display = ("__str__", "at", "by", "prompt", "person", "texts")
    list_filter = ("kind", "texts")
    list_select_related = ("by", "prompt", "person")
    search_fields = ("=uuid", "=prompt__uuid", "=person__uuid")
    date_hierarchy = "at"


@admin.register(Tombstone)
class TombstoneAdmin(ReadOnlyAdmin[Tombstone]):
    list_display = ("judgement", "erasure")
    list_select_related = ("erasure",)
    search_fields = ("=judgement", "=erasure__uuid")


@admin.register(ActNote)
class ActNoteAdmin(ReadOnlyAdmin[ActNote]):
    list_display = ("event", "text")
    list_select_related = ("event",)
    search_fields = ("=event__uuid", "event__subject")
