"""Models that judge in a campaign: reward models are asked for here, all are watched and stopped.

The panel is a part of annotate's page of machines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate import gateway
from annotate.gateway import CampaignName
from commons.models import RunState
from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from rewards.errors import RewardsError
from rewards.forms import JudgingForm
from rewards.models import Judging
from rewards.selectors.judging import judgings_in, models_that_may_judge
from rewards.selectors.reward_model import reward_models_of
from rewards.services.judging import cancel_judging
from rewards.services.judging_request import is_found, request_judging
from rewards.tasks import advance_open_cycles
from rewards.views.confirming import ConfirmForm, Question, ask_and_do
from rewards.views.leads import leads_only
from rewards.views.live import live_answer, live_part
from rewards.views.progress import Progress
from rewards.views.reward_comparison import uuid_in
from rewards.views.running import waiting_for

LIVE = "rewards/_judgings.html"
MOST = 50


@dataclass(frozen=True)
class ShownJudging:
    """``name`` is the machine's where a server's model judges: with other settings it is another
    machine. ``may_see``: whether the reader may open a reward model's own page, and ask it again.
    """

    row: Judging
    name: str
    progress: Progress
    may_see: bool


@leads_only
@require_safe
def judgings(request: AuthedRequest) -> HttpResponse:
    """The panel: what models judge of a campaign, and ways to ask one."""
    campaign = campaign_led(request, uuid_in(request.GET.get("campaign", "")))
    shown = _shown(request, campaign)
    context = _context(campaign, shown)
    if _is_moving(shown):
        url = reverse("rewards:judgings_progress", args=[campaign.id])
        return HttpResponse(live_part(request, LIVE, context, url=url))
    return render(request, LIVE, context)


@leads_only
@require_safe
def progress(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far they are; the page loads itself anew once all have ended, and has new figures."""
    campaign = campaign_led(request, uuid)
    shown = _shown(request, campaign)
    if not _is_moving(shown):
        return HttpResponseClientRefresh()
    url = reverse("rewards:judgings_progress", args=[uuid])
    return live_answer(request, LIVE, _context(campaign, shown), url=url)


@leads_only
@require_http_methods(["GET", "POST"])
def judge(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let a reward model judge what it has not judged of a campaign yet."""
    campaign = campaign_led(request, uuid)
    models = models_that_may_judge(request.user)
    form = JudgingForm(data=request.POST or None, models=models)
    if form.is_valid():
        begun = timezone.now()
        try:
            row = request_judging(
                reward_model=form.cleaned_data["model"],
                campaign=campaign.id,
                by=request.user,
                most=form.cleaned_data["most"],
            )
        except RewardsError as refused:
            form.add_error("model", str(refused))
        else:
            say_whether_found(request, row, since=begun)
            nudge(advance_open_cycles)
            return redirect("annotate:machines", uuid=uuid)
    context = {"campaign": campaign, "form": form, "has_models": models.exists()}
    status = 422 if form.is_bound else 200
    return render(request, "rewards/judge.html", context, status=status)


@leads_only
@require_http_methods(["GET", "POST"])
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Judge no more of what was asked for."""
    row = get_object_or_404(Judging.objects.select_related("reward_model"), uuid=uuid)
    campaign = campaign_led(request, row.campaign)

    def act(form: ConfirmForm) -> str:
        cancel_judging(judging=row, by=request.user)
        return _("Cancelled. What it has judged stays.")

    question = Question(
        title=_("Let %(model)s judge no more?") % {"model": _names([row])[row.pk]},
        says=_(
            "It stops within seconds. What it has judged stays, and asked again it goes on with "
            "the rest."
        ),
        yes=_("Stop it"),
        back=reverse("annotate:machines", args=[campaign.id]),
    )
    return ask_and_do(request, question, act)


def say_whether_found(request: AuthedRequest, row: Judging, *, since: datetime) -> None:
    """Where it waits or goes on already, nothing of what was asked now counts."""
    if is_found(row, since=since):
        said = _(
            "It was asked already and goes on as it was asked then. To ask otherwise, stop it "
            "first."
        )
        messages.info(request, said)


def campaign_led(request: AuthedRequest, uuid: UUID) -> CampaignName:
    """One that the person leads; any other is not there."""
    for each in gateway.campaigns_led_by(request.user):
        if each.id == uuid:
            return each
    raise Http404


def _shown(request: AuthedRequest, campaign: CampaignName) -> list[ShownJudging]:
    rows, now = list(judgings_in(campaign.id)[:MOST]), timezone.now()
    named = [each.reward_model_id for each in rows if each.reward_model_id]
    seen = set(reward_models_of(request.user).filter(pk__in=named).values_list("pk", flat=True))
    names = _names(rows)
    return [
        ShownJudging(each, names[each.pk], Progress.of(each, now=now), each.reward_model_id in seen)
        for each in rows
    ]


def _names(rows: Sequence[Judging]) -> dict[int, str]:
    """Who judges, by the key of its row."""
    called = gateway.machine_names([each.machine for each in rows])
    return {
        each.pk: each.who if each.reward_model else called.get(each.machine, each.who)
        for each in rows
    }


def _is_moving(shown: Sequence[ShownJudging]) -> bool:
    return any(not each.row.is_over for each in shown)


def _context(campaign: CampaignName, shown: Sequence[ShownJudging]) -> dict[str, object]:
    is_waiting = any(each.row.state == RunState.REQUESTED for each in shown)
    waits = waiting_for(timezone.now(), is_waiting=is_waiting)
    return {"campaign": campaign, "shown": shown, **waits}
