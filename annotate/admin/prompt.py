"""Prompts and the answers that may be chosen."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from annotate.models import (
    BandWalk,
    Bridge,
    Candidate,
    CandidateWords,
    DemonstrationWords,
    Picture,
    Prompt,
    PromptWords,
)
from commons.admin import ReadOnlyAdmin


@admin.register(Prompt)
class PromptAdmin(admin.ModelAdmin[Prompt]):
    """What is asked never changes, nor does its side; a prompt can be put in quarantine."""

    list_display = ("__str__", "skill", "language", "side", "source", "quarantined", "created_at")
    list_filter = ("side", "quarantined", "language", "skill", "source")
    search_fields = ("=uuid", "=external_id", "messages")
    date_hierarchy = "created_at"
    show_full_result_count = False
    actions = None
    fields = (
        "quarantined",
        "messages",
        "tools",
        "attachments",
        "skill",
        "language",
        "clearance",
        "side",
        "cluster",
        "source",
        "external_id",
        "digest",
        "uuid",
        "created_at",
    )
    readonly_fields = fields[1:]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # prompts are imported: their digest and side are computed

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin[Picture]):
    """Kept once; which prompts have it stands in these."""

    list_display = ("__str__", "type", "size", "created_at")
    list_filter = ("type", "created_at")
    search_fields = ("=uuid", "=sha256")


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin[Candidate]):
    list_display = ("__str__", "prompt", "source", "author", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("prompt", "author__user")
    search_fields = ("=uuid", "=prompt__uuid", "=source", "messages")


@admin.register(PromptWords)
class PromptWordsAdmin(ReadOnlyAdmin[PromptWords]):
    """What search knows of a prompt: kept by a worker, looked at here when it finds too little."""

    list_display = ("prompt",)
    list_select_related = ("prompt",)
    search_fields = ("=prompt__uuid", "=prompt__external_id")


@admin.register(Bridge)
class BridgeAdmin(ReadOnlyAdmin[Bridge]):
    """Prompts that nearly repeat prompts of two sides."""

    list_display = ("prompt", "first", "second", "found_at")
    list_select_related = ("prompt", "first", "second")
    search_fields = ("=prompt__uuid", "=first__uuid", "=second__uuid")


@admin.register(BandWalk)
class BandWalkAdmin(ReadOnlyAdmin[BandWalk]):
    """How far near-duplicates were looked for among prompts that were there before."""

    list_display = ("version", "after")
    search_fields = ("version",)


@admin.register(CandidateWords)
class CandidateWordsAdmin(ReadOnlyAdmin[CandidateWords]):
    list_display = ("candidate",)
    list_select_related = ("candidate",)
    search_fields = ("=candidate__uuid", "=candidate__prompt__uuid")


@admin.register(DemonstrationWords)
class DemonstrationWordsAdmin(ReadOnlyAdmin[DemonstrationWords]):
    list_display = ("demonstration",)
    list_select_related = ("demonstration__rater__user",)
    search_fields = ("=demonstration__uuid", "=demonstration__prompt__uuid")
