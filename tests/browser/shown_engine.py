"""An engine that stands in for a cycle's and lets somebody look while it is at work.

It tells its steps, writes its log and measures curves as the real ones do; only what it makes comes
from a table. Between two steps it hands over to ``look``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from annotate import gateway
from commons.sentences import sentence as _
from rewards.runner import Progress
from rewards.services import run as runs
from rewards.services.steps import deciding
from tests.rewards.services.conftest import FakeEngine, Result

STEPS = 4
LEARNS = {"loss": 0.7, "accuracy": 0.5, "mean_token_accuracy": 0.3}
IMPROVES = {
    "reward": 0.1,
    "kl": 0.01,
    "answer_tokens": 40.0,
    "looping": 0.02,
    "reward_gain": 0.2,
    "stopping_gain": 0.1,
    "watched_kl": 0.01,
    "watched_tokens": 41.0,
    "watched_looping": 0.01,
}
MEASURED: Mapping[str, Mapping[str, float]] = {
    "train_sft": LEARNS,
    "train_reward": LEARNS,
    "train_policy": IMPROVES,
}
DOES = {
    "train_sft": _("training"),
    "train_reward": _("training"),
    "evaluate_reward": _("scoring rankings"),
    "train_policy": _("training"),
    "evaluate_policy": _("policy: answering prompts"),
    "generate": _("writing answers"),
}

Look = Callable[[int], None]  # the step at which it is; 0: nothing is told yet


def look_away(step: int) -> None:
    """Nobody looks."""


@dataclass
class ShownEngine(FakeEngine):
    look: Look = field(default=look_away)

    def __call__(
        self,
        module: str,
        folder: Path,
        config: Mapping[str, object],
        on_progress: Callable[[Progress], bool],
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        folder.mkdir(parents=True, exist_ok=True)
        for step in range(1, STEPS + 1):
            with (folder / "engine.log").open("a") as log:
                log.writelines(f"step {step}, batch {batch}\n" for batch in range(20))
            measured = {name: value / step for name, value in MEASURED.get(module, {}).items()}
            assert on_progress(Progress(step, STEPS, DOES[module], measured))
            self.look(step)
        return super().__call__(module, folder, config, on_progress, environment)

    def stand_in(self, patch: pytest.MonkeyPatch) -> None:
        """Take the engine's place. Every step of it is told at once, and where a step of the cycle
        needs no engine, somebody may look before it does its work."""
        patch.setattr(runs, "run_engine", self)
        patch.setattr(runs, "BEAT", 0.0)
        self._look_before(patch, gateway, "freeze_requested")
        self._look_before(patch, deciding, "refusals")

    def _look_before(self, patch: pytest.MonkeyPatch, where: object, name: str) -> None:
        does = getattr(where, name)

        def looked_at(*args: object, **more: object) -> object:
            self.look(0)
            return does(*args, **more)

        patch.setattr(where, name, looked_at)
