"""What is to be done, and the lanes in which it waits."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotate.enums import Hold, Kind, LanePurpose, Pool


class Lane(models.Model):
    """A queue of tasks that the same people may take.

    A person's take walks the few lanes open to them, never the tasks; ``batch`` grows with
    every arrival, so that places only ever append.
    """

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE)
    kind = models.CharField(max_length=11, choices=Kind.choices)
    skill = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16)
    clearance = models.CharField(max_length=64, blank=True)
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.OPEN)
    band = models.PositiveSmallIntegerField(default=5, help_text="1 comes first, 9 last.")
    reserved_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    batch = models.PositiveIntegerField(default=0)
    purpose = models.CharField(
        max_length=8,
        choices=LanePurpose.choices,
        blank=True,
        default=LanePurpose.WORK,
        db_default="",
        help_text="Empty: work. What checks, trains or tests people waits in lanes of its own.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "campaign",
                    "kind",
                    "skill",
                    "language",
                    "clearance",
                    "pool",
                    "band",
                    "purpose",
                    "reserved_for",
                ],
                name="a_lane_is_named_once",
            ),
            models.UniqueConstraint(
                fields=[
                    "campaign",
                    "kind",
                    "skill",
                    "language",
                    "clearance",
                    "pool",
                    "band",
                    "purpose",
                ],
                condition=Q(reserved_for__isnull=True),
                name="a_common_lane_is_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} / {self.kind} / {self.skill or 'any'} / {self.language}"


class Task(models.Model):
    """One prompt to be demonstrated or ranked, ``wanted`` times.

    Rounds of work begin with 1; round 0 is the same item where it checks, trains or tests people.

    ``offered`` freezes the candidates when the task is made. ``free`` counts the turns that
    nobody holds; a take lowers it and a release raises it, both in the row itself, so that
    live leases and counted judgements together never exceed ``wanted``.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign",
        on_delete=models.PROTECT,
        db_index=False,  # one_task_per_round begins with it
    )
    prompt = models.ForeignKey("annotate.Prompt", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    round = models.PositiveSmallIntegerField(default=1)
    lane = models.ForeignKey(
        Lane,
        on_delete=models.PROTECT,
        related_name="tasks",
        db_index=False,  # waiting_tasks serves the draw; nothing else asks by lane
    )
    place = models.BigIntegerField(help_text="Arrival batch, then a seeded shuffle.")
    offered = models.JSONField(default=list, blank=True, help_text="Candidate ids, as text.")
    wanted = models.PositiveSmallIntegerField()
    free = models.PositiveSmallIntegerField()
    held = models.CharField(
        max_length=13, choices=Hold.choices, blank=True, help_text="Why nobody gets it."
    )
    second_opinion = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Drawn by chance for one judgement more than the others get.",
    )
    propensity = models.FloatField(
        null=True, blank=True, help_text="The chance it had of that; empty where nothing was drawn."
    )
    asked_with = models.FloatField(
        null=True,
        blank=True,
        help_text="The chance its prompt had to be answered by models; empty: it was not drawn.",
    )
    offered_with = models.JSONField(
        null=True,
        blank=True,
        help_text="The chance that each of the offered had among its prompt's candidates.",
    )
    third_asked = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A judgement more was asked for, because two disagreed.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(free__gte=0, free__lte=F("wanted")), name="free_turns_fit_the_wanted"
            ),
            models.CheckConstraint(
                condition=Q(propensity__isnull=True) | Q(propensity__gt=0, propensity__lte=1),
                name="a_propensity_is_a_chance",
            ),
            models.CheckConstraint(
                condition=Q(asked_with__isnull=True) | Q(asked_with__gt=0, asked_with__lte=1),
                name="a_prompt_is_asked_with_a_chance",
            ),
            models.UniqueConstraint(
                fields=["campaign", "prompt", "kind", "round"], name="one_task_per_round"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "place"], condition=Q(free__gt=0, held=""), name="waiting_tasks"
            ),
            models.Index(fields=["held", "campaign"], condition=~Q(held=""), name="held_tasks"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.prompt}"
