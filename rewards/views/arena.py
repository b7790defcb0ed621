"""The arena of a track: who meets whom, what people said, and when it begins and ends."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate import gateway
from commons.models import RunState
from commons.nudges import nudge
from commons.stats.errors import StatisticsError
from commons.views.requests import AuthedRequest
from rewards.enums import ContestState
from rewards.errors import RewardsError
from rewards.forms import ArenaForm
from rewards.models import Arena, EngineRun
from rewards.selectors.arena import contest_votes
from rewards.selectors.track import campaigns_of, tracks_of
from rewards.services.arena import ArenaTerms, retry_arena, start_arena, stop_arena
from rewards.services.contests import here_of
from rewards.services.met import Met, met_of
from rewards.stats.contests import meetings_of
from rewards.stats.leaderboard import ROUNDS, leaderboard
from rewards.tasks import advance_open_cycles
from rewards.views.confirming import ConfirmForm, Question, ask_and_do
from rewards.views.leaderboard import entries_of, name_of, reason_of
from rewards.views.leads import leads_only
from rewards.views.numbers import Interval
from rewards.views.running import train_worker_lives


@dataclass(frozen=True)
class ShownMet:
    """A pair of policies as the page names it, and how often the newer one won."""

    pair: Met

    @property
    def names(self) -> tuple[str, str]:
        return name_of(self.pair.newer), name_of(self.pair.older)

    @property
    def won(self) -> Interval | None:
        """None where nobody has voted yet."""
        said = self.pair.meeting
        return Interval(said.won, said.low, said.high) if said.votes else None


@leads_only
@require_safe
def arena(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The contests of each pair, and the ratings that come of them."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    found = track.arenas.filter(stopped_at=None).first()
    votes = contest_votes(track)
    met = [ShownMet(pair) for pair in met_of(track, found, meetings_of(votes))]
    context: dict[str, object] = {"track": track, "arena": found, "met": met}
    if found is not None:
        context |= _standing(found)
    try:
        board = leaderboard(votes, rounds=ROUNDS)
    except StatisticsError as missing:
        context["missing"] = reason_of(missing)
    else:
        context |= {"board": board, "entries": entries_of(track, board)}
    return render(request, "rewards/arena.html", context)


def _standing(arena: Arena) -> dict[str, object]:
    """Where an open arena stands, and what it lacks."""
    drawn = arena.contests.filter(state=ContestState.DRAWN)
    run = EngineRun.objects.filter(contests__in=drawn).first()
    waiting = gateway.contests_waiting(arena.campaign)
    return {
        "campaign": next(iter(gateway.campaign_names([arena.campaign])), None),
        "waiting": waiting,
        "failed": run if run is not None and run.state == RunState.FAILED else None,
        "writing": run is not None and run.state in (RunState.REQUESTED, RunState.RUNNING),
        "is_alone": len(here_of(arena.track)) < 2,
        "lacks_prompts": not waiting and run is None and not _fresh(arena),
        "no_worker": run is not None and not train_worker_lives(timezone.now()),
    }


def _fresh(arena: Arena) -> list[gateway.UnansweredPrompt]:
    return gateway.unanswered_prompts(arena.campaign, source=arena.source)


@leads_only
@require_http_methods(["GET", "POST"])
def start(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let the policies of a track meet from now on."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    campaigns = gateway.campaigns_of_pairs(campaigns_of(track))
    form = ArenaForm(data=request.POST or None, campaigns=campaigns)
    if form.is_valid():
        try:
            start_arena(track=track, terms=ArenaTerms(**form.cleaned_data), by=request.user)
        except RewardsError as refused:
            form.add_error(None, str(refused))
        else:
            nudge(advance_open_cycles)
            return redirect("rewards:arena", uuid=track.uuid)
    context = {"track": track, "form": form, "campaigns": campaigns}
    status = 422 if form.is_bound else 200
    return render(request, "rewards/start_arena.html", context, status=status)


@leads_only
@require_http_methods(["GET", "POST"])
def stop(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Draw no more contests."""
    found = _open_arena(request, uuid)

    def act(form: ConfirmForm) -> str:
        stop_arena(arena=found, by=request.user)
        return _("The arena is stopped; its votes stay.")

    question = Question(
        title=_("Stop the arena of “%(track)s”?") % {"track": found.track.name},
        says=_(
            "No more contests are drawn. What is before people already may be voted on, and every "
            "vote stays; pause the campaign to end that too."
        ),
        yes=_("Stop the arena"),
        back=reverse("rewards:arena", args=[uuid]),
    )
    return ask_and_do(request, question, act)


@leads_only
@require_http_methods(["GET", "POST"])
def retry(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let the engine write once more what it failed to write."""
    found = _open_arena(request, uuid)

    def act(form: ConfirmForm) -> str:
        retry_arena(arena=found, by=request.user)
        nudge(advance_open_cycles)
        return _("The answers are waiting for the train worker again.")

    question = Question(
        title=_("Try to write the answers again?"),
        says=_("What was written before it failed is kept."),
        yes=_("Retry"),
        back=reverse("rewards:arena", args=[uuid]),
    )
    return ask_and_do(request, question, act)


def _open_arena(request: AuthedRequest, uuid: UUID) -> Arena:
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    return get_object_or_404(track.arenas.select_related("track"), stopped_at=None)
