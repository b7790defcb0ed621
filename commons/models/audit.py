"""Who did what, for ever."""

import uuid

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One act of a person that changes what others rely on. Rows are only ever added."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_events"
    )
    verb = models.CharField(max_length=64, db_index=True, help_text="As in campaign.created.")
    subject = models.CharField(max_length=200, db_index=True, help_text="As in campaign:UUID.")
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
