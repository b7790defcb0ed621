"""What a voter chose between, told afterwards where the arena does so."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate import gateway
from commons.views.requests import AuthedRequest
from rewards.services.told_votes import ToldVote, told_votes
from rewards.views.leaderboard import name_of

LETTERS = "AB"  # as the page of a pair calls its answers


@login_required
@require_safe
def own_votes(request: AuthedRequest) -> HttpResponse:
    """One's own alone, and none that may be changed still."""
    told = [(each.vote, _lines(each)) for each in told_votes(request.user)]
    return render(request, "rewards/own_votes.html", {"told": told})


def _lines(told: ToldVote) -> list[tuple[str, str, gateway.ShownAnswer]]:
    return [
        (letter, name_of(policy), answer)
        for letter, (answer, policy) in zip(LETTERS, told.answers, strict=True)
    ]
