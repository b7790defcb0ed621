"""Reviews: decided on their page, read here."""

from django.contrib import admin

from annotate.models import Rejection, Review, ReviewCursor, ReviewDraft
from commons.admin import ReadOnlyAdmin


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin[Review]):
    list_display = ("__str__", "state", "spread", "propensity", "reviewer", "decision", "reason")
    list_filter = ("state", "disagrees", "decision", "reason", "campaign")
    list_select_related = ("task__prompt", "reviewer")
    search_fields = ("=uuid", "=task__uuid", "=task__prompt__uuid", "reviewer__username")
    date_hierarchy = "created_at"


@admin.register(Rejection)
class RejectionAdmin(ReadOnlyAdmin[Rejection]):
    list_display = ("root", "review")
    list_select_related = ("review__task__prompt",)
    search_fields = ("=root", "=review__uuid")


@admin.register(ReviewCursor)
class ReviewCursorAdmin(ReadOnlyAdmin[ReviewCursor]):
    list_display = ("kind", "at")
    search_fields = ("kind",)


@admin.register(ReviewDraft)
class ReviewDraftAdmin(ReadOnlyAdmin[ReviewDraft]):
    list_display = ("review", "reviewer", "version", "saved_at")
    list_select_related = ("review__task__prompt", "reviewer")
    search_fields = ("=review__uuid", "reviewer__username")
