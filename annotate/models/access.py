"""Who saw or took away what other people wrote and judged: kept for a while, and never changed."""

import uuid

from django.conf import settings
from django.db import models

from annotate.enums import Taken


class Access(models.Model):
    """One look of a person, or of a program of theirs, in one campaign.

    ``subject`` names what it was, as in the audit record; ``part`` which file, table or page of it.
    Of no campaign is what is read in Django's admin, and a person by whoever may erase them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="accesses",
        db_index=False,
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="accesses"
    )
    taken = models.CharField(max_length=5, choices=Taken.choices)
    subject = models.CharField(max_length=200, help_text="As in prompt:UUID, or a page's address.")
    part = models.CharField(max_length=300, blank=True, help_text="Of it: a file, a table.")
    rows = models.IntegerField(null=True, blank=True, help_text="In it, where it is known.")
    token = models.UUIDField(null=True, blank=True, help_text="Of the API token; empty: by a page.")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name_plural = "accesses"
        indexes = [models.Index(fields=["campaign", "-id"], name="accesses_of_a_campaign")]

    def __str__(self) -> str:
        return f"{self.person}: {self.subject}"
