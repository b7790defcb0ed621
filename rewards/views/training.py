"""Reward models asked for, measured, tried again and stopped by hand."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commons.audit import record
from commons.models import RunState
from commons.nudges import nudge
from commons.runs import cancel_run
from commons.views.requests import AuthedRequest
from rewards.enums import Purpose
from rewards.errors import RewardsError, TrackNotReady
from rewards.forms import TrainingForm
from rewards.selectors.reward_model import reward_models_of
from rewards.selectors.track import tracks_of
from rewards.services.reward_model import request_report_card, request_reward_model
from rewards.services.run import retry_run
from rewards.services.steps import how_run_again
from rewards.tasks import advance_open_cycles
from rewards.views.confirming import ConfirmForm, Question, ask_and_do
from rewards.views.leads import leads_only
from rewards.views.snapshots import ranked_snapshots
from rewards.views.watching import Watched


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
                method=form.chosen_method(),
            )
        except RewardsError as refused:
            form.add_error(None, str(refused))
        else:
            nudge(advance_open_cycles)
            return redirect("rewards:reward_model", uuid=model.uuid)
    status = 422 if form.is_bound else 200
    context = {"form": form, "snapshots": snapshots}
    return render(request, "rewards/train.html", context, status=status)


@leads_only
@require_POST
def measure(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Ask for the report card of a trained model that has none."""
    trained = reward_models_of(request.user).filter(run__state=RunState.DONE)
    model = get_object_or_404(trained, uuid=uuid, purpose=Purpose.REWARD)
    try:
        request_report_card(reward_model=model, by=request.user)
    except RewardsError as refused:
        messages.error(request, str(refused))
    else:
        nudge(advance_open_cycles)
        messages.success(request, _("Its report card is on the way."))
    return redirect("rewards:reward_model", uuid=uuid)


@leads_only
@require_http_methods(["GET", "POST"])
def retry(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Put the run that failed back in the queue; it goes on from what it left."""
    watched = _of_no_cycle(request, uuid)

    def act(form: ConfirmForm) -> str:
        retry_run(run=watched.current, by=request.user)
        nudge(advance_open_cycles)
        return _("It is waiting for the train worker again.")

    question = Question(
        title=_("Try it again?"),
        says=str(how_run_again(watched.current).value),
        yes=_("Retry"),
        back=reverse("rewards:reward_model", args=[uuid]),
    )
    return ask_and_do(request, question, act)


@leads_only
@require_http_methods(["GET", "POST"])
def retry_benchmark(request: AuthedRequest, uuid: UUID, benchmark: UUID) -> HttpResponse:
    """The same for a benchmark of a model, whoever trained that."""
    model = get_object_or_404(reward_models_of(request.user), uuid=uuid)
    run = get_object_or_404(model.benchmarks.select_related("run"), uuid=benchmark).run

    def act(form: ConfirmForm) -> str:
        retry_run(run=run, by=request.user)
        nudge(advance_open_cycles)
        return _("It is waiting for the train worker again.")

    question = Question(
        title=_("Try it again?"),
        says=str(how_run_again(run).value),
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
