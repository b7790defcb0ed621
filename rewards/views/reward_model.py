"""Reward models: asked for, watched while they learn, read as a report card."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate import gateway
from commons.audit import record
from commons.models import RunState
from commons.runs import cancel_run, request_again
from commons.views.requests import AuthedRequest
from rewards.enums import Purpose
from rewards.errors import RewardsError, TrackNotReady
from rewards.forms import TrainingForm
from rewards.models import CycleStep, EngineRun, Evaluation, RewardModel
from rewards.selectors import reward_models_of, tracks_of
from rewards.services.reward_model import request_report_card, request_reward_model
from rewards.stats.gates import card_refusals
from rewards.views.confirming import ConfirmForm, Question, ask_and_do
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.nudging import nudge_train_worker
from rewards.views.numbers import ReportCard
from rewards.views.progress import Progress
from rewards.views.running import (
    curves_of,
    log_tail,
    points_of,
    readable_config,
    train_worker_lives,
)
from rewards.views.snapshots import ranked_snapshots

PAGE = 25
A_MOMENT = timedelta(minutes=1)  # between the end of training and the request for its card


@dataclass(frozen=True)
class Listed:
    """A line of the list: ``card`` is None until the model has been measured."""

    model: RewardModel
    run: EngineRun
    card: ReportCard | None


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
    return Listed(model, run, ReportCard.of(card.run.result) if card and measured else None)


@dataclass(frozen=True)
class Watched:
    """A reward model on its page: the training, the measuring, and the cycle that owns them."""

    model: RewardModel
    card: Evaluation | None
    step: CycleStep | None

    @classmethod
    def of(cls, model: RewardModel) -> "Watched":
        steps = model.run.cycle_steps.select_related("cycle__track")
        return cls(model, model.evaluations.select_related("run").first(), steps.first())

    @property
    def current(self) -> EngineRun:
        """The run that matters now."""
        return self.card.run if self.card else self.model.run

    @property
    def is_moving(self) -> bool:
        """Whether something of it may still change by itself."""
        if self.card or self.model.run.state != RunState.DONE:
            return not self.current.is_over
        if self.model.purpose == Purpose.JUDGE:
            return False
        if self.step is not None:
            return self.step.cycle.closed_at is None
        ended = self.model.run.finished_at
        return ended is not None and timezone.now() - ended < A_MOMENT


@leads_only
@require_safe
def reward_model(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    watched = Watched.of(get_object_or_404(reward_models_of(request.user), uuid=uuid))
    context = _context(watched)
    run, card = watched.model.run, watched.card
    if watched.is_moving:
        url = reverse("rewards:progress", args=[uuid])
        context["live"] = live_part(request, "rewards/_training.html", context, url=url)
    context |= {
        "config": readable_config(run.config),
        "log": log_tail(card.run if card and not card.run.result else run),
        "snapshot": watched.model.snapshot,
        "may_see_snapshot": gateway.may_see_snapshot(request.user, watched.model.snapshot.uuid),
        "report": ReportCard.of(card.run.result) if card and card.run.result else None,
        "refusals": refusals_of(card) if card and card.run.result else [],
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
        "training": Progress.of(run, now=now, points=points),
        "measuring": Progress.of(card.run, now=now, points=points_of(card.run)) if card else None,
        "curves": curves_of(run, points),
        "no_worker": is_waiting and not train_worker_lives(now),
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


@leads_only
@require_http_methods(["GET", "POST"])
def train(request: AuthedRequest) -> HttpResponse:
    """Ask for a reward model of frozen rankings."""
    snapshots = ranked_snapshots(request.user)
    form = TrainingForm(
        data=request.POST or None,
        initial={"snapshot": request.GET.get("snapshot", ""), "epochs": 1.0},
        snapshots=snapshots,
        tracks=tracks_of(request.user),
    )
    if form.is_valid():
        try:
            model = request_reward_model(
                snapshot=UUID(form.cleaned_data["snapshot"]),
                by=request.user,
                track=form.cleaned_data["track"],
                knobs=form.knobs(),
            )
        except RewardsError as refused:
            form.add_error(None, str(refused))
        else:
            nudge_train_worker()
            return redirect("rewards:reward_model", uuid=model.uuid)
    status = 422 if form.is_bound else 200
    context = {"form": form, "snapshots": snapshots}
    return render(request, "rewards/train.html", context, status=status)


@leads_only
@require_POST
def measure(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Ask for the report card of a trained model that has none."""
    model = get_object_or_404(reward_models_of(request.user), uuid=uuid, run__state=RunState.DONE)
    request_report_card(reward_model=model, by=request.user)
    nudge_train_worker()
    messages.success(request, _("Its report card is on the way."))
    return redirect("rewards:reward_model", uuid=uuid)


@leads_only
@require_http_methods(["GET", "POST"])
def retry(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Put the run that failed back in the queue; it goes on from its checkpoint."""
    watched = _of_no_cycle(request, uuid)

    def act(form: ConfirmForm) -> str:
        run = watched.current
        with transaction.atomic():
            if not request_again(run):
                raise TrackNotReady(_("It has not failed; there is nothing to retry."))
            record(actor=request.user, verb="run.retried", subject=run)
        nudge_train_worker()
        return _("It is waiting for the train worker again.")

    question = Question(
        title=_("Try it again?"),
        says=_("It goes on from its last checkpoint; what it had finished is kept."),
        yes=_("Retry"),
        back=reverse("rewards:reward_model", args=[uuid]),
    )
    return ask_and_do(request, question, act)


@leads_only
@require_http_methods(["GET", "POST"])
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Stop a run for good."""
    watched = _of_no_cycle(request, uuid)

    def act(form: ConfirmForm) -> str:
        run = watched.current
        with transaction.atomic():
            if not cancel_run(run):
                raise TrackNotReady(_("It has already ended."))
            record(actor=request.user, verb="run.cancelled", subject=run)
        return _("Cancelled. The engine stops at its next sign of life.")

    question = Question(
        title=_("Cancel this run?"),
        says=_("The engine stops within seconds. A cancelled run cannot be taken up again."),
        yes=_("Cancel the run"),
        back=reverse("rewards:reward_model", args=[uuid]),
        is_grave=True,
    )
    return ask_and_do(request, question, act)


def _of_no_cycle(request: AuthedRequest, uuid: UUID) -> Watched:
    """A model that stands by itself: what a cycle trains is retried and cancelled with it."""
    mine = reward_models_of(request.user).filter(run__cycle_steps__isnull=True)
    return Watched.of(get_object_or_404(mine, uuid=uuid))
