"""An engine that alone was killed is begun again by itself: its worker and its claim live.

    killed without a word -> still ours? -> counted in its row -> begun again from what it left
                                             too often -> the words of its death, for a person

An engine that left something new to go on from gives the next one all tries anew. One that dies
over and over at the same place most often wants more memory than there is.
"""

from collections.abc import Mapping
from pathlib import Path

from django.db.models import F
from django.utils import timezone

from commons.models import Run
from commons.runs import beat_run, note_in_run
from rewards.models import EngineRun
from rewards.runner import STOPPED, EngineKilled, EngineStopped
from rewards.services.folders import run_folder, size_of, work_of

TRIES_IN_A_ROW = 2  # that leave nothing new
TRIES = 10  # in all, until somebody asks for the run again


def left_by(run: EngineRun) -> dict[Path, int]:
    """What a run goes on from, each file with its bytes. What a head has read of the base lies
    where other runs find it as well."""
    read = Path(str(run.config["cache"])).glob("*/*.safetensors") if "cache" in run.config else ()
    return work_of(run) | {file: size_of(file) for file in read}


def begin_again(
    run: EngineRun, killed: EngineKilled, *, had: Mapping[Path, int], beside: Run | None = None
) -> None:
    """Count the death of an engine that began with what it ``had``; return if another may begin.

    Raises ``killed`` where it was too often, and ``EngineStopped`` where the run, or the step
    ``beside`` it, is not ours any more: it was cancelled, or another worker has taken it up.
    """
    has_moved_on = any(size > had.get(file, -1) for file, size in left_by(run).items())
    in_a_row = 1 if has_moved_on else run.deaths_in_a_row + 1
    may = in_a_row <= TRIES_IN_A_ROW and run.deaths < TRIES
    _count(run, beside, in_a_row, may=may)
    if not may:
        raise killed
    _log(run)


def _count(run: EngineRun, beside: Run | None, in_a_row: int, *, may: bool) -> None:
    """One more death in the row, and one more attempt where another engine follows."""
    deaths = run.deaths + 1
    begun = {"attempts": F("attempts") + 1, "started_at": timezone.now()} if may else {}
    is_ours = beside is None or beat_run(beside)
    if not is_ours or not note_in_run(run, deaths=deaths, deaths_in_a_row=in_a_row, **begun):
        raise EngineStopped(STOPPED)
    run.deaths, run.deaths_in_a_row = deaths, in_a_row


def _log(run: EngineRun) -> None:
    """A line for whoever reads the engine's log; between two engines nobody else writes there."""
    with (run_folder(run) / "engine.log").open("a", encoding="utf-8") as log:
        log.write(
            f"laurel: the engine was killed, and is begun again from what it left; {run.deaths} "
            f"in all so far, {run.deaths_in_a_row} without getting further\n"
        )
