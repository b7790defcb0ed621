"""One run of an engine module, and what it said on its way."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from commons.models import Run


class EngineRun(Run):
    """One child process's work: its module, its config, its folder, its result.

    The folder outlives a crash: started again, the engine finds its checkpoint there, or its
    result, and goes on.
    """

    called = gettext_lazy("Trainings and measurings")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    module = models.CharField(max_length=40, help_text="Under rewards.engine.")
    config = models.JSONField(default=dict)
    result = models.JSONField(default=dict, blank=True)
    files_gone_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its weights are let go; its row stays."
    )
    deaths = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="How often its engine was killed since somebody asked for it.",
    )
    deaths_in_a_row = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Those of them since it has last moved on."
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.CheckConstraint(
                condition=Q(deaths_in_a_row__lte=F("deaths")),
                name="no_more_deaths_in_a_row_than_in_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module} {str(self.uuid)[:8]}"


class Metric(models.Model):
    """What a run measured at a step: the points of its live curves."""

    run = models.ForeignKey(EngineRun, on_delete=models.CASCADE, related_name="metrics")
    step = models.PositiveIntegerField()
    values = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="one_metric_per_step")]

    def __str__(self) -> str:
        return f"{self.run} at {self.step}"
