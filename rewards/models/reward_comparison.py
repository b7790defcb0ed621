"""Two reward models on the same held-out rankings."""

import uuid

from django.db import models
from django.db.models import F, Q


class RewardComparison(models.Model):
    """``reward_model`` beside ``against``; the numbers are the run's result."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reward_model = models.ForeignKey(
        "rewards.RewardModel", on_delete=models.PROTECT, related_name="comparisons"
    )
    against = models.ForeignKey("rewards.RewardModel", on_delete=models.PROTECT, related_name="+")
    run = models.OneToOneField(
        "rewards.EngineRun", on_delete=models.PROTECT, related_name="reward_comparison"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reward_model", "against"], name="two_models_are_compared_once"
            ),
            models.CheckConstraint(
                condition=~Q(reward_model=F("against")), name="a_model_is_compared_with_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reward_model} beside {self.against}"
