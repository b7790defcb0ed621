"""A person's turns: the open ones, a new one, one by its id, skipped, given back."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.person import assignment_of, person_of
from annotate.api.serializers import SkipSerializer, TakeSerializer, shown_assignment
from annotate.enums import Kind, SkipReason
from annotate.selectors.assignment import open_assignments_of
from annotate.selectors.campaign import campaigns_of
from annotate.services.assignment import release_assignment, skip_assignment, take_assignment


class Assignments(APIView):
    def get(self, request: Request) -> Response:
        """The turns that this person holds: two at most."""
        held = open_assignments_of(person_of(request))
        return Response({"results": [shown_assignment(each) for each in held]})

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
        taken = take_assignment(by=person, campaign=campaign, kind=kind)
        return Response(shown_assignment(taken), status=status.HTTP_201_CREATED)


class OneAssignment(APIView):
    def get(self, request: Request, uuid: UUID) -> Response:
        return Response(shown_assignment(assignment_of(request, uuid)))


class Skip(APIView):
    def post(self, request: Request, uuid: UUID) -> Response:
        assignment = assignment_of(request, uuid)
        said = SkipSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        skip_assignment(
            assignment=assignment,
            reason=SkipReason(said.validated_data["reason"]),
            note=said.validated_data["note"],
            by=person_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class Release(APIView):
    def post(self, request: Request, uuid: UUID) -> Response:
        release_assignment(assignment=assignment_of(request, uuid), by=person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
