"""What was measured on data that training never saw."""

import uuid

from django.db import models
from django.db.models import Q

from commons.models.said import SaidJSONField


class Evaluation(models.Model):
    """A report card of a reward model, or a comparison of two policies: numbers with intervals.

    The numbers are the run's result; ``refusals`` says in words what is not good enough.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reward_model = models.ForeignKey(
        "rewards.RewardModel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    policy = models.ForeignKey(
        "rewards.Policy",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    run = models.OneToOneField(
        "rewards.EngineRun", on_delete=models.PROTECT, related_name="evaluation"
    )
    refusals = SaidJSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reward_model__isnull=False, policy__isnull=True)
                | Q(reward_model__isnull=True, policy__isnull=False),
                name="an_evaluation_has_one_subject",
            )
        ]

    def __str__(self) -> str:
        return f"Evaluation of {self.reward_model or self.policy}"
