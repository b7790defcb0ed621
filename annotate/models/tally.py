"""Progress numbers that are always right, because the work itself writes them."""

from django.db import models


class Tally(models.Model):
    """What was done in a campaign on a day (UTC), spread over sixteen rows so that nobody waits.

    Every submission adds to one of them in its own transaction; a sum over the slots is exact.
    """

    SLOTS = 16

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.CASCADE)
    day = models.DateField()
    slot = models.PositiveSmallIntegerField()
    demonstrations = models.PositiveIntegerField(default=0)
    rankings = models.PositiveIntegerField(default=0)
    comparisons = models.PositiveIntegerField(default=0, help_text="Strict pairs of rankings.")
    ties = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    edits = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Submissions changed afterwards."
    )
    skips = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0, help_text="Imported rankings, kept apart.")

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day", "slot"], name="one_tally_per_campaign_day_and_slot"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} on {self.day} ({self.slot})"
