"""Tasks, their lanes, and whose turn it is."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Hold
from annotate.errors import AnnotateError
from annotate.models import Assignment, Draft, Lane, Tally, Task
from annotate.selectors.hold import REPORTS
from annotate.services.hold import return_to_queue, withdraw_task
from annotate.services.lease import OUT, take_back_turn
from commons.admin import ReadOnlyAdmin, confirmation
from commons.models import User

M = TypeVar("M", bound=Model)


def each_in_turn(
    model_admin: admin.ModelAdmin[M],
    request: HttpRequest,
    rows: QuerySet[M],
    act: Callable[[M, User], object],
    *,
    said: str,
) -> None:
    """Do an act to each row, in a transaction of its own; what is refused is said, not hidden."""
    by = request.user
    assert isinstance(by, User)
    count, chosen = 0, list(rows)
    if not chosen:  # somebody else was first, between the question and its answer
        gone = _(
            "None of the chosen rows is left to do this to: it was done already, or does not fit "
            "them."
        )
        model_admin.message_user(request, gone, messages.WARNING)
    for row in chosen:
        try:
            act(row, by)
        except AnnotateError as refused:
            model_admin.message_user(request, f"{row}: {refused}", messages.ERROR)
        else:
            count += 1
    if count:
        model_admin.message_user(request, said % {"count": count}, messages.SUCCESS)


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
    """Tasks move by the work itself; only what was reported of them is a person's to decide."""

    list_display = ("__str__", "campaign", "round", "wanted", "free", "held", "created_at")
    list_filter = (HeldFilter, "kind", "held", "second_opinion", "third_asked", "campaign")
    list_select_related = ("prompt", "campaign")
    search_fields = ("=uuid", "=prompt__uuid")
    actions = ("release_hold", "withdraw_reported")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_task")

    @admin.action(
        description=gettext_lazy("Give the chosen reported tasks back"), permissions=["decide"]
    )
    def release_hold(self, request: HttpRequest, rows: QuerySet[Task]) -> TemplateResponse | None:
        asks = _("Give these reported tasks back to everybody?")
        undoing = _("There is nothing to undo: whoever meets such a task may report it again.")
        return self._decide(request, rows, "release_hold", asks, undoing, return_to_queue)

    @admin.action(
        description=gettext_lazy("Withdraw the chosen reported tasks"), permissions=["decide"]
    )
    def withdraw_reported(
        self, request: HttpRequest, rows: QuerySet[Task]
    ) -> TemplateResponse | None:
        asks = _("Take these reported tasks out of their campaigns for good?")
        undoing = _(
            "This cannot be undone, since a report stands behind it. What was judged is kept; a "
            "prompt that was in order after all is brought in anew."
        )
        return self._decide(request, rows, "withdraw_reported", asks, undoing, withdraw_task)

    def _decide(
        self,
        request: HttpRequest,
        rows: QuerySet[Task],
        action: str,
        asks: str,
        undoing: str,
        decide: Callable[..., object],
    ) -> TemplateResponse | None:
        reported = rows.filter(held__in=REPORTS)
        if page := confirmation(self, request, reported, action=action, asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            reported,
            lambda task, by: decide(task=task, seen=Hold(task.held), by=by),
            said=_("%(count)d tasks were decided over."),
        )
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
    actions = ("take_back",)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("annotate.change_assignment")

    @admin.action(description=gettext_lazy("Take the chosen turns back"), permissions=["decide"])
    def take_back(
        self, request: HttpRequest, rows: QuerySet[Assignment]
    ) -> TemplateResponse | None:
        """What is open or set aside goes to somebody else; who did it is recorded."""
        out = rows.filter(state__in=OUT)
        asks = _("Take these turns back and give them to somebody else?")
        undoing = _(
            "This cannot be undone: somebody else may have the turn by then. What was typed is "
            "kept, and what is on a screen may still be handed in."
        )
        if page := confirmation(self, request, out, action="take_back", asks=asks, undoing=undoing):
            return page
        each_in_turn(
            self,
            request,
            out.select_related("task", "person"),
            lambda turn, by: take_back_turn(assignment=turn, by=by),
            said=_("%(count)d turns were taken back."),
        )
        return None


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
