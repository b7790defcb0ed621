"""One person's turn at one task."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import AssignmentState, SkipReason


class Assignment(models.Model):
    """One person's lease on one task, and the order in which they see its answers.

    There is one row per person and task in every state, so that nobody meets a task twice:
    an expired lease is reopened, and whoever wrote one of the answers has an EXCLUDED row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey("annotate.Task", on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
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
        help_text="The version that the person had last acknowledged.",
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
                condition=Q(state__in=["open", "excluded"]) | Q(closed_at__isnull=False),
                name="a_closed_assignment_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(expires_at__isnull=False),
                name="an_open_assignment_expires",
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(skip_reason=""), name="a_skip_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="leases_by_expiry"),
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


class LaneCursor(models.Model):
    """How far a person has come in a lane: what lies before it need not be looked at again."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lane_cursors"
    )
    lane = models.ForeignKey("annotate.Lane", on_delete=models.CASCADE)
    after = models.BigIntegerField(default=-1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "lane"], name="one_cursor_per_lane")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.lane} after {self.after}"
