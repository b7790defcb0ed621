"""What annotate adds to a person's page: what they can do, and where they do it."""

from datetime import UTC, datetime, timedelta

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.admin.membership import (
    KeepsMemberships,
    LoneMembershipForm,
    MembershipInline,
    keep_membership,
)
from annotate.admin.task import each_in_turn
from annotate.enums import PauseCause
from annotate.models import Competence, Membership, Rater
from annotate.selectors.pause import not_paused_by_campaign
from annotate.services.offboarding import release_turns_of
from annotate.services.pause import pause_member
from annotate.services.voiding_run import begin_void
from commons.admin import PersonAdmin, ReadOnlyAdmin, confirmation
from commons.models import User

WEEK = timedelta(days=7)
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class CompetenceInline(admin.TabularInline[Competence, User]):
    model = Competence
    extra = 0


class MembershipOfPersonInline(MembershipInline):
    autocomplete_fields = ("campaign",)


admin.site.unregister(User)  # commons knows nothing of campaigns


@admin.register(User)
class AnnotatorAdmin(KeepsMemberships, PersonAdmin):
    inlines = (CompetenceInline, MembershipOfPersonInline)

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Whoever may not log in any more holds nothing from then on."""
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            release_turns_of(person=obj)


@admin.register(Competence)
class CompetenceAdmin(admin.ModelAdmin[Competence]):
    list_display = ("person", "facet", "value", "expires_at")
    list_filter = ("facet", "value")
    list_select_related = ("person",)
    search_fields = ("person__username", "value")
    autocomplete_fields = ("person",)


@admin.register(Membership)
class MembershipAdmin(KeepsMemberships, admin.ModelAdmin[Membership]):
    """People are paused and their work voided here too, many at once; both can be undone, among
    the pauses and what was voided."""

    form = LoneMembershipForm
    list_display = ("person", "campaign", "role", "pool", "active", "paused", "team")
    list_filter = ("role", "pool", "active", "paused", "team", "campaign")
    list_select_related = ("person", "campaign", "team")
    search_fields = ("person__username", "campaign__name", "team__name")
    autocomplete_fields = ("person", "campaign")
    readonly_fields = ("paused", "team")
    actions = ("pause", "void_last_week", "void_all")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> tuple[str, ...]:
        return (
            self.readonly_fields if obj is None else ("person", "campaign", *self.readonly_fields)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # it is made inactive instead

    def save_model(
        self, request: HttpRequest, obj: Membership, form: ModelForm[Membership], change: bool
    ) -> None:
        keep_membership(obj, by=request.user)

    @admin.action(description=gettext_lazy("Pause the chosen people"), permissions=["change"])
    def pause(self, request: HttpRequest, rows: QuerySet[Membership]) -> TemplateResponse | None:
        standing = not_paused_by_campaign(rows.filter(active=True))
        asks = _("Pause these people? They are given nothing more until a pause is lifted.")
        undoing = _("To undo it, lift them, among the pauses.")
        if page := confirmation(
            self, request, standing, action="pause", asks=asks, undoing=undoing
        ):
            return page
        each_in_turn(
            self,
            request,
            standing,
            lambda membership, by: pause_member(
                membership=membership,
                cause=PauseCause.LEAD,
                reason=_("An admin has paused you; ask a lead of the campaign."),
                by=by,
            ),
            said=_("%(count)d people were paused."),
        )
        return None

    @admin.action(
        description=gettext_lazy("Void what the chosen people judged in the last seven days"),
        permissions=["change"],
    )
    def void_last_week(
        self, request: HttpRequest, rows: QuerySet[Membership]
    ) -> TemplateResponse | None:
        asks = _("Let what these people judged in the last seven days count for nothing?")
        return self._void(request, rows, "void_last_week", asks, timezone.now() - WEEK)

    @admin.action(
        description=gettext_lazy("Void all that the chosen people judged"), permissions=["change"]
    )
    def void_all(self, request: HttpRequest, rows: QuerySet[Membership]) -> TemplateResponse | None:
        asks = _("Let all that these people judged there count for nothing?")
        return self._void(request, rows, "void_all", asks, EVER)

    def _void(
        self,
        request: HttpRequest,
        rows: QuerySet[Membership],
        action: str,
        asks: str,
        since: datetime,
    ) -> TemplateResponse | None:
        undoing = _("To undo it, let the work count again, among the voids.")
        if page := confirmation(self, request, rows, action=action, asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            rows,
            lambda membership, by: begin_void(
                campaign=membership.campaign,
                person=membership.person,
                since=since,
                reason=_("By an admin, among others."),
                by=by,
            ),
            said=_("The work of %(count)d people was voided."),
        )
        return None


@admin.register(Rater)
class RaterAdmin(ReadOnlyAdmin[Rater]):
    list_display = ("__str__", "kind", "user", "uuid")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "=uuid")
