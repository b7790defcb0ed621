"""A file of prompts that a lead has brought and not imported yet."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from commons.models import Run
from commons.models.said import SaidJSONField


class Upload(Run):
    """A file that was read and waits for its lead's yes; after that, an import as a run.

    ``checked`` is what reading it found. The file lies in ``settings.UPLOADS`` under the uuid,
    until it is imported or nobody has said yes for a day. Its batch has the uuid as its key.
    """

    called = gettext_lazy("Files that are imported")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="uploads"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200, help_text="As the file was called.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    checked = SaidJSONField(default=dict)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When a lead said yes.")

    @classmethod
    def may_be_taken(cls) -> Q:
        """What waits for its lead's yes waits for no worker."""
        return Q(confirmed_at__isnull=False)

    def __str__(self) -> str:
        return f"{self.name} for {self.campaign}"
