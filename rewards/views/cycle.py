"""A track's page: this week's stations, how it ended, what came before."""

from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate import gateway
from commons.models import RunState
from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, Track
from rewards.selectors.cycle import cycles_of, reward_accuracies
from rewards.selectors.track import campaigns_of, tracks_of
from rewards.services.cycle import (
    SKIPPABLE,
    cancel_cycle,
    failed_step,
    open_cycle,
    retry_cycle,
    skip_step,
)
from rewards.services.schedule import last_week_end
from rewards.services.serving import served_for
from rewards.services.steps import how_again
from rewards.tasks import advance_open_cycles
from rewards.templatetags.rewards_numbers import time_in_words
from rewards.views.confirming import ConfirmForm, Question, ReasonForm, ask_and_do
from rewards.views.divergence import divergence_of
from rewards.views.judge import shown_judge
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.looks import note_texts_of_track
from rewards.views.numbers import Comparison, Interval, ReportCard
from rewards.views.policy import arena_figure, listed_policies, won_against_base
from rewards.views.running import curves_of, points_of, waiting_for
from rewards.views.standing import stations_of

SHOWN = 12  # cycles and policies before one asks for all


@leads_only
@require_safe
def newest(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The newest cycle of a track, or the invitation to start its first one."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    return _page(request, track, track.cycles.order_by("-number").first())


@leads_only
@require_safe
def one(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    cycle = _cycle(request, uuid, number)
    return _page(request, cycle.track, cycle)


def _page(request: AuthedRequest, track: Track, cycle: Cycle | None) -> HttpResponse:
    shows_all = "all" in request.GET
    most = None if shows_all else SHOWN
    policies = listed_policies(track, most)
    context: dict[str, object] = {
        "track": track,
        "week_end": last_week_end(track, timezone.now()),
        "campaigns": gateway.campaign_names(campaigns_of(track)),
        "weeks_kept": track.weeks_kept or settings.MODELS_KEPT_WEEKS,
        "has_others": tracks_of(request.user).count() > 1,
        "cycles": track.cycles.select_related("policy").order_by("-number")[:most],
        "policies": policies,
        "won": won_against_base(policies),
        "has_more": not shows_all and track.cycles.count() > SHOWN,
        "open_cycle": track.cycles.filter(closed_at__isnull=True).first(),
        "accuracies": _accuracies(track),
        "serving": served_for(track),
    }
    if cycle is not None:
        cycle = _with_steps(cycle)
        found = _found(cycle)
        context |= _line(cycle) | found
        if found.get("comparison"):
            note_texts_of_track(request, track)
        if _is_moving(cycle):
            url = reverse("rewards:stations", args=[track.uuid, cycle.number])
            context["live"] = live_part(request, "rewards/_stations.html", context, url=url)
    return render(request, "rewards/cycle.html", context)


def _is_moving(cycle: Cycle) -> bool:
    return cycle.closed_at is None and cycle.stage != Stage.FAILED


def _line(cycle: Cycle) -> dict[str, object]:
    """The stations of a cycle with its steps, and what the running one has measured."""
    now = timezone.now()
    running = next((s for s in cycle.steps.all() if s.state == RunState.RUNNING), None)
    run = running.run if running else None
    points = points_of(run) if run else []
    is_waiting = running is None and _is_moving(cycle)
    return {
        "cycle": cycle,
        "stations": stations_of(cycle, now=now, points=points),
        "curves": curves_of(run, points) if run else [],
        "diverging": divergence_of(run, points) if run else None,
        **waiting_for(now, is_waiting=is_waiting),
        "may_skip": SKIPPABLE,
        **_decided(cycle),
    }


def _decided(cycle: Cycle) -> dict[str, object]:
    """What was decided of the policy that a cycle made: told while it still writes candidates."""
    policy = cycle.policy
    if policy is None:
        return {}
    decisions = policy.decisions.select_related("by").order_by("pk")
    return {"policy": policy, "decision": decisions.first()}


def _with_steps(cycle: Cycle) -> Cycle:
    """The cycle with its steps, and all that their lines name, in three queries."""
    steps = CycleStep.objects.select_related("run__reward_model").order_by("pk")
    with_steps = Cycle.objects.select_related("track", "policy", "opened_by")
    return with_steps.prefetch_related(Prefetch("steps", steps)).get(pk=cycle.pk)


def _found(cycle: Cycle) -> dict[str, object]:
    """What a cycle with its steps has come to: comparison, ratings, the candidates it made."""
    policy = cycle.policy
    if policy is None:
        return {}
    done = {step.stage: step for step in cycle.steps.all() if step.state == RunState.DONE}
    improving, answered = done.get(Stage.REINFORCING), done.get(Stage.ANSWERING)
    run = improving.run if improving else None
    evaluation = policy.evaluations.select_related("run").order_by("-pk").first()
    return {
        "divergence": divergence_of(run, points_of(run)) if run else None,
        "comparison": (
            Comparison.of(evaluation.run.result) if evaluation and evaluation.run.result else None
        ),
        "answered": answered.result if answered else None,
        "in_arena": arena_figure(policy),
        "judge": shown_judge(cycle),
    }


def _accuracies(track: Track) -> list[tuple[int, Interval, Interval | None]]:
    """The cycles whose reward model has a defined accuracy, for the chart over the weeks."""
    cards = [(cycle.number, ReportCard.of(found)) for cycle, found in reward_accuracies(track)]
    return [
        (number, card.accuracy, card.longer) for number, card in cards if card.accuracy is not None
    ][-52:]


@leads_only
@require_safe
def stations(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """How far the cycle is; the page loads itself anew once it has ended or failed."""
    cycle = _cycle(request, uuid, number)
    if not _is_moving(cycle):
        return HttpResponseClientRefresh()
    url = reverse("rewards:stations", args=[uuid, number])
    return live_answer(request, "rewards/_stations.html", _line(_with_steps(cycle)), url=url)


@leads_only
@require_http_methods(["GET", "POST"])
def start(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Open a cycle now, before the week ends."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)

    def act(form: ConfirmForm) -> str:
        cycle = open_cycle(track=track, by=request.user)
        nudge(advance_open_cycles)
        return _("Cycle %(number)d has begun.") % {"number": cycle.number}

    question = Question(
        title=_("Start a cycle of “%(track)s” now?") % {"track": track.name},
        says=_(
            "It freezes what people have said up to now, trains a reward model and a policy, and "
            "promotes or holds the policy. You may leave the page meanwhile."
        )
        + f" {_last_took(track)}",
        yes=_("Start the cycle"),
        back=reverse("rewards:track", args=[uuid]),
    )
    return ask_and_do(request, question, act)


def _last_took(track: Track) -> str:
    """How long it may take, from the newest cycle that went to its end."""
    ended = track.cycles.filter(stage=Stage.DONE, closed_at__isnull=False)
    last = ended.order_by("-number").first()
    if last is None or last.closed_at is None:
        return _("It takes minutes with a small model and little data, and hours with more.")
    return _("The last one took %(time)s.") % {
        "time": time_in_words(last.closed_at - last.opened_at)
    }


@leads_only
@require_http_methods(["GET", "POST"])
def retry(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """Try the step that failed once more."""
    cycle = _cycle(request, uuid, number)
    failed = failed_step(cycle)
    how = f"{how_again(failed).value} " if failed else ""

    def act(form: ConfirmForm) -> str:
        retry_cycle(cycle=cycle, by=request.user)
        nudge(advance_open_cycles)
        return _("The step is waiting for the train worker again.")

    question = Question(
        title=_("Try the failed step again?"),
        says=how + _("Steps that are done stay done."),
        yes=_("Retry"),
        back=reverse("rewards:one_cycle", args=[uuid, number]),
    )
    return ask_and_do(request, question, act)


@leads_only
@require_http_methods(["GET", "POST"])
def skip(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """Go on without the step where the cycle stands."""
    cycle = _cycle(request, uuid, number)

    def act(form: ConfirmForm) -> str:
        skip_step(cycle=cycle, reason=form.cleaned_data["reason"], by=request.user)
        nudge(advance_open_cycles)
        return _("Skipped; the cycle goes on with the next step.")

    question = Question(
        title=_("Go on without this step?"),
        says=_(
            "Without fine-tuning on demonstrations the policy in service goes on as it is; without "
            "a stopping model nothing sees that the new policy goes too far; without new "
            "candidates next week has none of this policy's."
        ),
        yes=_("Skip the step"),
        back=reverse("rewards:one_cycle", args=[uuid, number]),
    )
    return ask_and_do(request, question, act, form_class=ReasonForm)


@leads_only
@require_http_methods(["GET", "POST"])
def cancel(request: AuthedRequest, uuid: UUID, number: int) -> HttpResponse:
    """End an open cycle for good."""
    cycle = _cycle(request, uuid, number)

    def act(form: ConfirmForm) -> str:
        cancel_cycle(cycle=cycle, by=request.user)
        return _("Cancelled. The policy in service stays as it was.")

    question = Question(
        title=_("Cancel cycle %(number)d?") % {"number": number},
        says=_(
            "What it has trained is kept and not used. It cannot be taken up again; a new cycle "
            "begins from the start."
        ),
        yes=_("Cancel the cycle"),
        back=reverse("rewards:one_cycle", args=[uuid, number]),
        is_grave=True,
    )
    return ask_and_do(request, question, act)


def _cycle(request: AuthedRequest, uuid: UUID, number: int) -> Cycle:
    return get_object_or_404(cycles_of(request.user), track__uuid=uuid, number=number)
