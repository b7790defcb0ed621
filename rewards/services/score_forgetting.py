"""What of scoring is removed: what an erased text left, and the files of a process that died."""

import shutil
import time
from pathlib import Path

from commons.models import RunState
from rewards.models import AnswerScore, ScoreRequest
from rewards.services.folders import artifacts, states_folder
from rewards.services.scored import last_erasure

ABANDONED = 24 * 3600.0  # seconds without a sign; the longest scoring takes some hours


def forget_after_erasure() -> None:
    """Empty the caches once a text has been erased: a hash would show that it was here."""
    last = last_erasure()
    if last is None:
        return
    AnswerScore.objects.filter(at__lte=last.at).delete()
    ScoreRequest.objects.filter(requested_at__lte=last.at).exclude(
        state__in=[RunState.REQUESTED, RunState.RUNNING]
    ).delete()
    for file in states_folder().glob("*/*.safetensors"):
        if file.stat().st_mtime <= last.at.timestamp():
            file.unlink(missing_ok=True)


def forget_abandoned() -> None:
    """Remove the texts of every scoring whose process was killed: no file of it moves any more."""
    for folder in scorings().glob("*"):
        if time.time() - _last_sign(folder) > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _last_sign(folder: Path) -> float:
    """When a file of the folder was written last, in seconds; now, if it is just going."""
    try:
        return max(file.stat().st_mtime for file in (folder, *folder.glob("*")))
    except FileNotFoundError:
        return time.time()


def scorings() -> Path:
    return artifacts() / "scoring"
