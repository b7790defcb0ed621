"""One person's work of a time that does not count: rows beside the judgements, which stay."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Void(models.Model):
    """What a person judged in a campaign from ``since`` on counts for nothing, until it is undone.

    ``counts`` says how much was touched; ``snapshots`` are the frozen datasets that hold some of
    it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="voids"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="voids"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="When it was voided: what comes later counts.")
    reason = models.TextField(help_text="Leads read it.")
    counts = models.JSONField(default=dict)
    snapshots = models.ManyToManyField("annotate.Snapshot", blank=True, related_name="voids")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="what_is_void_has_a_beginning"
            ),
        ]
        indexes = [models.Index(fields=["campaign", "person"], name="voids_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person}'s work in {self.campaign} since {self.since:%Y-%m-%d}"


class Voided(models.Model):
    """A judgement that counts for nothing while ``stands``; ``root`` names the whole chain."""

    void = models.ForeignKey(Void, on_delete=models.PROTECT, related_name="rows")
    root = models.UUIDField(help_text="Of the ranking or the demonstration.")
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root"], condition=Q(stands=True), name="a_judgement_is_voided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.root} of {self.void}"
