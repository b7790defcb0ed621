"""The order in which a rater puts the answers to a prompt."""

from django.db import models

from annotate.models.judgement import Judgement


class Ranking(Judgement):
    """One rater's order of the answers they were offered: one row of truth, pairs are derived.

    ``tiers`` is best first, equals together: ``[["c3"], ["c1", "c4"], ["c2"]]``. ``strengths``
    says how much better each tier is than the next, 1 (slightly) to 3 (significantly); None
    where nobody asked. tiers and unrankable together are what was offered.
    """

    tiers = models.JSONField()
    unrankable = models.JSONField(default=list, blank=True)
    strengths = models.JSONField(default=list, blank=True)
    answers = models.JSONField(
        default=dict, blank=True, help_text="Ratings, flags and spans per candidate, where asked."
    )
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.rater}: {len(self.tiers)} tiers"
