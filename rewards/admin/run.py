"""Engine runs and the points of their curves."""

from django.contrib import admin

from commons.admin import ReadOnlyAdmin
from rewards.models import EngineRun, Metric


@admin.register(EngineRun)
class EngineRunAdmin(ReadOnlyAdmin[EngineRun]):
    list_display = (
        "__str__",
        "state",
        "attempts",
        "deaths",
        "done",
        "total",
        "says",
        "requested_by",
        "requested_at",
        "heartbeat_at",
        "finished_at",
    )
    list_filter = ("state", "module")
    list_select_related = ("requested_by",)
    search_fields = ("=uuid", "error", "requested_by__username")
    date_hierarchy = "requested_at"


@admin.register(Metric)
class MetricAdmin(ReadOnlyAdmin[Metric]):
    list_display = ("run", "step", "values", "at")
    list_filter = ("run__module",)
    list_select_related = ("run",)
    search_fields = ("=run__uuid",)
