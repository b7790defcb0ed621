"""Tasks, their lanes, and whose turn it is."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.models import Assignment, Draft, Lane, Tally, Task
from commons.admin import ReadOnlyAdmin, confirmation
from commons.audit import record
from commons.models import User


class HeldFilter(admin.SimpleListFilter):
    """Tasks that wait for a lead, whatever the reason."""

    title = gettext_lazy("whether a lead is waited for")
    parameter_name = "is_held"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("yes", _("Held")), ("no", _("Open to all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        if self.value() == "yes":
            return queryset.exclude(held="")
        return queryset.filter(held="") if self.value() == "no" else queryset


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin[Task]):
    """Tasks move by the work itself; only a hold is a person's to release."""

    list_display = ("__str__", "campaign", "round", "wanted", "free", "held", "created_at")
    list_filter = (HeldFilter, "kind", "held", "campaign")
    list_select_related = ("prompt", "campaign")
    search_fields = ("=uuid", "=prompt__uuid")
    actions = ("release_hold",)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_task")

    @admin.action(
        description=gettext_lazy("Release the hold of the chosen tasks"), permissions=["release"]
    )
    def release_hold(self, request: HttpRequest, rows: QuerySet[Task]) -> TemplateResponse | None:
        """Give held tasks back to the queue; who did it is recorded."""
        held = rows.exclude(held="")
        asks = _("Give these held tasks back to everybody?")
        if page := confirmation(self, request, held, action="release_hold", asks=asks):
            return page
        by = request.user
        assert isinstance(by, User)
        with transaction.atomic():
            for task in held.select_for_update(of=("self",)):
                record(actor=by, verb="task.released", subject=task, was_held_for=task.held)
                Task.objects.filter(pk=task.pk).update(held="")
        messages.success(request, _("They can be taken again."))
        return None


@admin.register(Lane)
class LaneAdmin(ReadOnlyAdmin[Lane]):
    list_display = ("campaign", "kind", "skill", "language", "clearance", "pool", "band", "batch")
    list_filter = ("kind", "pool", "language", "campaign")
    list_select_related = ("campaign",)
    search_fields = ("campaign__name", "skill")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin[Assignment]):
    list_display = ("person", "task", "state", "seat", "taken_at", "closed_at", "skip_reason")
    list_filter = ("state", "skip_reason", "task__kind", "task__campaign")
    list_select_related = ("person", "task__prompt")
    search_fields = ("=uuid", "=task__uuid", "person__username")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin[Draft]):
    list_display = ("assignment", "version", "saved_at")
    list_select_related = ("assignment__person", "assignment__task__prompt")
    search_fields = ("=assignment__uuid", "assignment__person__username")


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin[Tally]):
    list_display = (
        "campaign",
        "day",
        "slot",
        "demonstrations",
        "rankings",
        "comparisons",
        "ties",
        "surplus",
        "skips",
        "imported",
    )
    list_filter = ("campaign",)
    list_select_related = ("campaign",)
    search_fields = ("campaign__name",)
    date_hierarchy = "day"
