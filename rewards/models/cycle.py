"""One week of a track, step by step."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from commons.models import Run
from commons.models.said import SaidJSONField
from rewards.enums import Outcome, Stage


class Cycle(models.Model):
    """One turn of the loop: from what people said to a policy promoted or held.

    It is a state machine that may be advanced too often and resumed after any accident. At
    most one cycle of a track is open, which the database sees to.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    track = models.ForeignKey("rewards.Track", on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=11, choices=Stage.choices, default=Stage.FREEZING)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reasons = SaidJSONField(default=list, blank=True, help_text="Why it is held or failed.")
    policy = models.OneToOneField(
        "rewards.Policy", null=True, blank=True, on_delete=models.PROTECT, related_name="cycle"
    )
    paused = models.BooleanField(
        default=False, help_text="It waits before its next step until somebody lets it go on."
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["track"], condition=Q(closed_at__isnull=True), name="one_open_cycle"
            ),
            models.UniqueConstraint(fields=["track", "number"], name="one_cycle_per_number"),
            models.CheckConstraint(
                condition=~Q(stage__in=["done", "cancelled"]) | Q(closed_at__isnull=False),
                name="an_ended_cycle_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track}, cycle {self.number}"


class CycleStep(Run):
    """One station of a cycle. Whoever holds its claim does the work; the others find it taken."""

    called = gettext_lazy("Steps of cycles")

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=11, choices=Stage.choices)
    run = models.ForeignKey(
        "rewards.EngineRun",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cycle_steps",
    )
    result = SaidJSONField(default=dict, blank=True)

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(fields=["cycle", "stage"], name="one_step_per_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}: {self.stage}"
