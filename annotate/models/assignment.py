"""One person's turn at one task."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import AssignmentState, SkipReason

# The rows that keep a person away from a task for good. A turn that ended before its person saw
# anything of the task may be given to them again.
HAS_MET = ~Q(state=AssignmentState.EXPIRED, shown_at__isnull=True)


class Assignment(models.Model):
    """One person's lease on one task, and the order in which they see its answers.

    There is one row per person and task in every state, so that nobody meets a task twice: a
    lease that ended unseen is opened again, and whoever wrote an answer has an EXCLUDED row.
    A person's draw from a lane goes on behind the place of their newest row there, so that what
    they have done is not looked at again. A repeated request finds what the first one did by
    its key.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey("annotate.Task", on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        db_index=False,  # every constraint below begins with it
    )
    lane = models.ForeignKey(
        "annotate.Lane",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The lane it was drawn from; empty where a lead named the person.",
    )
    place = models.BigIntegerField(
        null=True, blank=True, help_text="Its place there: the next draw goes on behind it."
    )
    state = models.CharField(
        max_length=9, choices=AssignmentState.choices, default=AssignmentState.OPEN
    )
    seat = models.PositiveSmallIntegerField(default=1)
    seed = models.PositiveBigIntegerField(default=0, help_text="Of the presentation order.")
    order = models.JSONField(
        default=list, blank=True, help_text="Candidate ids as this person sees them."
    )
    instructions = models.ForeignKey(
        "annotate.Instructions",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The version that the person had last acknowledged.",
    )
    take_key = models.UUIDField(
        null=True, blank=True, editable=False, help_text="Of the request that took it."
    )
    closing_key = models.UUIDField(
        null=True, blank=True, editable=False, help_text="Of the request that ended it."
    )
    taken_at = models.DateTimeField(auto_now_add=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=13, choices=SkipReason.choices, blank=True)
    skip_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "task"], name="one_turn_per_person"),
            models.UniqueConstraint(
                fields=["person", "seat"],
                condition=Q(state="open"),
                name="one_open_item_per_seat",
            ),
            models.CheckConstraint(condition=Q(seat__in=[1, 2]), name="a_person_has_two_seats"),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "open", "excluded"])
                | Q(closed_at__isnull=False),
                name="a_closed_assignment_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(expires_at__isnull=False),
                name="an_open_assignment_expires",
            ),
            models.UniqueConstraint(
                fields=["person", "take_key"],
                condition=Q(take_key__isnull=False),
                name="one_turn_per_take_key",
            ),
            models.UniqueConstraint(
                fields=["person", "closing_key"],
                condition=Q(closing_key__isnull=False),
                name="one_turn_per_closing_key",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skip_reason=""), name="a_skip_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="leases_by_expiry"),
            models.Index(
                fields=["person", "lane", "-id"],
                condition=Q(lane__isnull=False),
                name="turns_by_lane",
            ),
            models.Index(
                fields=["person"],
                condition=Q(state__in=["open", "reserved"]),
                name="turns_in_hand",
            ),
            models.Index(  # few turns are skipped; whoever looks through those reads no other
                fields=["closed_at", "id"],
                condition=Q(state="skipped"),
                name="skips_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.task}"


class Draft(models.Model):
    """What a person has typed so far; ``version`` tells one tab from another."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="draft")
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft {self.version} of {self.assignment}"
