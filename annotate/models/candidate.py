"""What may be chosen."""

import uuid

from django.db import models

from annotate.conversation import text_of


class Candidate(models.Model):
    """One possible answer to a prompt. Annotators see neither its source nor its sampling."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prompt = models.ForeignKey(
        "annotate.Prompt", on_delete=models.PROTECT, related_name="candidates"
    )
    messages = models.JSONField(help_text='[{"role": "assistant", "content": "…"}]')
    digest = models.CharField(max_length=64, help_text="SHA-256 of the messages.")
    source = models.CharField(max_length=200, help_text="An opaque tag; never shown to raters.")
    sampling = models.JSONField(default=dict, help_text="How it was drawn.")
    weight = models.FloatField(
        default=1,
        db_default=1,
        help_text="How much it is wanted beside others, where a ranking shows some of many.",
    )
    author = models.ForeignKey(
        "annotate.Rater",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="candidates",
        help_text="The person who wrote it, if one did.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prompt", "digest"], name="an_answer_stands_once_per_prompt"
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0), name="a_candidate_weighs_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def text(self) -> str:
        """What a rater reads: the contents of the answer's assistant messages."""
        return text_of(self.messages)
