"""People who come together: a group of the house, or a vendor's. What each may do, and who leads.

Team -> TeamPart (its part in a campaign, its quota) -> Membership.team (who is in it for them)
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Team(models.Model):
    """A vendor is a team that is marked so: nothing else is different about it.

    A person works in a campaign for one team, or for none: ``Membership.team``.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    is_vendor = models.BooleanField(
        default=False, help_text="A company of its own, paid for what its people do."
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TeamLead(models.Model):
    """Somebody who sees the people of one team, and nobody else by it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="leads")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_leads"
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "person"], name="a_team_is_led_once_by_each")
        ]

    def __str__(self) -> str:
        return f"{self.person} leads {self.team}"


class TeamPart(models.Model):
    """What a team is asked for in a campaign, how much it is given, and what its leads may read.

    ``counted_…`` is what it had handed in up to a moment that is past: what is counted at a take is
    only what came since. Whoever is in doubt empties ``counted_to``, and all is counted anew.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="parts")
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="team_parts"
    )
    per_week = models.PositiveIntegerField(
        null=True, blank=True, help_text="Items of a week (UTC); empty: no number."
    )
    in_all = models.PositiveIntegerField(
        null=True, blank=True, help_text="Items of all weeks together; empty: no number."
    )
    stops = models.BooleanField(
        default=False, help_text="Nothing more is given where one of the numbers is reached."
    )
    reads_texts = models.BooleanField(
        default=False, help_text="Its leads may read what its people hand in."
    )
    skills = models.JSONField(default=list, blank=True, help_text="Of whoever joins by its links.")
    languages = models.JSONField(
        default=list, blank=True, help_text="Of whoever joins by its links."
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    counted_to = models.DateTimeField(null=True, blank=True, editable=False)
    counted_week = models.DateField(null=True, blank=True, editable=False)
    counted_of_week = models.PositiveIntegerField(default=0, editable=False)
    counted_in_all = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "campaign"], name="a_team_has_one_part_in_a_campaign"
            ),
            models.CheckConstraint(
                condition=Q(stops=False) | Q(per_week__isnull=False) | Q(in_all__isnull=False),
                name="a_quota_that_stops_has_a_number",
            ),
            models.CheckConstraint(
                condition=(Q(per_week__isnull=True) | Q(per_week__gte=1))
                & (Q(in_all__isnull=True) | Q(in_all__gte=1)),
                name="a_quota_is_of_some_items",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} in {self.campaign}"


class StatementTeam(models.Model):
    """For which team somebody worked in a period that is settled. Fixed for good, as its lines."""

    statement = models.ForeignKey(
        "annotate.Statement", on_delete=models.PROTECT, related_name="teams"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="statements")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "person"], name="a_period_is_worked_for_one_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.team} in {self.statement}"
