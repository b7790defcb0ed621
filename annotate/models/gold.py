"""Items of which the right order is known: they check, train and test the people who judge."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import LanePurpose


class GoldRules(models.Model):
    """How a campaign checks its people, and when it stops giving work to one of them.

    Nobody is judged on fewer than ``least_items`` silent checks, and only where even the upper end
    of the interval lies below ``pause_below``.
    """

    campaign = models.OneToOneField(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="gold_rules"
    )
    share = models.FloatField(
        default=0, help_text="Share of what a person is given that checks them, unsaid (0–0.5)."
    )
    training_items = models.PositiveSmallIntegerField(
        default=0, help_text="Items with the answer afterwards, before a person's first work."
    )
    seen_at_most = models.PositiveSmallIntegerField(
        default=50, help_text="People who meet an item before it is retired."
    )
    pause_below = models.FloatField(
        null=True,
        blank=True,
        help_text="Who agrees less than this is paused (0–1); empty: nobody is.",
    )
    least_items = models.PositiveSmallIntegerField(
        default=20, help_text="Checks before anything is concluded of a person."
    )

    class Meta:
        verbose_name_plural = "gold rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=0.5), name="checks_are_half_of_it_at_most"
            ),
            models.CheckConstraint(
                condition=Q(pause_below__isnull=True) | Q(pause_below__gt=0, pause_below__lte=1),
                name="a_person_is_paused_below_a_share",
            ),
            models.CheckConstraint(
                condition=Q(least_items__gte=10, seen_at_most__gte=1),
                name="nobody_is_judged_on_few_items",
            ),
        ]

    def __str__(self) -> str:
        return f"gold rules of {self.campaign}"


class Gold(models.Model):
    """One item with its right order, in a task of round 0 that people are given once each.

    ``answer`` is a ranking of origin *gold*: nobody's work, in no dataset. An item that was shown
    with its answer never checks anybody in silence, so each serves for one purpose.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="golds"
    )
    task = models.OneToOneField("annotate.Task", on_delete=models.PROTECT, related_name="gold")
    answer = models.OneToOneField(
        "annotate.Ranking", on_delete=models.PROTECT, related_name="gold", help_text="Right order."
    )
    purpose = models.CharField(
        max_length=8,
        choices=[each for each in LanePurpose.choices if each[0]],
    )
    qualification = models.ForeignKey(
        "annotate.Qualification",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="golds",
        help_text="The test that it belongs to.",
    )
    explanation = models.TextField(blank=True, help_text="Why so; shown where the answer is.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="test", qualification__isnull=False)
                | ~Q(purpose__in=["", "test"]) & Q(qualification__isnull=True),
                name="what_tests_belongs_to_a_test",
            ),
        ]

    def __str__(self) -> str:
        return f"gold {str(self.uuid)[:8]}"


class GoldResult(models.Model):
    """How far one person's order agreed with the right one, over ``compared`` pairs.

    ``agreed`` counts a tie against a preference, and what the person placed nowhere, as a half.
    """

    gold = models.ForeignKey(Gold, on_delete=models.PROTECT, related_name="results")
    assignment = models.OneToOneField(
        "annotate.Assignment", on_delete=models.PROTECT, related_name="gold_result"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="gold_results",
        db_index=False,  # gold_results_of_a_person begins with it
    )
    attempt = models.ForeignKey(
        "annotate.Attempt",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="results",
    )
    agreed = models.FloatField()
    compared = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(compared__gte=1, agreed__gte=0, agreed__lte=models.F("compared")),
                name="no_more_agrees_than_is_compared",
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="gold_results_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.agreed} of {self.compared}"
