"""Reward models: listed, watched while they learn, read as a report card."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate import gateway
from commons.models import RunState
from commons.views.requests import AuthedRequest
from rewards.enums import Purpose
from rewards.models import EngineRun, Evaluation, RewardModel
from rewards.selectors.reward_model import comparable_with, reward_models_of
from rewards.stats.card_gate import card_refusals, card_warnings
from rewards.stats.verdict import verdict_of
from rewards.views.benchmarks import failed_benchmarks, measured_benchmarks
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.looks import note_texts_of_models
from rewards.views.numbers import ReportCard
from rewards.views.progress import Progress, is_silent
from rewards.views.report_sections import Sections
from rewards.views.running import (
    curves_of,
    log_tail,
    points_of,
    readable_config,
    waiting_for,
)
from rewards.views.watching import Watched

PAGE = 25
OTHERS = 50  # models that one may be compared with
A_MOMENT = timedelta(minutes=1)  # between the end of training and the request for its card


@dataclass(frozen=True)
class Listed:
    """A line of the list: ``card`` is None until the model has been measured."""

    model: RewardModel
    run: EngineRun
    card: ReportCard | None
    is_silent: bool

    @property
    def is_awaited(self) -> bool:
        """Whether a report card is still to come by itself: a judge's comes with its cycle."""
        ended_badly = self.run.state in (RunState.FAILED, RunState.CANCELLED)
        return self.model.purpose == Purpose.REWARD and not ended_badly


@leads_only
@require_safe
def reward_models(request: AuthedRequest) -> HttpResponse:
    found = reward_models_of(request.user).prefetch_related(
        Prefetch("evaluations", Evaluation.objects.select_related("run"))
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    listed = [_listed(model) for model in page]
    return render(request, "rewards/reward_models.html", {"page": page, "listed": listed})


def _listed(model: RewardModel) -> Listed:
    """The run that matters now: training, then measuring."""
    card = next(iter(model.evaluations.all()), None)
    run = card.run if card and model.run.state == RunState.DONE else model.run
    measured = card is not None and card.run.state == RunState.DONE
    return Listed(
        model=model,
        run=run,
        card=ReportCard.of(card.run.result) if card and measured else None,
        is_silent=is_silent(run, timezone.now()),
    )


@leads_only
@require_safe
def reward_model(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    watched = Watched.of(get_object_or_404(reward_models_of(request.user), uuid=uuid))
    context = _context(watched)
    run, card = watched.model.run, watched.card
    if card and card.run.result:
        note_texts_of_models(request, watched.model)
    if watched.is_moving:
        url = reverse("rewards:progress", args=[uuid])
        context["live"] = live_part(request, "rewards/_training.html", context, url=url)
    context |= {
        "config": readable_config(run.config),
        "log": log_tail(card.run if card and not card.run.result else run),
        "snapshot": watched.model.snapshot,
        "may_see_snapshot": gateway.may_see_snapshot(request.user, watched.model.snapshot.uuid),
        "benchmarks": measured_benchmarks(watched.model),
        "failed_benchmarks": failed_benchmarks(watched.model),
        **(_report(request, watched.model, card) if card and card.run.result else {}),
    }
    return render(request, "rewards/reward_model.html", context)


def _context(watched: Watched) -> dict[str, object]:
    now, run = timezone.now(), watched.model.run
    points = points_of(run)
    card = watched.card
    is_waiting = watched.current.state == RunState.REQUESTED
    return {
        "watched": watched,
        "model": watched.model,
        "card": card,
        "is_silent": is_silent(watched.current, now),
        "training": Progress.of(run, now=now, points=points),
        "measuring": Progress.of(card.run, now=now, points=points_of(card.run)) if card else None,
        "curves": curves_of(run, points),
        **waiting_for(now, is_waiting=is_waiting),
    }


def _report(request: AuthedRequest, model: RewardModel, card: Evaluation) -> dict[str, object]:
    """The report card, what it comes to, and which models it may be laid beside."""
    others = reward_models_of(request.user).filter(pk__in=comparable_with(model))
    return {
        "report": ReportCard.of(card.run.result),
        "sections": Sections.of(card.run.result),
        "verdict": verdict_of(card.run.result),
        "refusals": refusals_of(card),
        "warnings": list(card_warnings(card.run.result)),
        "others": others[:OTHERS],
        "comparisons": model.comparisons.filter(against__in=others).select_related(
            "against", "run"
        ),
    }


def refusals_of(card: Evaluation) -> list[str]:
    """What the numbers do not allow: as written down, else as the gate reads them now."""
    return list(card.refusals) or list(card_refusals(card.run.result))


@leads_only
@require_safe
def progress(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far it is; the page loads itself anew once everything has ended."""
    watched = Watched.of(get_object_or_404(reward_models_of(request.user), uuid=uuid))
    if not watched.is_moving:
        return HttpResponseClientRefresh()
    url = reverse("rewards:progress", args=[uuid])
    return live_answer(request, "rewards/_training.html", _context(watched), url=url)
