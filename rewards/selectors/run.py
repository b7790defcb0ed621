"""What waits for the train worker."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from commons.models import RunState
from commons.runs import SILENCE, claimable
from rewards.models import CycleStep, EngineRun, ScoreRequest
from rewards.selectors.cycle import open_cycles


def requested_runs() -> QuerySet[EngineRun]:
    """The runs that stand by themselves: those of a cycle are its step's to carry out."""
    return EngineRun.objects.filter(cycle_steps__isnull=True)


def something_waits() -> bool:
    """Whether there is anything for the train worker that somebody waits for."""
    beats = Q(state=RunState.RUNNING, heartbeat_at__gte=timezone.now() - SILENCE)
    held = CycleStep.objects.filter(beats, cycle=OuterRef("pk"), stage=OuterRef("stage"))
    return (
        claimable(ScoreRequest.objects.all()).exists()
        or claimable(requested_runs()).exists()
        or open_cycles().filter(~Exists(held)).exists()
    )
