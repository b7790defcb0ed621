"""Machines that judge and what they were shown: set up on pages and by programs, read here."""

from django.contrib import admin

from annotate.models import MachineJudge, MachineVerdict
from commons.admin import ReadOnlyAdmin


@admin.register(MachineJudge)
class MachineJudgeAdmin(ReadOnlyAdmin[MachineJudge]):
    list_display = ("name", "campaign", "way", "share", "created_at", "stopped_at")
    list_filter = ("way", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("name", "=uuid", "campaign__name")


@admin.register(MachineVerdict)
class MachineVerdictAdmin(ReadOnlyAdmin[MachineVerdict]):
    list_display = ("judge", "task", "silence", "created_at")
    list_filter = ("silence", "judge__campaign")
    list_select_related = ("judge", "task__prompt")
    search_fields = ("=uuid", "=task__uuid", "judge__name")
