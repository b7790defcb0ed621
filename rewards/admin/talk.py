"""The processes that answer whoever talks with the models."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import TalkSession


@admin.register(TalkSession)
class TalkSessionAdmin(ReadOnlyAdmin[TalkSession]):
    list_display = ("track", "state", "attempts", "says", "heartbeat_at", "finished_at", "error")
    list_filter = ("state",)
    list_select_related = ("track",)
    search_fields = ("track__name", "error")
