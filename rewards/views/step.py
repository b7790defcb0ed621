"""One step of a cycle: how far it is, what its engine logs, what it was told, what it left."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from commons.models import RunState
from commons.views.requests import AuthedRequest
from rewards.models import CycleStep, EngineRun
from rewards.selectors.cycle import cycles_of
from rewards.services.folders import run_folder, size_of
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.running import curves_of, log_tail, points_of, readable_config, waiting_for
from rewards.views.standing import Station, station_of

FILES = 60  # of a run that are listed


@dataclass(frozen=True)
class LeftFile:
    """A file or folder that a run has left, and its bytes."""

    name: str
    size: int


@leads_only
@require_safe
def step(request: AuthedRequest, uuid: UUID, number: int, stage: str) -> HttpResponse:
    found = _step(request, uuid, number, stage)
    context = _context(found)
    if found.state == RunState.RUNNING:
        url = reverse("rewards:step_progress", args=[uuid, number, stage])
        context["live"] = live_part(request, "rewards/_step.html", context, url=url)
    run = found.run
    context |= {
        "config": readable_config(run.config) if run else {},
        "files": list(left_by(run)) if run else [],
    }
    return render(request, "rewards/step.html", context)


@leads_only
@require_safe
def progress(request: AuthedRequest, uuid: UUID, number: int, stage: str) -> HttpResponse:
    """How far the step is; the page loads itself anew once it has ended."""
    found = _step(request, uuid, number, stage)
    if found.state != RunState.RUNNING:
        return HttpResponseClientRefresh()
    url = reverse("rewards:step_progress", args=[uuid, number, stage])
    return live_answer(request, "rewards/_step.html", _context(found), url=url)


def _step(request: AuthedRequest, uuid: UUID, number: int, stage: str) -> CycleStep:
    """A step that was begun, of a cycle that this person leads."""
    cycle = get_object_or_404(cycles_of(request.user), track__uuid=uuid, number=number)
    steps = CycleStep.objects.select_related("run__reward_model", "cycle__track")
    return get_object_or_404(steps, cycle=cycle, stage=stage)


def _context(step: CycleStep) -> dict[str, object]:
    run = step.run
    points = points_of(run) if run else []
    now = timezone.now()
    station: Station = station_of(step, now=now, points=points)
    return {
        **waiting_for(now, is_waiting=station.state == "next"),
        "cycle": step.cycle,
        "step": step,
        "run": run,
        "station": station,
        "curves": curves_of(run, points) if run else [],
        "log": log_tail(run) if run else "",
    }


def left_by(run: EngineRun) -> Iterator[LeftFile]:
    """What lies in the run's folder now, a folder as one line with the bytes of all its files."""
    folder = run_folder(run)
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir())[:FILES]:
        name = f"{path.name}/" if path.is_dir() else path.name
        yield LeftFile(name, _bytes_in(path))


def _bytes_in(path: Path) -> int:
    """The engine may rename or remove a file or a folder meanwhile; then it has none."""
    if not path.is_dir():
        return size_of(path)
    return sum(size_of(Path(root, name)) for root, _, names in os.walk(path) for name in names)
