"""Engine runs: requested as rows, carried out by one worker, visible while they live."""

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from django.conf import settings

from annotate.gateway import local_snapshot
from commons.artifacts import ArtifactError
from commons.disk import in_words
from commons.models import Run, User
from commons.runs import beat_run, claim_run, fail_run, finish_run
from rewards.models import EngineRun, Metric
from rewards.runner import EngineError, EngineStopped, Progress, run_engine
from rewards.selectors import requested_runs
from rewards.services.folders import run_folder

BEAT = 2.0  # seconds between two heartbeats in the database
ASK_SERVERS = frozenset({"converse", "generate"})
Listener = Callable[[str, int, int], None]  # what it says, done, total


def silent(says: str, done: int, total: int) -> None:
    """Tell nobody."""


def request_run(*, module: str, config: Mapping[str, object], by: User | None = None) -> EngineRun:
    """Ask for one run of an engine module."""
    return EngineRun.objects.create(module=module, config=dict(config), requested_by=by)


def claim_requested_run() -> EngineRun | None:
    """Take the oldest run that stands by itself and waits, or whose worker died."""
    return claim_run(requested_runs())


def carry_out(run: EngineRun, *, beside: Run | None = None, tell: Listener = silent) -> bool:
    """Start the engine for a claimed run and keep what it says; say whether it ended well.

    ``beside`` is the cycle's step that owns the run: both hearts beat together, and losing
    either claim stops the child. The engine resumes from its folder when it was killed before.
    """
    if run.files_gone_at is not None:  # it failed so long ago that its checkpoints went
        EngineRun.objects.filter(pk=run.pk).update(files_gone_at=None)
    heart = Heart(run, beside, tell)
    try:
        config = here(run.config, heart)
        keys = environment_for(run.module)
        result = run_engine(run.module, run_folder(run), config, heart.beat, **keys)
    except (EngineError, ArtifactError) as broken:
        fail_run(run, error=str(broken))
        return False
    except OSError as broken:  # a full disk, a folder of somebody else's
        fail_run(run, error=in_words(broken, else_do="mend that, then retry"))
        return False
    return finish_run(run, result=result)


def environment_for(module: str) -> dict[str, dict[str, str]]:
    """The keys of servers, for those that ask them and for no other: they are written nowhere."""
    keys = dict(settings.GENERATOR_KEYS)
    return {"environment": keys} if keys and module in ASK_SERVERS else {}


def here(config: Mapping[str, object], heart: "Heart") -> dict[str, object]:
    """What a run was asked for, with its dataset as a folder of this machine."""
    named = str(config.get("snapshot", ""))
    if not named or "/" in named:  # a run that was asked for when paths were written down
        return dict(config)

    def heard() -> None:
        if not heart.beat(Progress(says="fetching the dataset")):
            raise EngineStopped("stopped: the run was cancelled or another worker has it")

    return {**config, "snapshot": str(local_snapshot(UUID(named), heard))}


class Heart:
    """Beats for a run and its step while a child works, and keeps the points of its curves."""

    def __init__(self, run: EngineRun, beside: Run | None, tell: Listener) -> None:
        self.run, self.beside, self.tell = run, beside, tell
        self.last_beat = 0.0
        self.last_step = -1
        self.measured: dict[str, float] = {}  # at the last step

    def beat(self, progress: Progress) -> bool:
        """Keep one line of progress. False: the claim is lost or cancelled, stop the child."""
        self.tell(progress.says, progress.step, progress.of)
        if progress.metrics:
            self._keep_metrics(progress)
        if time.monotonic() - self.last_beat < BEAT:
            return True
        self.last_beat = time.monotonic()
        return all(
            beat_run(each, done=progress.step, total=progress.of, says=progress.says)
            for each in (self.run, self.beside)
            if each is not None
        )

    def _keep_metrics(self, progress: Progress) -> None:
        """One row a step: a step may be told in two lines, as it learns and as it is validated."""
        before = self.measured if progress.step == self.last_step else {}
        self.last_step = progress.step
        self.measured = {**before, **progress.metrics}
        Metric.objects.update_or_create(
            run=self.run, step=progress.step, defaults={"values": self.measured}
        )
