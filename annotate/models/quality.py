"""What a campaign's judgements are worth: figures that were computed behind the work.

    Ranking, Demonstration, CampaignPrompt, Task -> WorkRollup, IntakeRollup, QueueRollup   (counts)
    doubled rankings -> QualityReport -> AgreementSlice, SmallSlice                     (statistics)
                                         RaterQuality, RaterPart, RaterPair

Roll-ups are sums of what stands in other tables, and can be made anew from them at any time.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotate.enums import Kind, QualityMeasure
from commons.models import Run

SKILL, LANGUAGE = 64, 16  # as prompts have them


class WorkRollup(models.Model):
    """What one person handed in of one kind, skill and language in a week (Monday, UTC).

    Only current judgements are counted. ``person`` is empty for whatever did not come from one.
    """

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE, db_index=False)
    week = models.DateField()
    kind = models.CharField(max_length=11, choices=Kind.choices)
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    judgements = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    comparisons = models.PositiveIntegerField(default=0)
    ties = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "week", "kind", "skill", "language", "person"],
                name="one_work_rollup_per_person_and_cell",
            ),
            models.UniqueConstraint(
                fields=["campaign", "week", "kind", "skill", "language"],
                condition=Q(person__isnull=True),
                name="one_work_rollup_per_cell_of_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.week:%G-W%V}, {self.kind}, {self.skill or 'any'}"


class DoneRollup(models.Model):
    """What one person did of one kind on one day (UTC), as a ledger counts it: items and tenths
    of a second.

    The voided part is in the whole.
    """

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE, db_index=False)
    day = models.DateField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind.choices, db_default="")
    items = models.PositiveIntegerField(default=0)
    tenths = models.PositiveBigIntegerField(default=0)
    voided_items = models.PositiveIntegerField(default=0)
    voided_tenths = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "person", "kind"],
                name="one_kind_of_a_day_of_a_person_is_counted_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.day}: {self.items}"


class IntakeRollup(models.Model):
    """How many prompts of one skill and language entered a campaign in a week (Monday, UTC)."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE, db_index=False)
    week = models.DateField()
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE)
    prompts = models.PositiveIntegerField(default=0)
    held_out = models.PositiveIntegerField(default=0, help_text="Of them on the test side.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "week", "skill", "language"],
                name="one_intake_rollup_per_cell",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.week:%G-W%V}, {self.skill or 'any'}, {self.language}"


class QueueRollup(models.Model):
    """What waits in a campaign, by kind, skill and language, and since when.

    A task waits from the day it was made; ``turns`` are those that nobody holds.
    """

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE)
    tasks = models.PositiveIntegerField(default=0)
    turns = models.PositiveIntegerField(default=0)
    over_a_day = models.PositiveIntegerField(default=0)
    over_a_week = models.PositiveIntegerField(default=0)
    oldest_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "skill", "language"], name="one_queue_rollup_per_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.tasks} of {self.kind}, {self.skill or 'any'}"


