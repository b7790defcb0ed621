"""Handing a judgement in, and changing it. The same key twice finds what the first one made."""

from collections.abc import Callable
from uuid import UUID

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.assignment import next_for
from annotate.api.person import key_of, person_of, turn_of
from annotate.api.serializers import (
    DemonstrationSerializer,
    JudgementSerializer,
    RankingSerializer,
)
from annotate.enums import Kind
from annotate.models import Assignment, Demonstration, Ranking
from annotate.services.closing import SentDraft
from annotate.services.demonstration import (
    DemonstrationAnswer,
    revise_demonstration,
    submit_demonstration,
)
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from commons.models import Scope, User

Judgement = Demonstration | Ranking


class Submit(APIView):
    required_scope = Scope.WORK

    @schema.submit
    def post(self, request: Request, uuid: UUID) -> Response:
        """Hand in a ranking or an answer; bring the next item along where it is asked for."""
        assignment = turn_of(request, uuid)
        sent = _checked(request, assignment)
        version = sent.validated_data["version"]
        kept = SUBMIT[Kind(assignment.task.kind)](
            assignment,
            sent,
            person_of(request),
            key_of(request, sent.validated_data["key"]),
            None if version is None else SentDraft(version),
        )
        body = _kept(kept) | next_for(request, assignment, wanted=sent.validated_data["next"])
        return Response(body, status=status.HTTP_201_CREATED)


class Submission(APIView):
    required_scope = Scope.WORK

    @schema.change
    def put(self, request: Request, uuid: UUID) -> Response:
        """Change what one has handed in, for as long as the campaign lets one."""
        assignment = turn_of(request, uuid)
        sent = _checked(request, assignment)
        kept = REVISE[Kind(assignment.task.kind)](
            assignment,
            sent,
            person_of(request),
            key_of(request, sent.validated_data["key"]),
        )
        return Response(_kept(kept))


def _checked(request: Request, assignment: Assignment) -> JudgementSerializer:
    shape = RankingSerializer if assignment.task.kind == Kind.RANK else DemonstrationSerializer
    sent = shape(data=request.data)
    sent.is_valid(raise_exception=True)
    return sent


def _kept(judgement: Judgement) -> dict[str, object]:
    return {
        "id": str(judgement.uuid),
        "revision": judgement.revision,
        "counts_as": judgement.counts_as,
    }


def _order(sent: JudgementSerializer) -> RankingAnswer:
    said = sent.validated_data
    return RankingAnswer(said["tiers"], said["unrankable"], said["strengths"], said["reason"])


def _text(sent: JudgementSerializer) -> DemonstrationAnswer:
    return DemonstrationAnswer(text=sent.validated_data["text"])


def _submit_ranking(
    turn: Assignment,
    said: JudgementSerializer,
    by: User,
    key: UUID | None,
    sent: SentDraft | None,
) -> Judgement:
    return submit_ranking(assignment=turn, answer=_order(said), by=by, key=key, sent=sent)


def _submit_demonstration(
    turn: Assignment,
    said: JudgementSerializer,
    by: User,
    key: UUID | None,
    sent: SentDraft | None,
) -> Judgement:
    return submit_demonstration(assignment=turn, answer=_text(said), by=by, key=key, sent=sent)


def _revise_ranking(
    turn: Assignment, said: JudgementSerializer, by: User, key: UUID | None
) -> Judgement:
    return revise_ranking(assignment=turn, answer=_order(said), by=by, key=key)


def _revise_demonstration(
    turn: Assignment, said: JudgementSerializer, by: User, key: UUID | None
) -> Judgement:
    return revise_demonstration(assignment=turn, answer=_text(said), by=by, key=key)


SUBMIT: dict[Kind, Callable[..., Judgement]] = {
    Kind.RANK: _submit_ranking,
    Kind.DEMONSTRATE: _submit_demonstration,
}
REVISE: dict[Kind, Callable[..., Judgement]] = {
    Kind.RANK: _revise_ranking,
    Kind.DEMONSTRATE: _revise_demonstration,
}
