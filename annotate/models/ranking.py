"""The order in which a rater puts the answers to a prompt."""

from django.db import models
from django.db.models import Q

from annotate.models.judgement import Judgement


class Ranking(Judgement):
    """One rater's order of the answers they were offered: one row of truth, pairs are derived.

    ``tiers`` is best first, equals together: ``[["c3"], ["c1", "c4"], ["c2"]]``. ``strengths``
    says how much better each tier is than the next, 1 (slightly) to 3 (significantly); None
    where nobody asked. tiers and unrankable together are what was offered. ``answers`` holds what
    ``annotate.questions`` asks of each. ``ideal`` is the best one as its rater would have it: it
    stands above every tier.
    """

    tiers = models.JSONField()
    unrankable = models.JSONField(default=list, blank=True)
    strengths = models.JSONField(default=list, blank=True)
    answers = models.JSONField(
        default=dict, blank=True, help_text="Ratings, flags and spans per candidate, where asked."
    )
    reason = models.TextField(blank=True)
    ideal = models.ForeignKey(
        "annotate.Demonstration",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # most have none
    )

    class Meta(Judgement.Meta):
        indexes = [
            *Judgement.Meta.indexes,
            models.Index(
                fields=["ideal"], condition=Q(ideal__isnull=False), name="rankings_with_an_ideal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rater}: {len(self.tiers)} tiers"
