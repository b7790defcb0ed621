"""An item is looked at once more: what a reviewer decides, and what they tell its authors."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotate.enums import Decision, Kind, ReviewReason, ReviewState


class Review(models.Model):
    """One item that waits for a reviewer, or what one has decided over it.

    It is there because its judgements disagree, because it was drawn by chance, or for both
    reasons; ``propensity`` is the chance it had, and empty where it was not drawn. ``reviewer``
    holds it until ``claimed_until``, so that two do not read the same item. A decision adds a
    resolved label (``ranking`` or ``demonstration``); the judgements stay as they are.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign",
        on_delete=models.PROTECT,
        related_name="reviews",
        db_index=False,  # open_reviews begins with it
    )
    task = models.ForeignKey("annotate.Task", on_delete=models.PROTECT, related_name="reviews")
    disagrees = models.BooleanField(default=False, help_text="Its judgements disagree.")
    spread = models.FloatField(
        default=0, help_text="How far the two widest apart are: 0 alike, 1 the other way round."
    )
    gain = models.FloatField(
        default=0,
        db_default=0,
        help_text="What a decision is expected to settle, in bits: the queue's order.",
    )
    propensity = models.FloatField(
        null=True, blank=True, help_text="The chance it had to be drawn; empty: it was not."
    )
    state = models.CharField(max_length=7, choices=ReviewState.choices, default=ReviewState.OPEN)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=7, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=9, choices=ReviewReason.choices, blank=True)
    ranking = models.OneToOneField(
        "annotate.Ranking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resolves",
        help_text="The resolved label.",
    )
    demonstration = models.OneToOneField(
        "annotate.Demonstration",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="resolves",
        help_text="The resolved label.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(state__in=["open", "decided"]),
                name="one_review_per_task",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(disagrees=True) | Q(propensity__isnull=False),
                name="an_open_review_has_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(state="decided", reviewer__isnull=False, decided_at__isnull=False)
                & ~Q(decision="")
                | ~Q(state="decided") & Q(decision="", decided_at__isnull=True),
                name="a_decided_review_says_how",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | Q(claimed_until__isnull=False),
                name="a_claim_ends",
            ),
            models.CheckConstraint(
                condition=Q(ranking__isnull=True, demonstration__isnull=True)
                & ~Q(decision__in=["accept", "correct"])
                | Q(decision__in=["accept", "correct"], ranking__isnull=False)
                & Q(demonstration__isnull=True)
                | Q(decision__in=["accept", "correct"], ranking__isnull=True)
                & Q(demonstration__isnull=False),
                name="what_is_resolved_has_one_label",
            ),
            models.CheckConstraint(
                condition=Q(spread__gte=0, spread__lte=1), name="a_spread_is_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(propensity__isnull=True) | Q(propensity__gt=0, propensity__lte=1),
                name="a_review_was_drawn_by_a_chance",
            ),
        ]
        indexes = [
            models.Index(
                F("campaign"),
                F("gain").desc(),
                F("id"),
                condition=Q(state="open"),
                name="open_reviews",
            ),
            models.Index(
                F("campaign"),
                F("decision"),
                F("decided_at").desc(),
                F("id").desc(),
                condition=Q(state="decided"),
                name="decided_reviews",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.task}"


class ReviewDraft(models.Model):
    """What a reviewer has half written over an item; ``version`` tells one tab from another."""

    review = models.ForeignKey(
        Review,
        on_delete=models.CASCADE,
        related_name="drafts",
        db_index=False,  # the constraint begins with it
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "reviewer"], name="one_draft_per_review_and_reviewer"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.version} of {self.review}"


class Rejection(models.Model):
    """A judgement that a reviewer has turned down: it is kept, and no dataset takes it.

    ``root`` names the whole chain, so that no later revision slips back in unread.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="rejections")
    root = models.UUIDField(help_text="Of the ranking or the demonstration.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root"], name="a_judgement_is_turned_down_once")
        ]

    def __str__(self) -> str:
        return f"{self.root} turned down by {self.review}"


class ReviewCursor(models.Model):
    """Up to when the judgements of one kind were looked through for what needs a review."""

    kind = models.CharField(max_length=11, choices=Kind.choices, unique=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.at}"
