"""A reward model with all that happens to it: its training, its measuring, the cycle it is of."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from commons.models import RunState
from rewards.enums import Purpose
from rewards.models import CycleStep, EngineRun, Evaluation, RewardModel

A_MOMENT = timedelta(minutes=1)  # between the end of training and the request for its card


@dataclass(frozen=True)
class Watched:
    """A reward model, its card once that is asked for, and the cycle's step that trains it."""

    model: RewardModel
    card: Evaluation | None
    step: CycleStep | None

    @classmethod
    def of(cls, model: RewardModel) -> "Watched":
        steps = model.run.cycle_steps.select_related("cycle__track")
        return cls(model, model.evaluations.select_related("run").first(), steps.first())

    @property
    def current(self) -> EngineRun:
        """The run that matters now."""
        return self.card.run if self.card else self.model.run

    @property
    def is_moving(self) -> bool:
        """Whether something of it may still change by itself."""
        if self.card or self.model.run.state != RunState.DONE:
            return not self.current.is_over
        if self.model.purpose != Purpose.REWARD:
            return False
        if self.step is not None:
            return self.step.cycle.closed_at is None
        ended = self.model.run.finished_at
        return ended is not None and timezone.now() - ended < A_MOMENT
