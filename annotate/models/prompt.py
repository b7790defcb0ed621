"""What is to be answered."""

import uuid

from django.db import models
from django.db.models import F, Q

from annotate.enums import Side


class Prompt(models.Model):
    """Chat messages up to the open turn, kept once however often they are imported.

    ``side`` is fixed when the row is made and never changes, so that what was held out last
    week cannot train anything this week. Near-duplicates share the side of the oldest prompt
    of their cluster; one that touches two sides is quarantined.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    messages = models.JSONField(help_text='[{"role": "user", "content": "…"}, …]')
    tools = models.JSONField(default=list, blank=True, help_text="JSON schemas of the tools.")
    attachments = models.JSONField(default=list, blank=True)  # annotate.attachments
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what is asked.")
    skill = models.CharField(max_length=64, blank=True, db_index=True)
    language = models.CharField(max_length=16, default="en")
    clearance = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_index=True)
    side = models.CharField(max_length=10, choices=Side.choices)
    cluster = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="near_duplicates",
        help_text="The oldest prompt that this one nearly repeats; empty for a first one.",
    )
    quarantined = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["train", "validation", "test"]), name="a_side_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cluster__isnull=True) | ~Q(cluster=F("id")),
                name="a_first_prompt_leads_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["side", "id"], name="prompts_by_side"),
            models.Index(fields=["language"], name="prompts_by_language"),
        ]

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def question(self) -> str:
        """The text of the open turn."""
        return str(self.messages[-1]["content"]) if self.messages else ""
