"""A person's turns: a new one, the ones they have, skipped, kept for longer, given back."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.person import key_of, person_of, turn_of
from annotate.api.serializers import (
    SkipSerializer,
    StateSerializer,
    TakeSerializer,
    listed_assignment,
    shown_assignment,
)
from annotate.enums import AssignmentState, Kind, SkipReason
from annotate.errors import AnnotateError
from annotate.selectors.assignment import listed_turns_of
from annotate.selectors.campaign import campaigns_of
from annotate.services.assignment import take_assignment, take_like
from annotate.services.care import refuse_withheld
from annotate.services.turn import extend_assignment, release_assignment, skip_assignment
from commons.models import Scope
from commons.pagination import NewestFirst


class Take(APIView):
    required_scope = Scope.WORK

    @schema.take
    def post(self, request: Request) -> Response:
        """Lease the next item, of one campaign or kind where they are named."""
        asked = TakeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        person, wanted = person_of(request), asked.validated_data
        campaign = (
            get_object_or_404(campaigns_of(person), uuid=wanted["campaign"])
            if wanted["campaign"]
            else None
        )
        kind = Kind(wanted["kind"]) if wanted["kind"] else None
        taken = take_assignment(
            by=person, campaign=campaign, kind=kind, key=key_of(request, wanted["key"])
        )
        return Response(shown_assignment(taken))


class Assignments(APIView):
    required_scope = Scope.WORK

    @schema.assignments
    def get(self, request: Request) -> Response:
        """The turns of this person, the newest first; of one state where it is named."""
        asked = StateSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        mine = wanted = listed_turns_of(person_of(request))
        if state := asked.validated_data["state"]:
            wanted = mine.filter(state=AssignmentState(state))
        pages = NewestFirst(anchors=mine)
        page = pages.paginate_queryset(wanted, request, view=self) or []
        return pages.get_paginated_response([listed_assignment(each) for each in page])


class OneAssignment(APIView):
    required_scope = Scope.WORK

    @schema.assignment
    def get(self, request: Request, uuid: UUID) -> Response:
        """One turn with its prompt, its answers in this person's order, and its draft."""
        turn = turn_of(request, uuid)
        refuse_withheld(turn=turn, by=person_of(request))
        return Response(shown_assignment(turn))


class Skip(APIView):
    required_scope = Scope.WORK

    @schema.skip
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give an item up for a reason, which decides who looks at it next."""
        assignment = turn_of(request, uuid)
        said = SkipSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        key = key_of(request, said.validated_data["key"])
        skip_assignment(
            assignment=assignment,
            reason=SkipReason(said.validated_data["reason"]),
            note=said.validated_data["note"],
            by=person_of(request),
            key=key,
        )
        campaign, kind = assignment.task.campaign_id, Kind(assignment.task.kind)
        wanted = said.validated_data["next"]
        return Response(next_for(request, campaign=campaign, kind=kind, wanted=wanted, after=key))


class Extend(APIView):
    required_scope = Scope.WORK

    @schema.extend
    def post(self, request: Request, uuid: UUID) -> Response:
        """Say that one is at it: an item that was loaded ahead starts its clock."""
        assignment = turn_of(request, uuid)
        until = extend_assignment(assignment=assignment, by=person_of(request))
        return Response({"expires_at": until})


class Release(APIView):
    required_scope = Scope.WORK

    @schema.release
    def post(self, request: Request, uuid: UUID) -> Response:
        """Give an item back unfinished; it goes to somebody else."""
        release_assignment(assignment=turn_of(request, uuid), by=person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def next_for(
    request: Request, *, campaign: int, kind: Kind, wanted: bool, after: UUID | None
) -> dict[str, object]:
    """The next item like the one just done, where it is asked for; else why there is none.

    The same one again where the request, which ``after`` names, is sent again. What was done stays
    done: a refusal here is no error of the request.
    """
    if not wanted:
        return {"next": None}
    try:
        taken = take_like(by=person_of(request), campaign=campaign, kind=kind, after=after)
    except AnnotateError as refused:
        return {"next": None, "says": str(refused)}
    return {"next": shown_assignment(taken)}
