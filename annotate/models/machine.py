"""Machines that judge: what each is, and what became of each item that it was shown.

MachineJudge (a rater of kind machine) -> MachineVerdict (of one task) -> Ranking | silence
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import MachineSilence, MachineWay


class MachineJudge(models.Model):
    """A machine that a lead lets judge a share of one campaign's rankings.

    What it is never changes: another model, wording or setting is another judge, so that every
    judgement says by its rater what it was made with. Which tasks are in its share is fixed by a
    hash; a larger share holds the smaller one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="machines"
    )
    rater = models.OneToOneField(
        "annotate.Rater", on_delete=models.PROTECT, related_name="machine", editable=False
    )
    way = models.CharField(max_length=12, choices=MachineWay.choices)
    name = models.CharField(max_length=60)
    setup = models.JSONField(
        default=dict, help_text="Which model with which settings and wording; never a key."
    )
    share = models.FloatField(help_text="Of the campaign's rankings, above 0 up to 1.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is stopped for good."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="one_machine_per_name_and_campaign"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="a_machine_judges_a_share"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(stopped_at__isnull=False),
                name="an_ended_machine_is_stopped",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MachineVerdict(models.Model):
    """What came of showing one task to one machine: a ranking, or the reason why there is none.

    ``orders`` are the orders in which it saw the answers, drawn with ``seed``, and ``said`` what it
    said of each: tiers, best first. Where two orders contradict each other, the ranking has a tie.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    judge = models.ForeignKey(
        MachineJudge, on_delete=models.PROTECT, related_name="verdicts", db_index=False
    )
    task = models.ForeignKey(
        "annotate.Task", on_delete=models.PROTECT, related_name="machine_verdicts"
    )
    ranking = models.OneToOneField(
        "annotate.Ranking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="machine_verdict",
    )
    silence = models.CharField(
        max_length=10,
        choices=MachineSilence.choices,
        blank=True,
        help_text="Why there is no judgement; empty where there is one.",
    )
    seed = models.BigIntegerField()
    orders = models.JSONField(help_text="Lists of candidate ids, as the machine was shown them.")
    said = models.JSONField(default=list, help_text="Of each order its tiers, best first.")
    made_with = models.JSONField(default=dict, help_text="What a program says of itself.")
    key = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["judge", "task"], name="one_verdict_per_machine_and_task"
            ),
            models.UniqueConstraint(
                fields=["judge", "key"], name="one_verdict_per_machine_and_key"
            ),
            models.CheckConstraint(
                condition=Q(ranking__isnull=False, silence="")
                | (Q(ranking__isnull=True) & ~Q(silence="")),
                name="a_machine_judges_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge}: {self.get_silence_display() or 'judged'}"
