"""Two reward models side by side: asked for, watched, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from commons.models import RunState
from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from rewards.errors import RewardsError
from rewards.models import RewardComparison
from rewards.selectors.reward_model import reward_models_of
from rewards.services.reward_comparison import request_reward_comparison
from rewards.tasks import advance_open_cycles
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.looks import note_texts_of_models
from rewards.views.numbers import Interval, Turn, number, rows, text_of, turns_of, whole
from rewards.views.progress import Progress
from rewards.views.report_sections import part
from rewards.views.running import waiting_for
from rewards.views.slice_names import DIMENSIONS, label_of

LIVE = "rewards/_comparing.html"


@dataclass(frozen=True)
class Both:
    """A number of both models, and the first less the second."""

    label: str
    ours: Interval | None
    theirs: Interval | None
    difference: Interval | None
    pairs: int | None = None
    gained: int | None = None
    lost: int | None = None

    @classmethod
    def of(cls, said: object, label: str = "") -> Self:
        found = said if isinstance(said, dict) else {}
        return cls(
            label=label,
            ours=Interval.of(found.get("ours")),
            theirs=Interval.of(found.get("theirs")),
            difference=Interval.of(found.get("difference")),
            pairs=whole(found.get("pairs")),
            gained=whole(found.get("gained")),
            lost=whole(found.get("lost")),
        )


@dataclass(frozen=True)
class Changed:
    """A pair on which the models differ, with the gap that each gives it."""

    prompt: list[Turn]
    chosen: str
    rejected: str
    gap: float | None
    their_gap: float | None


@leads_only
@require_POST
def compare(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Ask for a model beside another one that the person may see."""
    mine = reward_models_of(request.user)
    model = get_object_or_404(mine, uuid=uuid)
    against = get_object_or_404(mine, uuid=uuid_in(request.POST.get("against", "")))
    try:
        request_reward_comparison(reward_model=model, against=against, by=request.user)
    except RewardsError as refused:
        messages.error(request, str(refused))
        return redirect("rewards:reward_model", uuid=uuid)
    nudge(advance_open_cycles)
    return redirect("rewards:reward_comparison", uuid=uuid, against=against.uuid)


@leads_only
@require_safe
def comparison(request: AuthedRequest, uuid: UUID, against: UUID) -> HttpResponse:
    found = _comparison(request, uuid, against)
    context = _context(found)
    if not found.run.is_over:
        url = reverse("rewards:comparison_progress", args=[uuid, against])
        context["live"] = live_part(request, LIVE, context, url=url)
    if found.run.state == RunState.DONE:
        context |= _numbers(found.run.result)
        note_texts_of_models(request, found.reward_model, found.against)
    return render(request, "rewards/reward_comparison.html", context)


@leads_only
@require_safe
def progress(request: AuthedRequest, uuid: UUID, against: UUID) -> HttpResponse:
    """How far it is; the page loads itself anew once it has ended."""
    found = _comparison(request, uuid, against)
    if found.run.is_over:
        return HttpResponseClientRefresh()
    url = reverse("rewards:comparison_progress", args=[uuid, against])
    return live_answer(request, LIVE, _context(found), url=url)


def uuid_in(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as odd:
        raise Http404 from odd


def _comparison(request: AuthedRequest, uuid: UUID, against: UUID) -> RewardComparison:
    """A comparison of two models, both of which the person may see."""
    mine = reward_models_of(request.user)
    found = RewardComparison.objects.filter(
        reward_model__in=mine.filter(uuid=uuid), against__in=mine.filter(uuid=against)
    )
    return get_object_or_404(
        found.select_related(
            "reward_model__track",
            "reward_model__snapshot",
            "against__track",
            "against__snapshot",
            "run",
        )
    )


def _context(found: RewardComparison) -> dict[str, object]:
    now = timezone.now()
    is_waiting = found.run.state == RunState.REQUESTED
    return {
        "found": found,
        "run": found.run,
        "progress": Progress.of(found.run, now=now, in_phases=True),
        **waiting_for(now, is_waiting=is_waiting),
    }


def _numbers(result: dict[str, object]) -> dict[str, object]:
    flips = part(result, "flips")
    return {
        "all": Both.of(result),
        "alike": Both.of(result.get("equally_long")),
        "tau": Both.of(result.get("tau")),
        "longer": Interval.of(result.get("longer")),
        "pairs": whole(result.get("pairs")),
        "prompts": whole(result.get("prompts")),
        "ties": whole(result.get("ties")),
        "flips": {name: whole(flips.get(name)) for name in flips},
        "dimensions": _dimensions(part(result, "slices")),
        "gained": [_changed(row) for row in rows(result.get("gained"))],
        "lost": [_changed(row) for row in rows(result.get("lost"))],
    }


def _dimensions(slices: Mapping[str, object]) -> list[tuple[str, str, list[Both]]]:
    """Name, title and slices of each way to part the pairs that tells them apart."""
    found = [
        (
            name,
            str(title),
            [
                Both.of(dict(one), label_of(name, text_of(one.get("name"))))
                for one in rows(slices.get(name))
            ],
        )
        for name, title in DIMENSIONS.items()
    ]
    return [one for one in found if len(one[2]) > 1]


def _changed(row: Mapping[str, object]) -> Changed:
    return Changed(
        prompt=turns_of(row.get("prompt")),
        chosen=text_of(row.get("chosen")),
        rejected=text_of(row.get("rejected")),
        gap=number(row.get("gap")),
        their_gap=number(row.get("their_gap")),
    )
