"""A reward model with all that happens to it: its training, its measuring, the cycle it is of."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from commons.models import RunState
from rewards.enums import Purpose, Stage
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
        return self.awaits_card

    @property
    def awaits_card(self) -> bool:
        """Whether a report card that nobody has asked for yet will come by itself."""
        if self.card or self.model.purpose == Purpose.STOPPING:
            return False
        if self.step is not None:
            cycle = self.step.cycle
            done = cycle.steps.filter(stage=Stage.REPORTING, state=RunState.DONE)
            return cycle.closed_at is None and not done.exists()
        if self.model.purpose == Purpose.JUDGE:  # a cycle writes its own judge's, and nobody else
            return False
        ended = self.model.run.finished_at
        return ended is not None and timezone.now() - ended < A_MOMENT
