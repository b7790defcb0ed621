"""What a lead says to the people of a campaign, and who has read it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Announcement(models.Model):
    """Said once and never changed; another one says what is new."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="announcements"
    )
    text = models.TextField(help_text="Markdown.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text[:80]


class AnnouncementReader(models.Model):
    """Somebody to whom it was said: on their desk until ``read_at``."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="readers", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="announcements_to_read",
        db_index=False,
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "person"], name="everybody_is_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(read_at__isnull=True), name="unread_announcements"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement} to {self.person}"
