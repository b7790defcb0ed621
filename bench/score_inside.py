"""The measuring half of ``bench.score``: inside Django, on a database of its own."""

import json
import tempfile
import time
from io import StringIO
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from annotate.models import Snapshot
from commons.models import RunState
from rewards.models import EngineRun, RewardModel
from rewards.services.score_file import read_rows
from rewards.services.scored import Score, keep_scores
from rewards.services.scoring import score_rows


def measured(candidates: int, answers: int, rounds: int) -> dict[str, object]:
    """Candidates a second through the service and through the command."""
    call_command("migrate", verbosity=0)
    model = _trained()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        _write(file, candidates, answers)
        names = [name for row in read_rows(file) for name in row.digests]
        keep_scores(model, {name: Score(float(at), 0.5) for at, name in enumerate(names)})
        service = [_by_service(model, file) for _ in range(rounds)]
        command = [_by_command(model, file) for _ in range(rounds)]
    return {
        "bench": "score",
        "database": connection.vendor,
        "candidates": len(names),
        "service_per_second": round(len(names) / median(service)),
        "command_per_second": round(len(names) / median(command)),
    }


def _trained() -> RewardModel:
    now = timezone.now()
    snapshot = Snapshot.objects.create(
        kind="ranked", state=RunState.DONE, finished_at=now, digest="0" * 64
    )
    run = EngineRun.objects.create(module="train_head", state=RunState.DONE, finished_at=now)
    return RewardModel.objects.create(snapshot=snapshot, run=run)


def _by_service(model: RewardModel, file: Path) -> float:
    """Seconds from texts in memory to scores; each round names the texts anew."""
    rows = list(read_rows(file))
    began = time.perf_counter()
    score_rows(reward_model=model, rows=rows)
    return time.perf_counter() - began


def _by_command(model: RewardModel, file: Path) -> float:
    began = time.perf_counter()
    call_command("score", str(file), model=model.uuid, json=True, stdout=StringIO())
    return time.perf_counter() - began


def _write(file: Path, candidates: int, answers: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        for prompt in range(candidates // answers):
            said = [f"{prompt} {at} " + "An answer of some length. " * 46 for at in range(answers)]
            row = {"prompt": f"{prompt} " + "What is asked? " * 13, "answers": said}
            out.write(json.dumps(row) + "\n")
