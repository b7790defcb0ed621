"""How much of a campaign one person may do: on a day, and of the whole."""

from django.db import models
from django.db.models import Q


class CapRules(models.Model):
    """A campaign without limits has no row, so that giving out work reads nothing of them."""

    campaign = models.OneToOneField(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="cap_rules"
    )
    per_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="Items of a person on a day (UTC); empty: no limit."
    )
    percent = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Of all that is judged here, at most so much by one person; empty: no limit.",
    )

    class Meta:
        verbose_name_plural = "cap rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(per_day__isnull=False) | Q(percent__isnull=False),
                name="limits_limit_something",
            ),
            models.CheckConstraint(
                condition=Q(per_day__isnull=True) | Q(per_day__gte=1), name="a_day_has_an_item"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=1, percent__lte=99),
                name="a_limit_is_part_of_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"limits of {self.campaign}"
