"""What of models and runs is kept for a while only: files, never rows.

    ended so many weeks ago, and needed by nobody (``keeping``) -> the row says so -> its weights go
                                              a further while  -> the rest of its folder goes

What a policy answered and an engine said is small and stays longer than the weights (``records``).
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commons.models import RunState
from commons.retention import Rule
from rewards.models import EngineRun, Track
from rewards.services.dataset_retention import (
    bytes_of_old_datasets,
    old_datasets,
    prune_datasets,
)
from rewards.services.folders import is_old, is_uuid, run_folder, states_folder
from rewards.services.keeping import needed_runs
from rewards.services.records import old_draws, old_records, prune_draws, prune_records

ENDED = (RunState.DONE, RunState.CANCELLED, RunState.FAILED)  # tried again, it begins anew
# Of a run's folder, nearly all of its bytes: what it made, where it was, the best that a stopping
# model saw; and what a killed writer has left of them.
WEIGHTS = ("model", ".model.*", "checkpoints", "best-*", ".best-*")
WEEK = timedelta(weeks=1)


def old_runs() -> list[EngineRun]:
    """Runs whose weights are due: ended long ago by their track's measure, and nobody's need."""
    ended = EngineRun.objects.filter(state__in=ENDED, files_gone_at=None, finished_at__isnull=False)
    shortest = min([settings.MODELS_KEPT_WEEKS, *_weeks_of_tracks().values()])
    late = list(ended.filter(finished_at__lt=_ago(shortest)).order_by("pk"))
    if not late:
        return []
    needed, weeks = needed_runs(), _weeks_of_runs(late)
    return [
        run
        for run in late
        if run.uuid not in needed
        and run.finished_at is not None
        and run.finished_at < _ago(weeks[run.pk])
    ]


def prune_runs() -> int:
    """Let their weights go; what a killed prune has marked and not removed goes as well."""
    for run in _marked():
        _remove_weights(run)
    due = old_runs()
    return sum(_let_go(run) for run in due)


def _let_go(run: EngineRun) -> bool:
    """Say it in the row first, and only if nobody has come to need it: decisions about policies
    lock their track as well."""
    with transaction.atomic():
        list(Track.objects.select_for_update().order_by("pk"))
        if run.uuid in needed_runs():
            return False
        marked = EngineRun.objects.filter(pk=run.pk, files_gone_at=None, state__in=ENDED)
        if not marked.update(files_gone_at=timezone.now()):
            return False
    _remove_weights(run)
    return True


def _remove_weights(run: EngineRun) -> None:
    for folder in _weights(run):
        shutil.rmtree(folder, ignore_errors=True)


def _weights(run: EngineRun) -> list[Path]:
    found = (each for name in WEIGHTS for each in run_folder(run).glob(name))
    return [folder for folder in found if folder.is_dir()]


def _marked() -> list[EngineRun]:
    marked = EngineRun.objects.filter(files_gone_at__isnull=False, state__in=ENDED)
    return [run for run in marked if _weights(run)]


def bytes_of(runs: list[EngineRun]) -> int:
    """How much the disk gets back."""
    return sum(_size(folder) for run in runs for folder in _weights(run))


def orphan_folders() -> list[Path]:
    """Folders of runs that are in no row: a restored database is older than its artifacts."""
    root, before = Path(settings.ARTIFACTS) / "runs", _ago(settings.MODELS_KEPT_WEEKS)
    named = {folder.name: folder for folder in root.glob("*") if is_uuid(folder.name)}
    known = EngineRun.objects.filter(uuid__in=named).values_list("uuid", flat=True)
    unknown = set(named) - {str(uuid) for uuid in known}
    return [named[name] for name in sorted(unknown) if is_old(named[name], before)]


def prune_orphans() -> int:
    due = orphan_folders()
    for folder in due:
        shutil.rmtree(folder, ignore_errors=True)
    return len(due)


def old_states() -> list[Path]:
    """What was read of base models and not written again for so long: a cache, computed anew."""
    before = _ago(settings.MODELS_KEPT_WEEKS)
    return [file for file in states_folder().glob("*/*.safetensors") if is_old(file, before)]


def prune_states() -> int:
    due = old_states()
    for file in due:
        file.unlink(missing_ok=True)
    return len(due)


def _weeks_of_tracks() -> dict[int, int]:
    own = Track.objects.filter(weeks_kept__isnull=False)
    return {pk: weeks for pk, weeks in own.values_list("pk", "weeks_kept") if weeks is not None}


def _weeks_of_runs(runs: list[EngineRun]) -> dict[int, int]:
    """How many weeks each run's files stay: its track's say, else the installation's."""
    own = _weeks_of_tracks()
    weeks = {run.pk: settings.MODELS_KEPT_WEEKS for run in runs}
    owned: QuerySet[EngineRun] = EngineRun.objects.filter(pk__in=weeks)
    for column in ("cycle_steps__cycle__track", "reward_model__track"):
        for pk, track in owned.filter(**{f"{column}__in": own}).values_list("pk", column):
            weeks[pk] = own[track]
    return weeks


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def _ago(weeks: int) -> datetime:
    return timezone.now() - weeks * WEEK


def _count(
    due: Callable[[], list[EngineRun]] | Callable[[], list[Path]] | Callable[[], list[UUID]],
) -> Callable[[], int]:
    return lambda: len(due())


RULES = (
    Rule(
        "models and checkpoints of runs that nothing needs",
        _count(old_runs),
        prune_runs,
        size=lambda: bytes_of(old_runs()),
    ),
    Rule(
        "datasets of cycles that nothing needs",
        _count(old_datasets),
        prune_datasets,
        size=bytes_of_old_datasets,
    ),
    Rule("records of runs whose models went two years ago", _count(old_records), prune_records),
    Rule("prompts drawn for cycles that ended long ago", _count(old_draws), prune_draws),
    Rule("folders of runs that are not known here", _count(orphan_folders), prune_orphans),
    Rule("readings of base models, long unused", _count(old_states), prune_states),
)
