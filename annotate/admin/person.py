"""What annotate adds to a person's page: what they can do, and where they do it."""

from django.contrib import admin

from annotate.models import Competence, Membership, Rater
from commons.admin import PersonAdmin, ReadOnlyAdmin
from commons.models import User


class CompetenceInline(admin.TabularInline[Competence, User]):
    model = Competence
    extra = 0


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0
    autocomplete_fields = ("campaign",)


admin.site.unregister(User)  # commons knows nothing of campaigns


@admin.register(User)
class AnnotatorAdmin(PersonAdmin):
    inlines = (CompetenceInline, MembershipInline)


@admin.register(Competence)
class CompetenceAdmin(admin.ModelAdmin[Competence]):
    list_display = ("person", "facet", "value")
    list_filter = ("facet", "value")
    list_select_related = ("person",)
    search_fields = ("person__username", "value")
    autocomplete_fields = ("person",)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ("person", "campaign", "role", "pool", "active")
    list_filter = ("role", "pool", "active", "campaign")
    list_select_related = ("person", "campaign")
    search_fields = ("person__username", "campaign__name")
    autocomplete_fields = ("person", "campaign")


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin[Rater]):
    list_display = ("__str__", "kind", "user", "uuid")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "=uuid")
