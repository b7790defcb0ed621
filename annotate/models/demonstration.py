"""An answer that a person wrote."""

from django.db import models

from annotate.conversation import text_of
from annotate.models.judgement import Judgement


class Demonstration(Judgement):
    """How an expert would answer a prompt."""

    messages = models.JSONField(help_text='[{"role": "assistant", "content": "…"}]')
    started_from = models.ForeignKey(
        "annotate.Candidate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The candidate that the writer began with, if any.",
    )

    def __str__(self) -> str:
        return f"{self.rater}: {self.text[:80]}"

    @property
    def text(self) -> str:
        return text_of(self.messages)
