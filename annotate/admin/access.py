"""Who saw and downloaded what: read here."""

from django.contrib import admin

from annotate.models import Access
from commons.admin import ReadOnlyAdmin


@admin.register(Access)
class AccessAdmin(ReadOnlyAdmin[Access]):
    list_display = ("at", "person", "taken", "subject", "part", "rows", "campaign", "token")
    list_filter = ("taken", "campaign")
    list_select_related = ("person", "campaign")
    search_fields = ("person__username", "subject", "campaign__name", "=token")
    date_hierarchy = "at"
