"""Policies, and who decided which of them answers."""

from django.contrib import admin

from commons.admin import ReadOnly, ReadOnlyAdmin
from rewards.models import Decision, Policy


class DecisionInline(ReadOnly, admin.TabularInline[Decision, Policy]):
    model = Decision
    fields = ("at", "act", "by", "reasons")
    readonly_fields = fields


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin[Policy]):
    list_display = ("__str__", "state", "parent", "folder", "created_at")
    list_filter = ("state", "track")
    list_select_related = ("track", "parent__track")
    search_fields = ("=uuid", "track__name", "folder")
    date_hierarchy = "created_at"
    inlines = (DecisionInline,)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    list_display = ("policy", "act", "by", "reasons", "at")
    list_filter = ("act", "policy__track")
    list_select_related = ("policy__track", "by")
    search_fields = ("=uuid", "=policy__uuid", "policy__track__name", "by__username")
    date_hierarchy = "at"
