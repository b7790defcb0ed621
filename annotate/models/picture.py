"""Pictures that prompts bring along."""

import uuid

from django.db import models


class Picture(models.Model):
    """A picture, kept once however many prompts have it; the file lies under its uuid.

    A uuid is never given again: a file that goes with its row takes no later one along.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, help_text="Of its bytes.")
    type = models.CharField(max_length=16, help_text="As the server says it: image/png.")
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    prompts = models.ManyToManyField("annotate.Prompt", related_name="pictures")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(type__in=["image/png", "image/jpeg", "image/webp"]),
                name="a_picture_is_of_a_known_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.width} × {self.height})"
