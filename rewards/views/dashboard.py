"""The panel that annotate's dashboard shows of rewards."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.views.requests import AuthedRequest
from rewards.selectors.track import tracks_of
from rewards.views.leads import leads_only
from rewards.views.loop_file import loop_file
from rewards.views.standing import STATIONS, standings


@leads_only
@require_safe
def dashboard_panel(request: AuthedRequest) -> HttpResponse:
    """Where each cycle stands, how good the newest reward model is, what was decided last."""
    found = standings(tracks_of(request.user))
    if request.GET.get("csv") == "loop":
        return loop_file(request, found)
    context = {
        "standings": found,
        "stations_in_all": len(STATIONS),
    }
    return render(request, "rewards/_dashboard_panel.html", context)
