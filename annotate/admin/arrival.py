"""How people and prompts come in by themselves: made and ended on the leads' pages, read here."""

from django.contrib import admin

from annotate.models import Invitation, Upload
from commons.admin import ReadOnlyAdmin


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin[Invitation]):
    list_display = ("campaign", "role", "taken", "places", "made_by", "expires_at", "revoked_at")
    list_filter = ("role", "campaign")
    list_select_related = ("campaign", "made_by")
    search_fields = ("=uuid", "campaign__name", "made_by__username")
    date_hierarchy = "created_at"


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin[Upload]):
    list_display = ("name", "campaign", "state", "done", "total", "made_by", "requested_at")
    list_filter = ("state", "campaign")
    list_select_related = ("campaign", "made_by")
    search_fields = ("=uuid", "name", "campaign__name", "made_by__username")
    date_hierarchy = "requested_at"
