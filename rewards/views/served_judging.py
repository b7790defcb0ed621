"""Chat models of servers that judge in a campaign, as its leads ask them."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from commons.nudges import nudge
from commons.views.requests import AuthedRequest
from rewards.errors import RewardsError
from rewards.forms import ServedJudgeForm
from rewards.models import Judging
from rewards.services.judging_request import request_again, request_served_judging
from rewards.tasks import advance_open_cycles
from rewards.views.judging import campaign_led, say_whether_found
from rewards.views.leads import leads_only


@leads_only
@require_http_methods(["GET", "POST"])
def judge_by_server(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let a model of a server judge what it has not judged of a campaign yet."""
    campaign = campaign_led(request, uuid)
    servers = sorted(settings.GENERATORS)
    form = ServedJudgeForm(data=request.POST or None, servers=servers)
    if form.is_valid():
        begun = timezone.now()
        try:
            row = request_served_judging(
                judge=form.judge(),
                campaign=campaign.id,
                by=request.user,
                most=form.cleaned_data["most"],
                concurrency=form.cleaned_data["concurrency"],
            )
        except RewardsError as refused:
            form.add_error("model", str(refused))
        else:
            say_whether_found(request, row, since=begun)
            nudge(advance_open_cycles)
            return redirect("annotate:machines", uuid=uuid)
    context = {"campaign": campaign, "form": form, "has_servers": bool(servers)}
    status = 422 if form.is_bound else 200
    return render(request, "rewards/judge_by_server.html", context, status=status)


@leads_only
@require_POST
def again(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let it judge what came since, or what is left, with all that it was asked with."""
    row = get_object_or_404(Judging, uuid=uuid, reward_model=None)
    campaign = campaign_led(request, row.campaign)
    try:
        request_again(judging=row, by=request.user)
    except RewardsError as refused:
        messages.error(request, str(refused))
    else:
        nudge(advance_open_cycles)
    return redirect("annotate:machines", uuid=campaign.id)
