"""A model that scores answers."""

import uuid

from django.db import models

from rewards.enums import Purpose


class RewardModel(models.Model):
    """A reward model: the snapshot it learned from, the run that made it, the folder it lies in."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    track = models.ForeignKey(
        "rewards.Track", null=True, blank=True, on_delete=models.PROTECT, related_name="rewards"
    )
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.REWARD)
    snapshot = models.ForeignKey(
        "annotate.Snapshot", on_delete=models.PROTECT, related_name="reward_models"
    )
    run = models.OneToOneField(
        "rewards.EngineRun", on_delete=models.PROTECT, related_name="reward_model"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {str(self.uuid)[:8]}"
