"""Models that judge beside people."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import Judging


@admin.register(Judging)
class JudgingAdmin(ReadOnlyAdmin[Judging]):
    list_display = (
        "__str__",
        "campaign",
        "state",
        "done",
        "total",
        "left_out",
        "silent",
        "requested_by",
        "heartbeat_at",
        "finished_at",
        "error",
    )
    list_filter = ("state",)
    list_select_related = ("reward_model", "requested_by")
    search_fields = (
        "=uuid",
        "=campaign",
        "=machine",
        "=reward_model__uuid",
        "server",
        "model",
        "error",
    )
    date_hierarchy = "requested_at"
