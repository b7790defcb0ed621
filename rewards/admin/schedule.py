"""What brings the nudges: django-celery-beat's tables, searchable and asked about like ours."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as theirs  # registers what is registered anew below
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from commons.admin import confirmation

ACTS = {
    "enable_tasks": (_("Enable these tasks?"), _("To undo it, disable them.")),
    "disable_tasks": (
        _("Disable these tasks? What they nudge then waits for somebody."),
        _("To undo it, enable them; they begin at their next time."),
    ),
    "run_tasks": (
        _("Run these tasks now?"),
        _("This cannot be undone, and need not be: a nudge that comes once more does no harm."),
    ),
}
SEARCHED = {
    ClockedSchedule: ("=id",),
    CrontabSchedule: ("minute", "hour", "day_of_week", "timezone"),
    IntervalSchedule: ("period", "=every"),
    SolarSchedule: ("event",),
}


class PeriodicTaskAdmin(theirs.PeriodicTaskAdmin):  # type: ignore[misc]  # it ships no types
    """Each bulk action is asked about first. None turns around whatever it finds, and none is for
    whoever may only look, as all of django-celery-beat's are."""

    actions = tuple(ACTS)

    @admin.display(description=_("schedule"))
    def scheduler(self, task: PeriodicTask) -> str:
        return str(task.scheduler)

    @admin.display(description=_("crontab in words"))
    def crontab_translation(self, task: PeriodicTask) -> str:
        return str(super().crontab_translation(task))

    @admin.action(
        description=theirs.PeriodicTaskAdmin.enable_tasks.short_description, permissions=["change"]
    )
    def enable_tasks(self, request: HttpRequest, rows: QuerySet[Model]) -> TemplateResponse | None:
        return self._asked(request, rows, "enable_tasks")

    @admin.action(
        description=theirs.PeriodicTaskAdmin.disable_tasks.short_description, permissions=["change"]
    )
    def disable_tasks(self, request: HttpRequest, rows: QuerySet[Model]) -> TemplateResponse | None:
        return self._asked(request, rows, "disable_tasks")

    @admin.action(
        description=theirs.PeriodicTaskAdmin.run_tasks.short_description, permissions=["change"]
    )
    def run_tasks(self, request: HttpRequest, rows: QuerySet[Model]) -> TemplateResponse | None:
        return self._asked(request, rows, "run_tasks")

    def _asked(
        self, request: HttpRequest, rows: QuerySet[Model], act: str
    ) -> TemplateResponse | None:
        asks, undoing = map(str, ACTS[act])
        if page := confirmation(self, request, rows, action=act, asks=asks, undoing=undoing):
            return page
        getattr(super(), act)(request, rows)
        return None


admin.site.unregister(PeriodicTask)
admin.site.register(PeriodicTask, PeriodicTaskAdmin)
for model, fields in SEARCHED.items():
    registered = type(admin.site._registry[model])
    admin.site.unregister(model)
    admin.site.register(model, registered, search_fields=fields)
