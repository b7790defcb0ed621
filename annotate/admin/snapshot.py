"""Datasets and what is in them: asked for and stopped on their pages, read here."""

from django.contrib import admin

from annotate.models import Snapshot, SnapshotMember, SnapshotPart, SnapshotWeight
from commons.admin import ReadOnlyAdmin


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin[Snapshot]):
    list_display = ("__str__", "state", "done", "total", "requested_by", "requested_at", "digest")
    list_filter = ("kind", "state", "campaigns")
    list_select_related = ("requested_by",)
    search_fields = ("=uuid", "=digest", "requested_by__username", "campaigns__name")
    date_hierarchy = "requested_at"


@admin.register(SnapshotPart)
class SnapshotPartAdmin(ReadOnlyAdmin[SnapshotPart]):
    list_display = ("__str__", "snapshot", "state", "done", "attempts", "heartbeat_at", "error")
    list_filter = ("state", "side", "snapshot__kind")
    list_select_related = ("snapshot",)
    search_fields = ("=snapshot__uuid", "error")


@admin.register(SnapshotMember)
class SnapshotMemberAdmin(ReadOnlyAdmin[SnapshotMember]):
    list_display = ("snapshot", "position", "side", "ranking", "demonstration")
    list_filter = ("side", "snapshot__kind")
    list_select_related = ("snapshot", "ranking__rater__user", "demonstration__rater__user")
    search_fields = ("=snapshot__uuid", "=ranking__uuid", "=demonstration__uuid")


@admin.register(SnapshotWeight)
class SnapshotWeightAdmin(ReadOnlyAdmin[SnapshotWeight]):
    list_display = ("snapshot", "rater", "weight")
    list_filter = ("snapshot__kind",)
    list_select_related = ("snapshot", "rater__user")
    search_fields = ("=snapshot__uuid",)
