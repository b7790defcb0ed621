"""What people said: read here, changed nowhere."""

from django.contrib import admin

from annotate.models import Demonstration, Ranking
from commons.admin import ReadOnlyAdmin

SHOWN = ("campaign", "origin", "counts_as", "revision", "current", "created_at")
FILTERS = ("origin", "counts_as", "current", "rater__kind", "campaign")
RELATED = ("campaign", "prompt", "rater__user")
SEARCHED = ("=uuid", "=root", "=prompt__uuid", "rater__user__username", "rater__name")


@admin.register(Demonstration)
class DemonstrationAdmin(ReadOnlyAdmin[Demonstration]):
    list_display = ("__str__", "prompt", *SHOWN)
    list_filter = FILTERS
    list_select_related = RELATED
    search_fields = SEARCHED
    date_hierarchy = "created_at"


@admin.register(Ranking)
class RankingAdmin(ReadOnlyAdmin[Ranking]):
    list_display = ("__str__", "prompt", *SHOWN)
    list_filter = FILTERS
    list_select_related = RELATED
    search_fields = SEARCHED
    date_hierarchy = "created_at"
