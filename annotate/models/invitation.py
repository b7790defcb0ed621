"""A link by which people come into a campaign by themselves."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotate.enums import Pool, Role


class Invitation(models.Model):
    """What whoever opens the link becomes. Only the SHA-256 of its token is kept.

    The link is shown once, when it is made. It is good until it expires, is revoked, or has let
    in as many people as it may.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.ANNOTATOR)
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.OPEN)
    team = models.ForeignKey(
        "annotate.Team",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="invitations",
        help_text="For whom whoever joins works; empty: for nobody but themselves.",
    )
    skills = models.JSONField(default=list, blank=True, help_text="Granted to whoever joins.")
    languages = models.JSONField(default=list, blank=True, help_text="Granted to whoever joins.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    places = models.PositiveIntegerField(default=1, help_text="How many people it may let in.")
    taken = models.PositiveIntegerField(default=0, help_text="How many it has let in.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("places")),
                name="an_invitation_lets_in_no_more_than_it_may",
            ),
            models.CheckConstraint(
                condition=~Q(role="lead") | Q(places=1), name="an_invitation_makes_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.campaign}"
