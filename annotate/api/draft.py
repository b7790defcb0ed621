"""What a person has typed so far."""

from uuid import UUID

from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.person import assignment_of, person_of
from annotate.api.serializers import DraftSerializer, shown_draft
from annotate.errors import DraftConflict
from annotate.services.draft import save_draft
from commons.problems import problem


class OneDraft(APIView):
    def get(self, request: Request, uuid: UUID) -> Response:
        draft = getattr(assignment_of(request, uuid), "draft", None)
        if draft is None:
            raise NotFound("Nothing has been kept for this item yet.")
        return Response(shown_draft(draft))

    def put(self, request: Request, uuid: UUID) -> Response:
        """Keep a draft made from ``version``. 409 brings the other text and its version."""
        assignment = assignment_of(request, uuid)
        sent = DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            draft = save_draft(
                assignment=assignment,
                body=sent.validated_data["content"],
                version=sent.validated_data["version"],
                by=person_of(request),
            )
        except DraftConflict as conflict:
            return _conflict(conflict)
        return Response({"version": draft.version, "saved_at": draft.saved_at})


def _conflict(conflict: DraftConflict) -> Response:
    answer = problem(status=status.HTTP_409_CONFLICT, kind="draft-conflict", detail=str(conflict))
    answer.data |= {"version": conflict.version, "content": conflict.theirs, "saved_at": None}
    return answer
