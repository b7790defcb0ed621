"""The models that answer, and who decided which of them does."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from commons.models.said import SaidJSONField
from rewards.enums import Act, PolicyState


class Policy(models.Model):
    """A model of a track that writes answers. The first has no parent: it is the base model."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    track = models.ForeignKey("rewards.Track", on_delete=models.PROTECT, related_name="policies")
    number = models.PositiveIntegerField(help_text="0 for the base model, then one per cycle.")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    state = models.CharField(
        max_length=9, choices=PolicyState.choices, default=PolicyState.CANDIDATE
    )
    folder = models.CharField(max_length=500, help_text="Under the artifacts, or a model's name.")
    evidence = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["track"], condition=Q(state="promoted"), name="one_promoted_policy"
            ),
            models.UniqueConstraint(fields=["track", "number"], name="one_policy_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.number}"


class Decision(models.Model):
    """Who promoted, held or rolled back a policy, with the reasons and the evidence of the day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=9, choices=Act.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty when the gate decided by itself.",
    )
    reasons = SaidJSONField(default=list)
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.act} {self.policy}"
