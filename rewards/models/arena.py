"""Where two policies of a track answer one prompt, for people to prefer one of them, blind."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commons.models.said import SaidTextField
from rewards.enums import ContestState


class Arena(models.Model):
    """Contests of the policies of a track, one after the other, as work of one campaign.

    Its pairs of answers are ranked on the usual pages; nothing of it is shown to whoever ranks,
    unless it tells voters afterwards.
    At most one arena of a track is open, which the database sees to.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    track = models.ForeignKey("rewards.Track", on_delete=models.PROTECT, related_name="arenas")
    campaign = models.UUIDField(help_text="The campaign whose people vote, by its public id.")
    source = models.CharField(
        max_length=100, blank=True, help_text="Prompts of this source alone; empty: all."
    )
    ahead = models.PositiveIntegerField(
        default=40, help_text="Contests that wait for votes; fewer are drawn up to as many."
    )
    held_out = models.FloatField(
        default=0,
        help_text="Share of the contests that are on held-out prompts, which train nothing.",
    )
    by_need = models.FloatField(
        default=0.7, help_text="Share of the contests that goes to pairs that are not settled yet."
    )
    narrow_enough = models.FloatField(
        default=0.2,
        help_text="A pair is settled once the 95 % interval of its win rate is no wider.",
    )
    tells_voters = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Who voted learns which policy was which, once the vote cannot be changed.",
    )
    refusal = SaidTextField(
        blank=True, help_text="Why nothing could be drawn lately, and what to do; else empty."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["track"], condition=Q(stopped_at__isnull=True), name="one_open_arena"
            ),
            models.CheckConstraint(
                condition=Q(held_out__gte=0, held_out__lte=1), name="held_out_contests_are_a_share"
            ),
            models.CheckConstraint(
                condition=Q(by_need__gte=0, by_need__lt=1), name="some_contests_are_by_chance_alone"
            ),
            models.CheckConstraint(
                condition=Q(narrow_enough__gt=0, narrow_enough__lte=1, ahead__gte=1),
                name="a_pair_can_be_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"arena of {self.track}"


class Contest(models.Model):
    """Two policies and the prompt that both answer; ``propensity`` is the chance that this pair,
    of all that could have met, was drawn for it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="contests")
    run = models.ForeignKey(
        "rewards.EngineRun",
        on_delete=models.PROTECT,
        related_name="contests",
        help_text="What writes the two answers.",
    )
    prompt = models.UUIDField(help_text="By its public id.")
    first = models.ForeignKey("rewards.Policy", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("rewards.Policy", on_delete=models.PROTECT, related_name="+")
    propensity = models.FloatField()
    state = models.CharField(max_length=8, choices=ContestState.choices, default=ContestState.DRAWN)
    drawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arena", "prompt"], name="one_contest_per_prompt"),
            models.CheckConstraint(
                condition=Q(propensity__gt=0, propensity__lte=1),
                name="a_pair_is_drawn_with_a_chance",
            ),
            models.CheckConstraint(condition=~Q(first=F("second")), name="a_contest_is_of_two"),
        ]
        indexes = [
            models.Index(fields=["run"], condition=Q(state="drawn"), name="contests_to_be_answered")
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"
