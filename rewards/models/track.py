"""One line of policies."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Track(models.Model):
    """One policy line: its base model, the campaigns it learns from, its schedule and gate.

    Campaigns are known by id and reached through annotate's gateway.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    base_model = models.CharField(
        max_length=500, blank=True, help_text="A folder or hub id; empty for the installation's."
    )
    campaigns = models.JSONField(default=list, help_text="Campaign ids, as text.")
    active = models.BooleanField(default=True)
    weekday = models.PositiveSmallIntegerField(
        default=6, help_text="When its week ends: 0 Monday … 6 Sunday, UTC."
    )
    hour = models.PositiveSmallIntegerField(default=22, help_text="0 … 23, UTC.")
    knobs = models.JSONField(
        default=dict, blank=True, help_text="Engine settings per stage, over the defaults."
    )
    thresholds = models.JSONField(
        default=dict, blank=True, help_text="Of the gate, over the defaults."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6, hour__lte=23), name="a_week_ends_at_an_hour"
            )
        ]

    def __str__(self) -> str:
        return self.name
