"""How the policies of a track fare before people, for programs."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate import gateway
from commons.models import Scope, User
from commons.stats.errors import StatisticsError
from rewards.api import schema
from rewards.models import Arena
from rewards.selectors.arena import contest_votes
from rewards.selectors.track import tracks_of
from rewards.services.met import Met, met_of
from rewards.stats.contests import meetings_of
from rewards.stats.leaderboard import ROUNDS, Rated, Vote, leaderboard


class ArenaOfTrack(APIView):
    required_scope = Scope.READ

    @schema.arena
    def get(self, request: Request, uuid: UUID) -> Response:
        """The contests of each pair, and the ratings that come of the votes."""
        track = get_object_or_404(tracks_of(cast(User, request.user)), uuid=uuid)
        arena = track.arenas.filter(stopped_at=None).first()
        votes = contest_votes(track)
        pairs = met_of(track, arena, meetings_of(votes))
        return Response(
            {
                "track": str(track.uuid),
                **_terms(arena),
                "pairs": [_pair(each) for each in pairs],
                "ratings": _ratings(votes),
            }
        )


def _terms(arena: Arena | None) -> dict[str, object]:
    if arena is None:
        return {"campaign": None, "waiting": None, "tells_voters": None, "refusal": ""}
    waiting = gateway.contests_waiting(arena.campaign)
    return {
        "campaign": str(arena.campaign),
        "waiting": waiting,
        "tells_voters": arena.tells_voters,
        "refusal": arena.refusal,
    }


def _pair(met: Met) -> dict[str, object]:
    said = met.meeting
    return {
        "newer": str(met.newer.uuid),
        "older": str(met.older.uuid),
        "drawn": met.drawn,
        "answered": met.answered,
        "void": met.void,
        "votes": said.votes,
        "prompts": said.prompts,
        "won": said.won if said.votes else None,
        "low": said.low if said.votes else None,
        "high": said.high if said.votes else None,
        "chance": met.chance,
    }


def _ratings(votes: list[Vote]) -> list[dict[str, object]]:
    """The best first; none while the votes allow none."""
    try:
        board = leaderboard(votes, rounds=ROUNDS)
    except StatisticsError:
        return []
    return [_rated(each) for each in board.rated]


def _rated(said: Rated) -> dict[str, object]:
    return {
        "policy": said.model.removeprefix("policy:"),
        "best": said.best,
        "worst": said.worst,
        "rating": said.value,
        "low": said.low,
        "high": said.high,
        "rating_with_style": said.unstyled,
        "votes": said.votes,
        "resampled_low": said.resampled[0] if said.resampled else None,
        "resampled_high": said.resampled[1] if said.resampled else None,
    }
