"""What demonstrations and rankings have in common."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from annotate.enums import CountsAs, Origin


def made_now() -> datetime:
    """When a judgement is made that does not say: an import may."""
    return timezone.now()


class Judgement(models.Model):
    """A judgement says who, whence, under what, and whether it counts. Rows never change.

    An edit is a new row of the same ``root`` with the next ``revision``; only ``current`` is
    taken from the old one, in the same transaction. ``key`` makes a repeated edit or import
    find the row that the first one made; a repeated submission finds it by its assignment.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    root = models.UUIDField(editable=False, help_text="The uuid of the first revision.")
    revision = models.PositiveSmallIntegerField(default=1)
    current = models.BooleanField(default=True)
    key = models.UUIDField(null=True, blank=True, editable=False)
    schema_version = models.PositiveSmallIntegerField(default=1)
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, db_index=False)
    prompt = models.ForeignKey("annotate.Prompt", on_delete=models.PROTECT)
    rater = models.ForeignKey("annotate.Rater", on_delete=models.PROTECT, db_index=False)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    counts_as = models.CharField(max_length=8, choices=CountsAs.choices)
    assignment = models.ForeignKey(
        "annotate.Assignment", null=True, blank=True, on_delete=models.PROTECT, db_index=False
    )
    instructions = models.ForeignKey(
        "annotate.Instructions", null=True, blank=True, on_delete=models.PROTECT, db_index=False
    )
    effort = models.JSONField(
        null=True,
        blank=True,
        help_text="What it took, as the page measured it; empty where no script ran.",
    )
    created_at = models.DateTimeField(
        default=made_now, editable=False, db_index=True, help_text="When it was made, wherever."
    )

    class Meta:
        abstract = True
        default_related_name = "%(class)ss"
        constraints = [
            models.UniqueConstraint(
                fields=["root"], condition=Q(current=True), name="one_current_%(class)s_revision"
            ),
            models.UniqueConstraint(fields=["root", "revision"], name="one_%(class)s_per_revision"),
            models.UniqueConstraint(
                fields=["assignment", "revision"], name="one_%(class)s_per_turn_and_revision"
            ),
            models.UniqueConstraint(
                fields=["rater", "key"], name="one_%(class)s_per_submission_key"
            ),
            models.CheckConstraint(
                condition=Q(origin="work", assignment__isnull=False)
                | (~Q(origin="work") & Q(assignment__isnull=True)),
                name="a_%(class)s_that_is_work_has_a_turn",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "counts_as", "uuid"],
                condition=Q(current=True),
                name="current_%(class)ss",
            ),
            models.Index(
                fields=["campaign", "created_at", "id"],
                condition=Q(current=True),
                name="current_%(class)ss_by_time",
            ),
            models.Index(
                fields=["campaign", "rater", "created_at", "id"],
                condition=Q(current=True),
                name="%(class)ss_by_rater",
            ),
            models.Index(  # few are ever changed; whoever counts those reads no other
                fields=["campaign", "rater", "created_at"],
                condition=Q(current=False),
                name="changed_%(class)ss",
            ),
        ]
