"""Handing a judgement in. The same key twice finds the row that the first one made."""

from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.person import assignment_of, person_of
from annotate.api.serializers import DemonstrationSerializer, RankingSerializer
from annotate.enums import Kind
from annotate.models import Demonstration, Ranking
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ranking import RankingAnswer, submit_ranking


class SubmitDemonstration(APIView):
    def post(self, request: Request, uuid: UUID) -> Response:
        assignment = assignment_of(request, uuid, Kind.DEMONSTRATE)
        sent = DemonstrationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        kept = submit_demonstration(
            assignment=assignment,
            answer=DemonstrationAnswer(text=sent.validated_data["text"]),
            by=person_of(request),
            key=sent.validated_data["key"],
        )
        return _kept(kept)


class SubmitRanking(APIView):
    def post(self, request: Request, uuid: UUID) -> Response:
        assignment = assignment_of(request, uuid, Kind.RANK)
        sent = RankingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        key = said.pop("key")
        kept = submit_ranking(
            assignment=assignment, answer=RankingAnswer(**said), by=person_of(request), key=key
        )
        return _kept(kept)


def _kept(judgement: Demonstration | Ranking) -> Response:
    body = {"id": str(judgement.uuid), "counts_as": judgement.counts_as}
    return Response(body, status=status.HTTP_201_CREATED)
