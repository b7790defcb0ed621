"""The panel that annotate's page of one item shows of rewards: the models that learned from it."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate import gateway
from commons.views.requests import AuthedRequest
from rewards.selectors.cycle import cycles_taught_by
from rewards.selectors.reward_model import reward_models_of
from rewards.views.leads import leads_only

MOST = 100


@leads_only
@require_safe
def models_of_snapshots(request: AuthedRequest) -> HttpResponse:
    """What was trained on these snapshots, of what the person may see; others are as if unknown."""
    asked = ids_in(request.GET.getlist("snapshot")[:MOST])
    snapshots = [each for each in asked if gateway.may_see_snapshot(request.user, each)]
    context = {
        "reward_models": reward_models_of(request.user).filter(snapshot__uuid__in=snapshots),
        "cycles": cycles_taught_by(request.user, snapshots),
    }
    return render(request, "rewards/_item_panel.html", context)


def ids_in(said: Sequence[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in said]
    except ValueError as odd:
        raise Http404 from odd
