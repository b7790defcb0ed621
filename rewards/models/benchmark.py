"""What a reward model scored on a benchmark that others published, or on a folder of one's own."""

import uuid

from django.db import models


class Benchmark(models.Model):
    """One benchmark of a reward model; the numbers and the files' revision are the run's result."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reward_model = models.ForeignKey(
        "rewards.RewardModel", on_delete=models.PROTECT, related_name="benchmarks"
    )
    name = models.CharField(max_length=40, help_text="As rewards.engine.benchmarks has it.")
    run = models.OneToOneField(
        "rewards.EngineRun", on_delete=models.PROTECT, related_name="benchmark"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.reward_model}"
