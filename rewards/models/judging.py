"""A model that judges the items of a campaign, as a machine beside people."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from commons.models import Run


class Judging(Run):
    """How far a reward model, or a model of a server, is with the items of a campaign. Asked again,
    it is the same row.

    ``done`` counts what it has judged since it was last asked for, ``total`` what it is to judge.
    What it said stands with the machine: nothing is judged twice, and a row that is taken up again
    goes on with what is left.
    """

    called = gettext_lazy("Models that judge")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reward_model = models.ForeignKey(
        "rewards.RewardModel",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="judgings",
        help_text="Empty: a model of a server.",
    )
    server = models.CharField(
        max_length=31, blank=True, default="", db_default="", help_text="As GENERATORS names it."
    )
    model = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="What the server calls it. All else that it is stands with the machine.",
    )
    concurrency = models.PositiveSmallIntegerField(
        default=8, db_default=8, help_text="Items of which a server is asked at once."
    )
    campaign = models.UUIDField(help_text="Its public id.")
    machine = models.UUIDField(unique=True, help_text="The public id of the machine that it is.")
    most = models.PositiveIntegerField(
        null=True, blank=True, help_text="Items of this asking; empty: all that there are."
    )
    before = models.PositiveBigIntegerField(
        default=0, help_text="Items that it had judged when it was last asked for."
    )
    left_out = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Items that it learned from; empty until it has begun."
    )
    silent = models.PositiveBigIntegerField(
        default=0,
        db_default=0,
        help_text="Items of those done of which it gave no judgement: left out, never guessed.",
    )
    own_answers = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Answers in the campaign that the same model wrote; empty until it has begun, "
        "and of a reward model.",
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(
                fields=["reward_model", "campaign"], name="a_model_judges_a_campaign_in_one_row"
            ),
            models.CheckConstraint(
                condition=Q(reward_model__isnull=False, server="", model="")
                | (Q(reward_model__isnull=True) & ~Q(server="") & ~Q(model="")),
                name="a_reward_model_or_a_served_one_judges",
            ),
        ]

    def __str__(self) -> str:
        return f"items by {self.who}"

    @property
    def judged(self) -> int:
        """Of those done, the items of which it gave a judgement."""
        return self.done - self.silent

    @property
    def who(self) -> str:
        """Who judges, in words."""
        return str(self.reward_model) if self.reward_model else f"{self.model} ({self.server})"