class RollupMark(models.Model):
    """What the rows of a week looked like when they were rolled up: other rows, another mark."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE, db_index=False)
    of = models.CharField(max_length=16)  # rankings, demonstrations, prompts
    week = models.DateField()
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "of", "week"], name="one_mark_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.of} of {self.week:%G-W%V}"


class RollupTime(models.Model):
    """Up to when the roll-ups of a campaign are true. Whoever rolls up holds its row."""

    campaign = models.OneToOneField("annotate.Campaign", on_delete=models.CASCADE)
    at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="The same of what a ledger counts.")

    def __str__(self) -> str:
        return f"{self.campaign}: {self.at}"


class QualityReport(Run):
    """One look at how far a campaign's judgements can be relied on.

    ``figures`` hold what is told of the whole campaign, ``findings`` what is named on the
    dashboard. The newest one that is done is what pages show.
    """

    called = gettext_lazy("Reports of quality")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="quality_reports"
    )
    judged = models.PositiveIntegerField(
        default=0, help_text="Current judgements when it was begun."
    )
    mark = models.CharField(max_length=64, blank=True, help_text="Of the rankings it is about.")
    figures = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(state__in=["requested", "running"]),
                name="one_quality_report_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"quality of {self.campaign}, {self.requested_at:%Y-%m-%d}"


class AgreementSlice(models.Model):
    """One figure of agreement within a slice; empty columns do not narrow it.

    ``facet`` says which columns are meant: ``skill+week`` with an empty skill is what has none. A
    change is that of a week's agreement, beside the week whose Monday is the ``part``.
    """

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="slices")
    measure = models.CharField(max_length=9, choices=QualityMeasure.choices)
    facet = models.CharField(max_length=40, help_text="overall, or skill, language, week by +.")
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE, blank=True)
    week = models.DateField(null=True)
    part = models.CharField(max_length=60, blank=True, help_text="Of kind, strength, flag, rating.")
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    prompts = models.PositiveIntegerField()
    chance = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["report", "measure", "facet"], name="slices_by_facet"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


class SmallSlice(models.Model):
    """A slice without a figure: too few prompts have two judgements that can be compared."""

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="small_slices")
    facet = models.CharField(max_length=40)
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE, blank=True)
    week = models.DateField(null=True)
    part = models.CharField(max_length=60, blank=True)
    prompts = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["report", "facet"], name="small_slices_by_facet")]

    def __str__(self) -> str:
        return f"{self.facet}: {self.prompts} prompts"


class RaterQuality(models.Model):
    """What one rater's judgements show, each figure with its interval."""

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="raters")
    rater = models.ForeignKey("annotate.Rater", on_delete=models.CASCADE, related_name="+")
    doubled = models.PositiveIntegerField(default=0, help_text="Items that others judged too.")
    consistency = models.FloatField(null=True)
    consistency_low = models.FloatField(null=True)
    consistency_high = models.FloatField(null=True)
    verdict = models.CharField(max_length=9, blank=True)
    figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "rater"], name="a_rater_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.rater}: {self.verdict}"


class RaterPart(models.Model):
    """How far one rater agrees with others in a part of the work; empty columns do not narrow it,
    as ``facet`` says."""

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="rater_parts")
    rater = models.ForeignKey("annotate.Rater", on_delete=models.CASCADE, related_name="+")
    facet = models.CharField(max_length=40)
    skill = models.CharField(max_length=SKILL, blank=True)
    language = models.CharField(max_length=LANGUAGE, blank=True)
    week = models.DateField(null=True)
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    prompts = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["report", "facet", "skill", "language", "week"], name="parts_by_facet"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rater}: {self.value:.2f}"


class RaterPair(models.Model):
    """How often two raters agree on the items that both judged.

    ``figures`` are what chance gives of it, and τ-b, α, W and κ by rating and by flag, where
    they are defined.
    """

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="pairs")
    one = models.ForeignKey("annotate.Rater", on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey("annotate.Rater", on_delete=models.CASCADE, related_name="+")
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    prompts = models.PositiveIntegerField()
    figures = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "one", "other"], name="a_pair_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}: {self.value:.2f}"


class WantedShare(models.Model):
    """The share of a campaign's prompts that a lead wants of one skill or of one language."""

    class Facet(models.TextChoices):
        SKILL = "skill"
        LANGUAGE = "language"

    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="wanted_shares"
    )
    facet = models.CharField(max_length=8, choices=Facet.choices)
    value = models.CharField(max_length=SKILL)
    share = models.FloatField(help_text="0 to 1.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "facet", "value"], name="a_share_is_wanted_once"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="a_wanted_share_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.share:.0%} {self.value}"


class StoppedTask(models.Model):
    """A task whose votes were enough before it had all that it wanted; ``saved`` turns of it."""

    task = models.OneToOneField("annotate.Task", on_delete=models.CASCADE, related_name="stopped")
    sure = models.FloatField(help_text="The chance that each of its pairs is ordered rightly.")
    votes = models.PositiveSmallIntegerField()
    saved = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.task}: {self.saved} saved"


class Digest(models.Model):
    """The letter about one week that a lead was sent, or is being sent: one, however often asked.

    Whoever moves ``tried_at`` sends it; a letter that did not leave within the hour is tried again.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text="The Monday of the week that it tells of.")
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "week"], name="one_digest_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.week:%G-W%V}"


class DigestRefusal(models.Model):
    """A person who wants no letter."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_refusal"
    )
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.person)
