"""Cycles and their steps."""

from collections.abc import Callable
from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.admin import ReadOnly, ReadOnlyAdmin, confirmation
from commons.models import User
from commons.nudges import nudge
from rewards.errors import RewardsError
from rewards.models import Cycle, CycleStep
from rewards.services.cycle import cancel_cycle, retry_cycle
from rewards.services.pausing import pause_cycle, resume_cycle
from rewards.tasks import advance_open_cycles

Asked = TemplateResponse | None


class CycleStepInline(ReadOnly, admin.TabularInline[CycleStep, Cycle]):
    model = CycleStep
    fields = ("stage", "state", "attempts", "says", "error", "run", "started_at", "finished_at")
    readonly_fields = fields
    show_change_link = True


@admin.register(Cycle)
class CycleAdmin(ReadOnlyAdmin[Cycle]):
    """Its page, by "View on site", also skips a step, which wants a reason."""

    list_display = (
        "__str__",
        "stage",
        "outcome",
        "paused",
        "policy",
        "opened_by",
        "opened_at",
        "closed_at",
    )
    list_filter = ("stage", "outcome", "track")
    list_select_related = ("track", "policy__track", "opened_by")
    search_fields = ("=uuid", "track__name")
    date_hierarchy = "opened_at"
    inlines = (CycleStepInline,)
    actions = ("pause", "resume", "retry", "cancel")

    def view_on_site(self, obj: Cycle) -> str:
        return reverse("rewards:one_cycle", args=[obj.track.uuid, obj.number])

    def has_act_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(description=_("Pause before the next step"), permissions=["act"])
    def pause(self, request: HttpRequest, rows: QuerySet[Cycle]) -> Asked:
        asks, undoing = gettext("Pause these cycles?"), gettext("To undo it, let them go on.")
        return self._each(request, rows, "pause", asks, undoing, pause_cycle)

    @admin.action(description=_("Let go on"), permissions=["act"])
    def resume(self, request: HttpRequest, rows: QuerySet[Cycle]) -> Asked:
        asks = gettext("Let these cycles go on?")
        undoing = gettext("To undo it, pause them; a step that has begun goes on to its end.")
        return self._each(request, rows, "resume", asks, undoing, resume_cycle)

    @admin.action(description=_("Retry the failed step"), permissions=["act"])
    def retry(self, request: HttpRequest, rows: QuerySet[Cycle]) -> Asked:
        asks = gettext("Try the failed steps of these cycles again?")
        undoing = gettext("To undo it, pause or cancel them; what a step had made is kept.")
        return self._each(request, rows, "retry", asks, undoing, retry_cycle)

    @admin.action(description=_("Cancel for good"), permissions=["act"])
    def cancel(self, request: HttpRequest, rows: QuerySet[Cycle]) -> Asked:
        asks = gettext("Cancel these cycles? They cannot be taken up again.")
        undoing = gettext(
            "This cannot be undone: a track has one open cycle, and the next may begin at once."
        )
        return self._each(request, rows, "cancel", asks, undoing, cancel_cycle)

    def _each(
        self,
        request: HttpRequest,
        rows: QuerySet[Cycle],
        action: str,
        asks: str,
        undoing: str,
        act: Callable[..., object],
    ) -> Asked:
        if asked := confirmation(self, request, rows, action=action, asks=asks, undoing=undoing):
            return asked
        for cycle in rows:
            try:
                act(cycle=cycle, by=cast(User, request.user))
            except RewardsError as refused:
                self.message_user(request, f"{cycle}: {refused}", messages.ERROR)
            else:
                self.message_user(request, gettext("%(cycle)s: done.") % {"cycle": cycle})
        nudge(advance_open_cycles)
        return None


@admin.register(CycleStep)
class CycleStepAdmin(ReadOnlyAdmin[CycleStep]):
    list_display = ("__str__", "state", "attempts", "done", "total", "says", "heartbeat_at", "run")
    list_filter = ("state", "stage", "cycle__track")
    list_select_related = ("cycle__track", "run")
    search_fields = ("=cycle__uuid", "=run__uuid", "cycle__track__name", "error")
