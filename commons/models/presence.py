"""When a person is here: hours a week, in words when, and the days on which they are away."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Availability(models.Model):
    """What a person says of their week. Who has said nothing has no row."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="availability"
    )
    hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of a week; empty: not said."
    )
    times = models.CharField(max_length=200, blank=True, help_text="When, in words.")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "availabilities"
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__lte=100), name="a_week_has_its_hours"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.hours} hours"


class Absence(models.Model):
    """Days (UTC) on which a person is away, both among them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    since = models.DateField()
    until = models.DateField(help_text="The last day.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="an_absence_has_a_day")
        ]
        indexes = [models.Index(fields=["until", "person"], name="absences_by_end")]

    def __str__(self) -> str:
        return f"{self.person} is away {self.since} to {self.until}"
