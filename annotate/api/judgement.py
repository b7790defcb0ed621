"""Handing a judgement in, and changing it. The same key twice finds what the first one made."""

from uuid import UUID

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.assignment import next_for
from annotate.api.person import key_of, person_of, turn_of
from annotate.api.serializers import (
    ConversationSerializer,
    DemonstrationSerializer,
    JudgementSerializer,
    RankingSerializer,
)
from annotate.enums import Kind
from annotate.errors import WrongKind
from annotate.models import Demonstration, Ranking
from annotate.selectors.judgement import seems_to_count_as
from annotate.services.closing import SentDraft, turn_to_close
from annotate.services.demonstration import (
    DemonstrationAnswer,
    answer_of,
    keep_demonstration,
    revise_demonstration,
)
from annotate.services.ranking import RankingAnswer, keep_ranking, revise_ranking
from commons.models import Scope

SHAPES: dict[Kind, type[JudgementSerializer]] = {
    Kind.RANK: RankingSerializer,
    Kind.DEMONSTRATE: DemonstrationSerializer,
}


def shape_of(kind: Kind, data: object) -> type[JudgementSerializer]:
    """An answer is a text, or messages in place of it."""
    if kind == Kind.DEMONSTRATE and isinstance(data, dict) and "messages" in data:
        return ConversationSerializer
    return SHAPES[kind]


class Submit(APIView):
    required_scope = Scope.WORK

    @schema.submit
    def post(self, request: Request, uuid: UUID) -> Response:
        """Hand in a ranking or an answer; bring the next item along where it is asked for."""
        by = person_of(request)
        turn = turn_to_close(by=by, uuid=uuid)
        if turn is None:
            raise Http404
        said = _checked(request, turn.kind)
        version = said.validated_data["version"]
        sent = None if version is None else SentDraft(version)
        key = key_of(request, said.validated_data["key"])
        kept: Demonstration | Ranking
        if turn.kind == Kind.RANK:
            kept = keep_ranking(turn=turn, answer=_order(said), by=by, key=key, sent=sent)
        else:
            kept = keep_demonstration(turn=turn, answer=_text(said), by=by, key=key, sent=sent)
        wanted = said.validated_data["next"]
        body = _kept(kept) | next_for(
            request, campaign=turn.campaign, kind=turn.kind, wanted=wanted, after=key
        )
        return Response(body, status=status.HTTP_201_CREATED)


class Submission(APIView):
    required_scope = Scope.WORK

    @schema.change
    def put(self, request: Request, uuid: UUID) -> Response:
        """Change what one has handed in, for as long as the campaign lets one."""
        by, assignment = person_of(request), turn_of(request, uuid)
        kind = Kind(assignment.task.kind)
        said = _checked(request, kind)
        key, seen = key_of(request, said.validated_data["key"]), said.validated_data["version"]
        kept: Demonstration | Ranking
        if kind == Kind.RANK:
            kept = revise_ranking(
                assignment=assignment, answer=_order(said), by=by, key=key, seen=seen
            )
        else:
            kept = revise_demonstration(
                assignment=assignment, answer=_text(said), by=by, key=key, seen=seen
            )
        return Response(_kept(kept))


def _checked(request: Request, kind: Kind) -> JudgementSerializer:
    """The judgement in its shape; the other kind's is no error of shape but of the item."""
    sent: JudgementSerializer = shape_of(kind, request.data)(data=request.data)
    if not sent.is_valid():
        others = [shape_of(other, request.data) for other in SHAPES if other != kind]
        if any(shape(data=request.data).is_valid() for shape in others):
            raise WrongKind(kind)
        raise ValidationError(sent.errors)
    return sent


def _kept(judgement: Demonstration | Ranking) -> dict[str, object]:
    return {
        "id": str(judgement.uuid),
        "revision": judgement.revision,
        "counts_as": seems_to_count_as(judgement),
    }


def _order(sent: JudgementSerializer) -> RankingAnswer:
    said = sent.validated_data
    return RankingAnswer(
        said["tiers"],
        said["unrankable"],
        said["strengths"],
        said["reason"],
        said.get("answers", {}),
        said["ideal"],
        said["ideal_from"],
    )


def _text(sent: JudgementSerializer) -> DemonstrationAnswer:
    said = sent.validated_data
    if "text" in said:
        return DemonstrationAnswer(said["text"], started_from=said.get("started_from"))
    return answer_of(said["messages"], started_from=said.get("started_from"))
