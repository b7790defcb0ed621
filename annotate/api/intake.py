"""Prompts and candidates by the thousand, in one request, with what became of each row."""

from collections.abc import Mapping
from typing import IO, Any, Protocol
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.intake_serializers import RowsSerializer
from annotate.api.person import key_of, person_of
from annotate.errors import NotAllowed
from annotate.importing.rows import json_in
from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by, campaigns_of
from annotate.services.intake.requests import Told, take_in_candidates, take_in_prompts
from commons.bodies import BodyIsNoJson, BodyTooLarge, JsonBody
from commons.models import Scope, User


class RowsBody(JsonBody):
    """A larger body. Half a surrogate pair or too deep a nest is one row's error, not that of all.

    Nothing but rows is walked here or behind, so the rest may be as deep as the parser lets it.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        most = settings.API_BULK_BODY
        body = stream.read(most + 1)
        if len(body) > most:
            raise BodyTooLarge(most)
        try:
            return json_in(body)
        except (ValueError, RecursionError) as broken:
            raise BodyIsNoJson(str(broken)) from broken


class TakeIn(Protocol):
    def __call__(
        self, *, campaign: Campaign, rows: list[object], by: User, name: str, key: UUID | None
    ) -> Told: ...


class Bulk(APIView):
    """Rows for a campaign that the person leads; the same key finds what the first time made."""

    required_scope = Scope.MANAGE
    parser_classes = [RowsBody]

    def take(self, request: Request, uuid: UUID, take_in: TakeIn) -> Response:
        person = person_of(request)
        campaign = get_object_or_404(campaigns_of(person), uuid=uuid)
        if not campaigns_led_by(person).filter(pk=campaign.pk).exists():
            raise NotAllowed("Only its leads bring something into a campaign; ask one of them.")
        sent = RowsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        key = key_of(request, said["key"])
        report = take_in(
            campaign=campaign, rows=said["rows"], by=person, name=said["name"], key=key
        )
        return Response(report)


class BulkPrompts(Bulk):
    @schema.prompts
    def post(self, request: Request, uuid: UUID) -> Response:
        """Bring prompts in, with candidates or without."""
        return self.take(request, uuid, take_in_prompts)


class BulkCandidates(Bulk):
    @schema.candidates
    def post(self, request: Request, uuid: UUID) -> Response:
        """Bring in further candidates of prompts that are there."""
        return self.take(request, uuid, take_in_candidates)
