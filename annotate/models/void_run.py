"""Voiding much work, or undoing it, as a run: a part in each transaction."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy

from commons.models import Run


class VoidRun(Run):
    """What is done of a void, or of its undoing. Its rows say how far it is: one that was killed
    goes on where they end."""

    called = gettext_lazy("Judgements made void")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    void = models.ForeignKey("annotate.Void", on_delete=models.PROTECT, related_name="runs")
    undoes = models.BooleanField(default=False)

    class Meta(Run.Meta):
        constraints = [
            *Run.Meta.constraints,
            models.UniqueConstraint(fields=["void", "undoes"], name="a_void_runs_once_each_way"),
        ]

    def __str__(self) -> str:
        return f"{'undoing' if self.undoes else 'voiding'} of {self.void}"
