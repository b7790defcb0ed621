"""Answers scored: asked for, and looked at until they are."""

from typing import cast
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commons.models import Scope, User
from commons.nudges import nudge
from rewards.api import schema
from rewards.api.serializers import ScoreSerializer
from rewards.models import ScoreRequest
from rewards.selectors.reward_model import reward_models_of
from rewards.selectors.score import score_requests_of
from rewards.services.score_request import request_scores, scores_of
from rewards.tasks import advance_open_cycles


class Score(APIView):
    required_scope = Scope.MANAGE

    @schema.score
    def post(self, request: Request, uuid: UUID) -> Response:
        """Ask for the scores of answers; the train worker computes what is not known."""
        person = cast(User, request.user)
        model = get_object_or_404(reward_models_of(person), uuid=uuid)
        sent = ScoreSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = request_scores(reward_model=model, rows=sent.to_score(), by=person)
        nudge(advance_open_cycles)
        return Response(shown(asked), status=status.HTTP_202_ACCEPTED)


class Scores(APIView):
    required_scope = Scope.READ

    @schema.scores
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far it is; once it is done, the scores."""
        mine = score_requests_of(cast(User, request.user))
        return Response(shown(get_object_or_404(mine, uuid=uuid)))


def shown(asked: ScoreRequest) -> dict[str, object]:
    scores = scores_of(asked)
    return {
        "id": str(asked.uuid),
        "reward_model": str(asked.reward_model.uuid),
        "state": asked.state,
        "requested_at": asked.requested_at,
        "finished_at": asked.finished_at,
        "says": asked.says,
        "error": asked.error,
        "scores": scores and [[each.as_json() for each in row] for row in scores],
    }
