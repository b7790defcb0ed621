"""Where policies meet before people, and every contest of theirs."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import Arena, Contest


@admin.register(Arena)
class ArenaAdmin(ReadOnlyAdmin[Arena]):
    list_display = (
        "track",
        "ahead",
        "held_out",
        "tells_voters",
        "started_by",
        "started_at",
        "stopped_at",
        "refusal",
    )
    list_select_related = ("track", "started_by")
    search_fields = ("=uuid", "track__name", "refusal")
    date_hierarchy = "started_at"


@admin.register(Contest)
class ContestAdmin(ReadOnlyAdmin[Contest]):
    list_display = ("arena", "first", "second", "propensity", "state", "drawn_at")
    list_filter = ("state",)
    list_select_related = ("arena__track", "first__track", "second__track")
    search_fields = ("=uuid", "=prompt", "arena__track__name")
    date_hierarchy = "drawn_at"
