"""What checks and tests people, who is paused, and what was voided: acted on pages, read here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.admin.task import each_in_turn
from annotate.enums import Appeal
from annotate.models import (
    Attempt,
    CapRules,
    CareChoice,
    CareConsent,
    CareRules,
    Gold,
    GoldResult,
    GoldRules,
    HarmfulSkill,
    Pause,
    Qualification,
    Void,
    Voided,
    VoidRun,
)
from annotate.services.pause import decide_pause
from annotate.services.voiding_run import begin_undo
from commons.admin import ReadOnlyAdmin, confirmation


@admin.register(GoldRules)
class GoldRulesAdmin(ReadOnlyAdmin[GoldRules]):
    list_display = ("campaign", "share", "training_items", "pause_below", "least_items")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)


@admin.register(CapRules)
class CapRulesAdmin(ReadOnlyAdmin[CapRules]):
    list_display = ("campaign", "per_day", "percent")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)


@admin.register(CareRules)
class CareRulesAdmin(ReadOnlyAdmin[CareRules]):
    list_display = ("campaign", "version", "per_day", "in_a_row", "break_minutes")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)


@admin.register(HarmfulSkill)
class HarmfulSkillAdmin(ReadOnlyAdmin[HarmfulSkill]):
    list_display = ("campaign", "skill")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name", "skill")


@admin.register(CareConsent)
class CareConsentAdmin(ReadOnlyAdmin[CareConsent]):
    list_display = ("person", "campaign", "version", "agreed_at", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter), "campaign")
    list_select_related = ("person", "campaign")
    search_fields = ("person__username", "campaign__name")
    date_hierarchy = "agreed_at"


@admin.register(CareChoice)
class CareChoiceAdmin(ReadOnlyAdmin[CareChoice]):
    list_display = ("person", "uncovered")
    list_select_related = ("person",)
    search_fields = ("person__username",)


@admin.register(Gold)
class GoldAdmin(ReadOnlyAdmin[Gold]):
    list_display = ("__str__", "campaign", "purpose", "qualification", "made_by", "retired_at")
    list_filter = ("purpose", ("retired_at", admin.EmptyFieldListFilter), "campaign")
    list_select_related = ("campaign", "qualification__campaign", "made_by")
    search_fields = ("=uuid", "=task__uuid", "=task__prompt__uuid", "campaign__name")
    date_hierarchy = "created_at"


@admin.register(GoldResult)
class GoldResultAdmin(ReadOnlyAdmin[GoldResult]):
    list_display = ("person", "gold", "agreed", "compared", "at")
    list_filter = ("gold__purpose", "gold__campaign")
    list_select_related = ("person", "gold")
    search_fields = ("person__username", "=gold__uuid", "=assignment__uuid")
    date_hierarchy = "at"


@admin.register(Qualification)
class QualificationAdmin(ReadOnlyAdmin[Qualification]):
    list_display = ("skill", "campaign", "questions", "pass_mark", "valid_days", "open")
    list_filter = ("open", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("=uuid", "skill", "campaign__name")


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin[Attempt]):
    list_display = ("person", "qualification", "number", "state", "agreement", "begun_at")
    list_filter = ("state", "qualification__campaign")
    list_select_related = ("person", "qualification__campaign")
    search_fields = ("=uuid", "person__username", "qualification__skill")
    date_hierarchy = "begun_at"


@admin.register(Pause)
class PauseAdmin(ReadOnlyAdmin[Pause]):
    """People are paused among the memberships; here pauses are lifted, many at once."""

    list_display = ("membership", "cause", "at", "appealed_at", "decision", "decided_by")
    list_filter = ("cause", "decision", "membership__campaign")
    list_select_related = ("membership__person", "membership__campaign", "decided_by")
    search_fields = ("=uuid", "membership__person__username", "membership__campaign__name")
    date_hierarchy = "at"
    actions = ("lift",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_membership")

    @admin.action(description=gettext_lazy("Lift the chosen pauses"), permissions=["decide"])
    def lift(self, request: HttpRequest, rows: QuerySet[Pause]) -> TemplateResponse | None:
        standing = rows.exclude(decision=Appeal.LIFTED)
        asks = _("Lift these pauses? Whoever has no other is given work again.")
        undoing = _("To undo it, pause the people again, among the memberships.")
        if page := confirmation(self, request, standing, action="lift", asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            standing.select_related("membership__person", "membership__campaign"),
            lambda pause, by: decide_pause(
                pause=pause, decision=Appeal.LIFTED, answer=_("Lifted by an admin."), by=by
            ),
            said=_("%(count)d pauses were lifted."),
        )
        return None


@admin.register(Void)
class VoidAdmin(ReadOnlyAdmin[Void]):
    """Work is voided among the memberships, or on a lead's page; here it is taken back."""

    list_display = ("person", "campaign", "since", "until", "by", "undone_at")
    list_filter = (("undone_at", admin.EmptyFieldListFilter), "campaign")
    list_select_related = ("person", "campaign", "by")
    search_fields = ("=uuid", "person__username", "campaign__name")
    date_hierarchy = "until"
    actions = ("undo",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_membership")

    @admin.action(
        description=gettext_lazy("Let the chosen voided work count again"), permissions=["decide"]
    )
    def undo(self, request: HttpRequest, rows: QuerySet[Void]) -> TemplateResponse | None:
        standing = rows.filter(undone_at=None)
        asks = _("Let the work that was voided here count again?")
        undoing = _("To undo it, void the work again, among the memberships.")
        if page := confirmation(self, request, standing, action="undo", asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            standing.select_related("person", "campaign"),
            lambda void, by: begin_undo(void=void, by=by),
            said=_("%(count)d were undone."),
        )
        return None


@admin.register(VoidRun)
class VoidRunAdmin(ReadOnlyAdmin[VoidRun]):
    list_display = ("void", "undoes", "state", "done", "total", "requested_at")
    list_filter = ("state", "undoes")
    list_select_related = ("void__person", "void__campaign")
    search_fields = ("=uuid", "=void__uuid", "void__person__username")


@admin.register(Voided)
class VoidedAdmin(ReadOnlyAdmin[Voided]):
    list_display = ("root", "void", "stands")
    list_filter = ("stands",)
    list_select_related = ("void__person", "void__campaign")
    search_fields = ("=root", "=void__uuid")
