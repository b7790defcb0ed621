"""What a step holds while it works: its cycle, its row, and whom it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from django.db import transaction
from django.utils.translation import override

from annotate.gateway import PromptText
from commons.artifacts import atomic_file
from commons.languages import SOURCE
from commons.models import RunState
from commons.runs import beat_run, seize_run
from commons.sentences import Sentence
from commons.sentences import sentence as _
from rewards.enums import Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, CycleStep, EngineRun
from rewards.services.folders import model_folder, run_folder
from rewards.services.knobs import knobs_for, settings_of
from rewards.services.run import Listener, carry_out, request_run, silent

ASKED_WITH = "asked_with"  # in a step's result: the track's settings when its run was asked for


def named(stage: Stage) -> Sentence:
    """A step's name inside a sentence."""
    with override(SOURCE):
        return Sentence(str(stage.label))


@dataclass(frozen=True)
class Claim:
    """One step in the hands of one worker."""

    cycle: Cycle
    step: CycleStep
    tell: Listener = silent

    def beat(self, done: int, total: int, says: str = "") -> None:
        """Say that the step lives; raises when the claim is lost, so that the work stops."""
        if not beat_run(self.step, done=done, total=total, says=says):
            raise StepFailed(_("another worker has taken this step over, or it was cancelled"))
        self.tell(says, done, total)

    def keep(self, **result: object) -> None:
        """Write down what the step has found so far, for itself when it is begun again."""
        self.step.result = {**self.step.result, **result}
        self.step.save(update_fields=["result"])

    def result_of(self, stage: Stage) -> dict[str, object]:
        """What an earlier step of this cycle left."""
        return dict(self.cycle.steps.get(stage=stage).result)

    def run_of(self, stage: Stage) -> EngineRun:
        """The engine run of an earlier step of this cycle."""
        run = self.cycle.steps.select_related("run").get(stage=stage).run
        if run is None:
            raise StepFailed(
                _(
                    "“%(step)s” left no run; cancel this cycle and open a new one.",
                    step=named(stage),
                )
            )
        return run

    @transaction.atomic
    def request(self, module: str, config: Mapping[str, object]) -> EngineRun:
        """The step's own engine run: the one asked for before, or a new one."""
        if self.step.run is not None:
            return self.step.run
        track, stage = self.cycle.track, Stage(self.step.stage)
        run = request_run(module=module, config={**config, **knobs_for(track, stage)})
        self.own(run, settings_of(track, stage))
        return run

    def own(self, run: EngineRun, settings: Mapping[str, object] | None = None) -> None:
        """Tie a run to the step, in the transaction that makes the run: none is orphaned."""
        self.step.run = run
        if settings is not None:
            self.step.result = {**self.step.result, ASKED_WITH: dict(settings)}
        self.step.save(update_fields=["run", "result"])

    def carry_out(self, run: EngineRun) -> EngineRun:
        """Let the engine do the run, from where it was; a failed one fails the step."""
        run.refresh_from_db()
        if run.state == RunState.DONE:
            return run
        held = seize_run(run)
        if held is None or not carry_out(held, beside=self.step, tell=self.tell):
            run.refresh_from_db()
            ended = _("the run was %(state)s; retry this step.", state=run.state)
            raise StepFailed(run.error or ended)
        held.refresh_from_db()
        return held


def write_prompts(
    run: EngineRun, prompts: Sequence[PromptText], *, since: datetime | None = None
) -> Path:
    """Put prompts where an engine reads them: one JSON object a line, once per run.

    Those that came ``since`` a moment are fresh; all are where it is None.
    """
    target = run_folder(run) / "prompts.jsonl"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(target) as out:
            for prompt in prompts:
                row = {
                    "id": str(prompt.id),
                    "messages": prompt.messages,
                    "skill": prompt.skill,
                    "language": prompt.language,
                    "fresh": since is None or prompt.came_at >= since,
                }
                out.write(orjson.dumps(row) + b"\n")
    return target


def with_paths(run: EngineRun, **more: object) -> None:
    """Complete a run's config by the paths that lie in its own folder."""
    if "out" not in run.config:
        run.config = {**run.config, "out": str(model_folder(run)), **more}
        run.save(update_fields=["config"])
