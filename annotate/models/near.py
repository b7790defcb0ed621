"""Which prompts nearly repeat one another, and how that is found."""

from django.db import models
from django.db.models import F, Q


class PromptBand(models.Model):
    """A key that a prompt is found by, shared by whatever nearly repeats it (annotate.near).

    Nine rows a prompt, one where it is short, none where an older one says the same. No foreign
    key is checked: it would cost as much as the row. Read and written by ``services.near`` alone.
    """

    pk = models.CompositePrimaryKey("key", "prompt_id")
    key = models.BigIntegerField()
    prompt = models.ForeignKey(
        "annotate.Prompt",
        on_delete=models.CASCADE,
        related_name="bands",
        db_constraint=False,
        db_index=False,
    )

    def __str__(self) -> str:
        return f"{self.key:x} of {self.prompt_id}"


class Bridge(models.Model):
    """A prompt that nearly repeats prompts of two sides, and which those are.

    ``second`` is empty for one whose own side had been fixed before this was found: then it lies
    between that and the side of ``first``. It is quarantined, unless what was judged of it is in
    a dataset already.
    """

    prompt = models.OneToOneField(
        "annotate.Prompt", primary_key=True, on_delete=models.CASCADE, related_name="bridge"
    )
    first = models.ForeignKey("annotate.Prompt", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(
        "annotate.Prompt", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(prompt=F("first"))
                & (Q(second__isnull=True) | ~Q(prompt=F("second")) & ~Q(first=F("second"))),
                name="a_bridge_lies_between_others",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} nearly repeats {self.first_id}"


class BandWalk(models.Model):
    """Up to which prompt those that came without keys were given them, by the keys' version."""

    version = models.PositiveSmallIntegerField(primary_key=True)
    after = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"version {self.version}: {self.after}"
