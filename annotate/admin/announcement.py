"""What leads told people, and who has read it: written on a lead's page, read here."""

from django.contrib import admin

from annotate.models import Announcement, AnnouncementReader
from commons.admin import ReadOnlyAdmin


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin[Announcement]):
    list_display = ("__str__", "campaign", "by", "at")
    list_filter = ("campaign",)
    list_select_related = ("campaign", "by")
    search_fields = ("=uuid", "text", "campaign__name")
    date_hierarchy = "at"


@admin.register(AnnouncementReader)
class AnnouncementReaderAdmin(ReadOnlyAdmin[AnnouncementReader]):
    list_display = ("person", "announcement", "read_at")
    list_filter = (("read_at", admin.EmptyFieldListFilter), "announcement__campaign")
    list_select_related = ("person", "announcement")
    search_fields = ("person__username", "announcement__campaign__name", "=announcement__uuid")
