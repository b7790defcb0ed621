"""After an item of training: what is right, and why."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.person import person_of, turn_of
from annotate.people_errors import NothingTold
from annotate.selectors.gold import told_result
from commons.models import Scope


class RightOrder(APIView):
    required_scope = Scope.WORK

    @schema.told
    def get(self, request: Request, uuid: UUID) -> Response:
        """Nothing of what checks a person in silence, nor of a test."""
        found = told_result(person_of(request), turn_of(request, uuid).pk)
        if found is None:
            raise NothingTold
        return Response(
            {
                "agreed": found.agreed,
                "compared": found.compared,
                "tiers": found.gold.answer.tiers,
                "unrankable": found.gold.answer.unrankable,
                "explanation": found.gold.explanation,
            }
        )
