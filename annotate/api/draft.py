"""What a person has typed so far."""

from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.person import person_of, turn_of
from annotate.api.serializers import DraftSerializer, shown_draft
from annotate.services.draft import save_draft
from commons.models import Scope


class OneDraft(APIView):
    required_scope = Scope.WORK

    @schema.draft
    def get(self, request: Request, uuid: UUID) -> Response:
        """What was kept last."""
        draft = getattr(turn_of(request, uuid), "draft", None)
        if draft is None:
            raise NotFound("Nothing has been kept for this item yet.")
        return Response(shown_draft(draft))

    @schema.keep_draft
    def put(self, request: Request, uuid: UUID) -> Response:
        """Keep a draft made from ``version``. 409 brings the other text and its version."""
        assignment = turn_of(request, uuid)
        sent = DraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        draft = save_draft(
            assignment=assignment,
            body=sent.validated_data["content"],
            version=sent.validated_data["version"],
            by=person_of(request),
        )
        return Response({"version": draft.version, "saved_at": draft.saved_at})
