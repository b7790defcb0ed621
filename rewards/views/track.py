"""Tracks: the lines of policies that a person leads."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotate import gateway
from commons.views.requests import AuthedRequest
from rewards.errors import RewardsError
from rewards.forms import TrackForm
from rewards.selectors.track import tracks_of
from rewards.services.recipe import usual_knobs, usual_method
from rewards.services.track import create_track
from rewards.views.leads import leads_only
from rewards.views.standing import STATIONS, standings


@leads_only
@require_safe
def tracks(request: AuthedRequest) -> HttpResponse:
    """All tracks at a glance; a person with one track goes straight to it."""
    found = tracks_of(request.user)
    if found.count() == 1:
        return redirect("rewards:track", uuid=found[0].uuid)
    context = {"standings": standings(found), "stations_in_all": len(STATIONS)}
    return render(request, "rewards/tracks.html", context)


@leads_only
@require_http_methods(["GET", "POST"])
def new_track(request: AuthedRequest) -> HttpResponse:
    """Begin a line of policies that learns from campaigns the person leads."""
    campaigns = gateway.campaigns_led_by(request.user)
    form = TrackForm(data=request.POST or None, campaigns=campaigns, usual=usual_method())
    if form.is_valid():
        try:
            track = create_track(
                name=form.cleaned_data["name"],
                campaigns=form.chosen(),
                method=form.cleaned_data["method"],
                knobs=usual_knobs(form.cleaned_data["method"]),
                person_promotes=form.cleaned_data["person_promotes"],
                by=request.user,
            )
        except RewardsError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("rewards:track", uuid=track.uuid)
    status = 422 if form.is_bound else 200
    return render(request, "rewards/new_track.html", {"form": form}, status=status)
