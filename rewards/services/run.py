"""Engine runs: requested as rows, carried out by one worker, visible while they live."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from annotate.gateway import local_snapshot
from commons.artifacts import ArtifactError
from commons.audit import record
from commons.disk import in_words
from commons.models import Run, User
from commons.runs import beat_run, claim_run, fail_run, finish_run, request_again
from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.errors import TrackNotReady
from rewards.models import EngineRun, Metric
from rewards.runner import (
    STOPPED,
    EngineError,
    EngineKilled,
    EngineStopped,
    Progress,
    run_engine,
)
from rewards.selectors.run import requested_runs
from rewards.services.engine_death import begin_again, left_by
from rewards.services.folders import run_folder

BEAT = 2.0  # seconds between two heartbeats in the database
ASK_SERVERS = frozenset({"converse", "generate", "judge_by_server"})
TRAIN_POLICIES = frozenset(
    {"train_best_of_n", "train_dpo", "train_policy", "train_rloo", "train_sft"}
)
Listener = Callable[[str, int, int], None]  # what it says, done, total


class Start(TypedDict, total=False):
    """How a run is started, beside what it is asked for: nothing of it stands in its row."""

    environment: dict[str, str]
    accelerate: Path


def silent(says: str, done: int, total: int) -> None:
    """Tell nobody."""


def request_run(*, module: str, config: Mapping[str, object], by: User | None = None) -> EngineRun:
    """Ask for one run of an engine module."""
    return EngineRun.objects.create(module=module, config=dict(config), requested_by=by)


@transaction.atomic
def retry_run(*, run: EngineRun, by: User | None) -> None:
    """Put a run that stands by itself and has failed back in the queue: from what it left, or from
    its start where it left nothing. Whoever is second finds that it has not failed any more."""
    step = run.cycle_steps.select_related("cycle__track").first()
    if step is not None:
        raise TrackNotReady(
            gettext("It is a step of %(cycle)s; retry that one.") % {"cycle": step.cycle}
        )
    contest = run.contests.select_related("arena__track").first()
    if contest is not None:
        said = gettext(
            "It writes answers for the arena of “%(track)s”; retry it on the arena's page."
        )
        raise TrackNotReady(said % {"track": contest.arena.track})
    if not ask_again(run):
        raise TrackNotReady(gettext("It has not failed; there is nothing to retry."))
    record(actor=by, verb="run.retried", subject=run)


def ask_again(run: EngineRun) -> bool:
    """Put a failed run back in the queue; whoever asks gives it all its tries anew."""
    return request_again(run, deaths=0, deaths_in_a_row=0)


def claim_requested_run() -> EngineRun | None:
    """Take the oldest run that stands by itself and waits, or whose worker died."""
    return claim_run(requested_runs())


def carry_out(run: EngineRun, *, beside: Run | None = None, tell: Listener = silent) -> bool:
    """Start the engine for a claimed run and keep what it says; say whether it ended well.

    ``beside`` is the cycle's step that owns the run: both hearts beat together, and losing
    either claim stops the child. The engine resumes from its folder when it was killed before, and
    is begun again here where it alone is killed.
    """
    if run.files_gone_at is not None:  # it failed so long ago that its checkpoints went
        EngineRun.objects.filter(pk=run.pk).update(files_gone_at=None)
    heart = Heart(run, beside, tell)
    try:
        result = _made_by_engine(run, here(run.config, heart), heart)
    except (EngineError, ArtifactError) as broken:
        fail_run(run, error=said_by(broken))
        return False
    except OSError as broken:  # a full disk, a folder of somebody else's
        fail_run(run, error=in_words(broken, else_do=_("mend that, then retry")))
        return False
    return finish_run(run, result=result)


def _made_by_engine(
    run: EngineRun, config: Mapping[str, object], heart: "Heart"
) -> dict[str, object]:
    """What the engine made, however often it was killed, as long as it may be begun again."""
    start: Start = {**environment_for(run.module), **spread_of(run.module)}
    while True:
        had = left_by(run)
        try:
            return run_engine(run.module, run_folder(run), config, heart.beat, **start)
        except EngineKilled as killed:
            begin_again(run, killed, beside=heart.beside, had=had)


def environment_for(module: str) -> Start:
    """The keys of servers, for those that ask them and for no other: they are written nowhere."""
    keys = dict(settings.GENERATOR_KEYS)
    return {"environment": keys} if keys and module in ASK_SERVERS else {}


def spread_of(module: str) -> Start:
    """The config by which a training is spread over several processes, where this host has one."""
    config: Path | None = None
    if module == "train_reward":
        config = settings.ENGINE_ACCELERATE_REWARDS
    elif module in TRAIN_POLICIES:
        config = settings.ENGINE_ACCELERATE
    return {"accelerate": config} if config else {}


def here(config: Mapping[str, object], heart: "Heart") -> dict[str, object]:
    """What a run was asked for, with its dataset as a folder of this machine."""
    named = str(config.get("snapshot", ""))
    if not named or "/" in named:  # a run that was asked for when paths were written down
        return dict(config)

    def heard() -> None:
        if not heart.beat(Progress(says=_("fetching the dataset"))):
            raise EngineStopped(STOPPED)

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
