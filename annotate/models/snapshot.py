"""A dataset, frozen."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import Side, SnapshotKind
from commons.models import Run


class Snapshot(Run):
    """A frozen dataset: which judgements are in it, under which policy, and where its files lie.

    Membership is written first, in one transaction; the shards read members only.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=SnapshotKind.choices)
    campaigns = models.ManyToManyField("annotate.Campaign", related_name="snapshots")
    policy = models.JSONField(default=dict, help_text="What was chosen when it was frozen.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    members_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    manifest = models.JSONField(default=dict, blank=True)

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(digest=""), name="a_frozen_snapshot_has_a_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {str(self.uuid)[:8]}"

    @property
    def rows(self) -> int:
        """How many rows its files hold, all sides together; 0 until it is frozen."""
        return sum(self.manifest.get("rows", {}).values())


class SnapshotMember(models.Model):
    """One judgement's place in a snapshot: the exact revision, for ever. These rows are lineage."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveBigIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    demonstration = models.ForeignKey(
        "annotate.Demonstration",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="snapshot_members",
    )
    ranking = models.ForeignKey(
        "annotate.Ranking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="snapshot_members",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "position"], name="one_member_per_position"
            ),
            models.CheckConstraint(
                condition=Q(demonstration__isnull=False, ranking__isnull=True)
                | Q(demonstration__isnull=True, ranking__isnull=False),
                name="a_member_is_one_judgement",
            ),
        ]
        indexes = [
            models.Index(fields=["snapshot", "side", "position"], name="members_by_side"),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.snapshot}"
