"""What was erased, for whom, and what may therefore be written over."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import ErasureKind


class Erasure(models.Model):
    """One erasure: who, when, of what kind, and how much. It holds no text.

    ``snapshots`` are the frozen datasets that hold something of it; ``texts`` says of a person
    whether what they wrote went as well.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=6, choices=ErasureKind.choices)
    prompt = models.ForeignKey(
        "annotate.Prompt", null=True, blank=True, on_delete=models.PROTECT, related_name="erasures"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    texts = models.BooleanField(default=True, help_text="What was written went as well.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    counts = models.JSONField(default=dict, help_text="How much of each sort was touched.")
    snapshots = models.ManyToManyField(
        "annotate.Snapshot", blank=True, related_name="erasures", help_text="That hold some of it."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="prompt", prompt__isnull=False, person__isnull=True)
                | Q(kind="person", prompt__isnull=True, person__isnull=False),
                name="an_erasure_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.uuid)[:8]}"


class Tombstone(models.Model):
    """A revision of a judgement whose words may be written over, once, by nothing.

    The triggers that keep judgements look for it: only where it stands do they let the texts of
    that very row become what says that they are gone.
    """

    judgement = models.UUIDField(primary_key=True, help_text="Of the very revision.")
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")

    def __str__(self) -> str:
        return f"tombstone of {self.judgement}"


class ActNote(models.Model):
    """What a person wrote beside an act: it can be erased, and the record of the act stays."""

    event = models.OneToOneField(
        "commons.AuditEvent", primary_key=True, on_delete=models.PROTECT, related_name="words"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:80]
