"""Long work as a row: requested, claimed by one worker, alive by its heartbeat, ended once."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.models.said import SaidCharField, SaidTextField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class RunState(models.TextChoices):
    """Where a run stands. Each line says what lets it leave."""

    REQUESTED = "requested", _("Requested")  # a worker claims it
    # its holder ends it; another may claim it once the heartbeat stops
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")  # nothing
    FAILED = "failed", _("Failed")  # a person asks for it again
    CANCELLED = "cancelled", _("Cancelled")  # nothing


class Run(models.Model):
    """What every long piece of work keeps, so that it can be seen, resumed and cancelled.

    ``token`` names the holder: every write of the holder filters on it, so that a worker
    which was thought dead and wakes up late changes nothing.
    """

    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.REQUESTED)
    token = models.UUIDField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0, help_text="Units finished so far.")
    total = models.PositiveBigIntegerField(default=0, help_text="Units in all; 0 while unknown.")
    says = SaidCharField(max_length=200, blank=True, help_text="What it is doing, in words.")
    error = SaidTextField(blank=True, help_text="Why it failed and what to do.")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    called: ClassVar["_StrPromise | str"] = ""  # in a list of long work; none: by its class

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(token__isnull=False, heartbeat_at__isnull=False, started_at__isnull=False),
                name="a_running_%(class)s_has_a_holder",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "failed", "cancelled"])
                | Q(finished_at__isnull=False),
                name="an_ended_%(class)s_says_when",
            ),
        ]

    @classmethod
    def may_be_taken(cls) -> Q:
        """What a worker may take at all, of those that have not ended: of most sorts everything."""
        return Q()

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.FAILED, RunState.CANCELLED)

    @property
    def share_done(self) -> float | None:
        """Progress in 0 … 1, or None while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None
