"""Who answers a track's prompts, and how many of them: its settings."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commons.views.requests import AuthedRequest
from rewards.enums import Stage
from rewards.errors import OddSetting
from rewards.forms import CandidatesForm
from rewards.mix import OddMix, lines_of, read_mix
from rewards.models import Track
from rewards.selectors.reward_model import ensemble_of
from rewards.selectors.score import scoring_by
from rewards.selectors.track import tracks_of
from rewards.services.knobs import knobs_for
from rewards.services.serving import served_for
from rewards.services.track import settle_candidates
from rewards.views.leads import leads_only

USES = ("answering", "talking")


@leads_only
@require_http_methods(["GET", "POST"])
def candidates(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How many prompts of a week are answered, by whom, and who answers those that talk."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    form = CandidatesForm(request.POST or None, initial=_initial(track))
    if form.is_valid():
        said = form.cleaned_data
        mixes = {use: said[use] for use in USES}
        budget = {name: said[name] for name in ("prompts", "answers", "at_random")}
        try:
            settle_candidates(track=track, mixes=mixes, by=request.user, **budget)
        except OddSetting as odd:
            form.add_error(odd.field, str(odd))
        else:
            messages.success(request, _("Kept. It holds from the next candidates on."))
            return redirect("rewards:track", uuid=track.uuid)
    ensemble = ensemble_of(track)
    context = {
        "track": track,
        "form": form,
        "servers": sorted(settings.GENERATORS),
        "serving": served_for(track),
        "ensemble": ensemble,
        "scoring": scoring_by(ensemble[0]) if ensemble else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "rewards/candidates.html", context, status=status)


def _initial(track: Track) -> dict[str, object]:
    knobs = knobs_for(track, Stage.ANSWERING)
    mixes = {use: _lines(track.knobs.get(use, {}).get("mix")) for use in USES}
    return {**{name: knobs[name] for name in ("prompts", "answers", "at_random")}, **mixes}


def _lines(mix: object) -> str:
    """The mix as it is written; empty where there is none, or none that can be read any more."""
    try:
        return lines_of(read_mix(mix, servers=sorted(settings.GENERATORS))) if mix else ""
    except OddMix:
        return ""
