"""Cycles and their steps."""

from django.contrib import admin

from commons.admin import ReadOnly, ReadOnlyAdmin
from rewards.models import Cycle, CycleStep


class CycleStepInline(ReadOnly, admin.TabularInline[CycleStep, Cycle]):
    model = CycleStep
    fields = ("stage", "state", "attempts", "says", "error", "run", "started_at", "finished_at")
    readonly_fields = fields
    show_change_link = True


@admin.register(Cycle)
class CycleAdmin(ReadOnlyAdmin[Cycle]):
    list_display = ("__str__", "stage", "outcome", "policy", "opened_by", "opened_at", "closed_at")
    list_filter = ("stage", "outcome", "track")
    list_select_related = ("track", "policy__track", "opened_by")
    search_fields = ("=uuid", "track__name")
    date_hierarchy = "opened_at"
    inlines = (CycleStepInline,)


@admin.register(CycleStep)
class CycleStepAdmin(ReadOnlyAdmin[CycleStep]):
    list_display = ("__str__", "state", "attempts", "done", "total", "says", "heartbeat_at", "run")
    list_filter = ("state", "stage", "cycle__track")
    list_select_related = ("cycle__track", "run")
    search_fields = ("=cycle__uuid", "=run__uuid", "cycle__track__name", "error")
