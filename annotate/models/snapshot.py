"""A dataset, frozen."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from annotate.enums import Purpose, Removal, Side, SnapshotKind
from commons.models import Run, RunState


class Snapshot(Run):
    """A frozen dataset: which judgements are in it, under which policy, and where its files lie.

    Membership is written first, in one transaction; the shards read members only. A check ends
    with its report: its members stand, and the same ones become files when somebody asks for them.
    Files may be let go and made again: ``removed_at`` is set until those are published.
    """

    called = gettext_lazy("Datasets")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=SnapshotKind.choices)
    purpose = models.CharField(max_length=5, choices=Purpose.choices, default=Purpose.FILES)
    campaigns = models.ManyToManyField("annotate.Campaign", related_name="snapshots")
    policy = models.JSONField(default=dict, help_text="What was chosen when it was frozen.")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.UUIDField(
        null=True, blank=True, editable=False, help_text="Makes a repeated request find this one."
    )
    with_images = models.BooleanField(
        default=False, db_default=False, help_text="Prompts of its members ask about pictures."
    )
    members_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    manifest = models.JSONField(default=dict, blank=True)
    report = models.JSONField(
        default=dict, blank=True, help_text="What was looked for and found; empty if nobody looked."
    )

    instead_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rebuilt",
        help_text="The one that it was rebuilt from, without what was erased since.",
    )
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its files were taken away; the manifest stays."
    )
    removed_for = models.CharField(
        max_length=7, choices=Removal.choices, blank=True, default="", db_default=""
    )
    frozen_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was first frozen, where its files were made again since.",
    )

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="done", purpose="files") | ~Q(digest=""),
                name="a_frozen_snapshot_has_a_digest",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "key"], name="one_snapshot_per_person_and_key"
            ),
            models.CheckConstraint(
                condition=Q(removed_for="") | Q(removed_at__isnull=False),
                name="what_is_removed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {str(self.uuid)[:8]}"

    @property
    def rows(self) -> int:
        """How many rows its files hold, all sides together; 0 until it is frozen."""
        return sum(self.manifest.get("rows", {}).values())

    @property
    def bytes(self) -> int:
        """What its shards weigh, or weighed, by its manifest; 0 until it is frozen."""
        return sum(shard["bytes"] for shard in self.manifest.get("shards", []))

    @property
    def are_files_gone(self) -> bool:
        """They were taken away, and are not there again yet."""
        return self.removed_at is not None

    @property
    def are_files_on_the_way(self) -> bool:
        """They were taken away, and a worker makes them again or is waited for."""
        return self.are_files_gone and not self.is_over


class SnapshotPart(Run):
    """Some of a snapshot's members, all of one side, which become one shard of each form.

    ``first`` and ``last`` are positions, both included; all judgements of a prompt are in one part.
    Whoever holds it writes its shards; what it holds does not depend on who that is.
    """

    called = gettext_lazy("Parts of datasets")

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(help_text="From 0, within its side.")
    side = models.CharField(max_length=10, choices=Side.choices)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    shards = models.JSONField(default=list, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(
                fields=["snapshot", "side", "number"], name="one_part_per_side_and_number"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="a_part_is_not_empty"),
        ]

    @classmethod
    def may_be_taken(cls) -> Q:
        """What was left of a snapshot that failed or was cancelled is taken by nobody."""
        return Q(snapshot__state=RunState.RUNNING)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What its shards are called."""
        return f"{self.side}-{self.number:05d}"


class SnapshotWeight(models.Model):
    """What a rater weighs in a snapshot: found when its members were written, and fixed then."""

    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.CASCADE,
        related_name="weights",
        db_index=False,  # a_rater_weighs_once_in_a_snapshot begins with it
    )
    rater = models.ForeignKey("annotate.Rater", on_delete=models.PROTECT, related_name="+")
    weight = models.FloatField(help_text="0 to 1, in thousandths.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "rater"], name="a_rater_weighs_once_in_a_snapshot"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=1), name="a_weight_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weight} in {self.snapshot}"


class SnapshotMember(models.Model):
    """A judgement's or a prompt's place in a snapshot: the exact revision, for ever.

    These rows are lineage.
    """

    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.CASCADE,
        related_name="members",
        db_index=False,  # one_member_per_position begins with it
    )
    position = models.PositiveBigIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    demonstration = models.ForeignKey(
        "annotate.Demonstration",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="snapshot_members",
        db_index=False,
    )
    ranking = models.ForeignKey(
        "annotate.Ranking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="snapshot_members",
        db_index=False,
    )
    prompt = models.ForeignKey(
        "annotate.Prompt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="snapshot_members",
        db_index=False,
        help_text="Of a dataset of prompts alone.",
    )
    agreement_weight = models.FloatField(
        null=True,
        blank=True,
        help_text="What a ranking counts where people are measured against each other, as it was "
        "when this was written; empty where it is not known or was not asked for.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "position"], name="one_member_per_position"
            ),
            models.CheckConstraint(
                condition=Q(demonstration__isnull=False, ranking__isnull=True, prompt__isnull=True)
                | Q(demonstration__isnull=True, ranking__isnull=False, prompt__isnull=True)
                | Q(demonstration__isnull=True, ranking__isnull=True, prompt__isnull=False),
                name="a_member_is_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["snapshot", "side", "position"], name="members_by_side"),
            # A million members of one kind are no entry in the indexes of the others.
            *(
                models.Index(
                    fields=[what],
                    condition=Q(**{f"{what}__isnull": False}),
                    name=f"members_by_{what}",
                )
                for what in ("demonstration", "ranking", "prompt")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.snapshot}"
