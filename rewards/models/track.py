"""One line of policies."""

import uuid
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from rewards.enums import PolicyMethod


def is_time_zone(name: str) -> None:
    """Refuse what names no time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        said = gettext("“%(name)s” is no time zone; write one like Europe/Berlin.")
        raise ValidationError(said % {"name": name}) from None


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
        default=6, help_text="When its week ends: 0 Monday … 6 Sunday, by its time zone."
    )
    hour = models.PositiveSmallIntegerField(default=22, help_text="0 … 23, by its time zone.")
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[is_time_zone], help_text="Europe/Berlin, UTC, …"
    )
    quorum = models.PositiveIntegerField(
        default=0,
        help_text="New judgements that a week needs; with fewer its policy is held untrained.",
    )
    weeks_kept = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How long files that nothing needs stay; empty for the installation's.",
    )
    method = models.CharField(
        max_length=9,
        choices=PolicyMethod.choices,
        default=PolicyMethod.GRPO,
        help_text="How its policy is made better.",
    )
    person_promotes = models.BooleanField(
        default=False,
        help_text="A policy that passes the gate waits for a person; else it goes into service.",
    )
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
