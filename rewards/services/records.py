"""What is written beside models, small and kept longer: logs, settings, results, samples, draws.

    a run's weights went two years ago -> the rest of its folder goes, but for samples still learned
    a cycle ended so many weeks ago    -> the file of the prompts it drew goes; chances stay in rows

Samples of best-of-n stay for ever while their track is active: each iteration learns from the best
answers of all before it, and without the old ones a policy forgets what it had been good at.
"""

import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from commons.models import RunState
from rewards.enums import PolicyMethod, Stage
from rewards.models import Cycle, EngineRun
from rewards.services.folders import draws_folder, is_old, is_uuid, run_folder, samples_of

RECORDS_KEPT = timedelta(weeks=104)  # logs, settings, results, samples


def old_records() -> list[EngineRun]:
    """Runs whose folders have nothing but records left, for so long that those are due too."""
    gone = EngineRun.objects.filter(files_gone_at__lt=timezone.now() - RECORDS_KEPT)
    learned = _runs_still_learned()
    return [run for run in gone if _due_of(run, learned)]


def prune_records() -> int:
    due, learned = old_records(), _runs_still_learned()
    for run in due:
        for each in _due_of(run, learned):
            _remove(each)
    return len(due)


def _due_of(run: EngineRun, learned: set[int]) -> list[Path]:
    """What of a run's folder goes: all of it, or all but its samples."""
    folder = run_folder(run)
    if run.pk not in learned:
        return [folder] if folder.is_dir() else []
    return [each for each in folder.glob("*") if each != samples_of(run)]


def _runs_still_learned() -> set[int]:
    """The runs whose samples the open cycle of their track reads, or the next one will."""
    goes_on = Q(cycle_steps__cycle__track__active=True) | Q(
        cycle_steps__cycle__track__cycles__closed_at=None
    )
    sampled = EngineRun.objects.filter(
        goes_on,
        module=PolicyMethod.BEST_OF_N.module,
        state=RunState.DONE,
        cycle_steps__stage=Stage.REINFORCING,
    )
    return set(sampled.values_list("pk", flat=True))


def old_draws() -> list[Path]:
    """The files of prompts drawn for cycles that ended as long ago as weights are kept.

    An open cycle goes on from its file. One of no known cycle, of a database that was restored, is
    as old as it says itself.
    """
    drawn = {file.stem: file for file in draws_folder().glob("*.jsonl") if is_uuid(file.stem)}
    known = {
        str(cycle.uuid): cycle
        for cycle in Cycle.objects.filter(uuid__in=drawn).select_related("track")
    }
    return [file for name, file in sorted(drawn.items()) if _is_past(file, known.get(name))]


def prune_draws() -> int:
    due = old_draws()
    for file in due:
        file.unlink(missing_ok=True)
    return len(due)


def _is_past(file: Path, cycle: Cycle | None) -> bool:
    own = cycle.track.weeks_kept if cycle else None
    weeks: int = settings.MODELS_KEPT_WEEKS if own is None else own
    before = timezone.now() - timedelta(weeks=weeks)
    if cycle is not None:
        return cycle.closed_at is not None and cycle.closed_at < before
    return is_old(file, before)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
