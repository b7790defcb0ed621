"""Where what the engine reads and writes lies, under the one artifact folder."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from rewards.errors import BaseModelMissing
from rewards.models import Cycle, EngineRun, Track

SAMPLES = "samples.jsonl"  # as rewards.engine.improving.samples calls it
PROMPTS = "prompts.jsonl"  # what a run is given, where it is given prompts
LOOKS = "looks.jsonl"  # as rewards.engine.improving.watching calls it: there before any checkpoint
# As the engine calls what it goes on from: whole checkpoints, read states, a model, a result.
WORK = ("checkpoints/*/whole", "states/*/*.safetensors", "model/*", "result.json")


def artifacts() -> Path:
    return Path(settings.ARTIFACTS)


def run_folder(run: EngineRun) -> Path:
    """A run's own folder: config, log, checkpoints, result."""
    return artifacts() / "runs" / str(run.uuid)


def model_folder(run: EngineRun) -> Path:
    """The model that a run makes."""
    return run_folder(run) / "model"


def samples_of(run: EngineRun) -> Path:
    """What a policy answered while it was made, where its method keeps that."""
    return run_folder(run) / SAMPLES


def has_left_work(run: EngineRun) -> bool:
    """Whether it finds something to go on from when it is started again: a whole checkpoint,
    lines that it wrote, or what it made."""
    return bool(work_of(run))


def work_of(run: EngineRun) -> dict[Path, int]:
    """What a run has left in its folder that it goes on from, each file with its bytes."""
    folder = run_folder(run)
    lines = [each for each in folder.glob("*.jsonl") if each.name not in (PROMPTS, LOOKS)]
    sizes = {each: size for each in lines if (size := size_of(each))}
    found = [each for pattern in WORK for each in folder.glob(pattern)]
    return sizes | {each: size_of(each) for each in found}


def size_of(file: Path) -> int:
    """Its bytes; none where it has just been renamed or removed."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def draws_folder() -> Path:
    """Where the prompts that each cycle has answered are written down."""
    return artifacts() / "chosen"


def draw_of(cycle: Cycle) -> Path:
    """The prompts that this one has answered, each with its chance."""
    return draws_folder() / f"{cycle.uuid}.jsonl"


def states_folder() -> Path:
    """Where the engine keeps what it has read of base models, for all runs."""
    return artifacts() / "states"


def base_folder() -> Path:
    """Where the base model of the installation lies, or will."""
    named = Path(settings.BASE_MODEL) if settings.BASE_MODEL else None
    return named if named and named.is_dir() else artifacts() / "models" / "base"


def base_of(track: Track | None) -> Path:
    """The base model of a track; refuses in words while it is not there."""
    own = Path(track.base_model) if track and track.base_model else base_folder()
    if not (own / "config.json").is_file():
        raise BaseModelMissing
    return own


def is_old(path: Path, before: datetime) -> bool:
    """Whether it was last written before then; no, if somebody has removed it by now."""
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def is_uuid(name: str) -> bool:
    """Whether a file is named as we name ours; what others put beside them is not touched."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
