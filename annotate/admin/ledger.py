"""Rates, statements, their lines and corrections: written on a lead's pages, read here."""

from django.contrib import admin

from annotate.models import Correction, LedgerLine, Rate, Statement
from commons.admin import ReadOnlyAdmin


@admin.register(Rate)
class RateAdmin(ReadOnlyAdmin[Rate]):
    list_display = ("campaign", "kind", "holds_from", "currency", "per_item", "per_hour", "made_by")
    list_filter = ("kind", "currency", "campaign")
    list_select_related = ("campaign", "made_by")
    search_fields = ("campaign__name",)
    date_hierarchy = "holds_from"


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin[Statement]):
    list_display = ("campaign", "number", "since", "until", "closed_by", "closed_at")
    list_filter = ("campaign",)
    list_select_related = ("campaign", "closed_by")
    search_fields = ("=uuid", "campaign__name")
    date_hierarchy = "until"


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnlyAdmin[LedgerLine]):
    list_display = (
        "person",
        "statement",
        "week",
        "kind",
        "items",
        "amount",
        "voided_amount",
        "currency",
    )
    list_filter = ("kind", "currency", "statement__campaign")
    list_select_related = ("person", "statement__campaign")
    search_fields = ("person__username", "statement__campaign__name", "=statement__uuid")
    date_hierarchy = "week"


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin[Correction]):
    list_display = ("person", "campaign", "kind", "amount", "currency", "by", "at", "statement")
    list_filter = (("statement", admin.EmptyFieldListFilter), "kind", "currency", "campaign")
    list_select_related = ("person", "campaign", "by", "statement__campaign")
    search_fields = ("=uuid", "person__username", "campaign__name")
    date_hierarchy = "at"
