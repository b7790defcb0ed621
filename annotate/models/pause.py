"""A person is given no more work of a campaign: why, what they say to it, what a lead decides."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import Appeal, PauseCause


class Pause(models.Model):
    """One pause of one membership. It stands until a lead lifts it.

    Leads of the campaign (and its checks) pause people, and leads of their team do: each side has
    one pause at a time, whoever has either is paused, and to lift one leaves the other.
    ``evidence`` holds the numbers that it rests on: items, agreement, both ends of the interval
    and the limit.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(
        "annotate.Membership", on_delete=models.CASCADE, related_name="pauses"
    )
    cause = models.CharField(max_length=4, choices=PauseCause.choices)
    reason = models.TextField(blank=True, help_text="The person reads it.")
    evidence = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    appeal = models.TextField(blank=True, help_text="What the person says to it.")
    appealed_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=6, choices=Appeal.choices, blank=True)
    answer = models.TextField(blank=True, help_text="Why it was decided so; the person reads it.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=~Q(decision="lifted") & ~Q(cause="team"),
                name="a_campaign_pauses_somebody_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["membership"],
                condition=~Q(decision="lifted") & Q(cause="team"),
                name="a_team_pauses_somebody_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | ~Q(decision="") & Q(decided_at__isnull=False),
                name="a_decided_pause_says_when",
            ),
            models.CheckConstraint(
                condition=Q(appeal="", appealed_at__isnull=True)
                | ~Q(appeal="") & Q(appealed_at__isnull=False),
                name="an_appeal_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"pause of {self.membership}"

    @property
    def is_by_team(self) -> bool:
        return self.cause == PauseCause.TEAM
