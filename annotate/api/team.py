"""Teams: their numbers for their leads and for those of their campaigns, who also set quotas."""

from dataclasses import replace
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import team_schema as schema
from annotate.api.person import person_of, token_of
from annotate.api.team_serializers import QuotaSerializer
from annotate.enums import Taken
from annotate.errors import NotAllowed
from annotate.models import Campaign, Team, TeamPart
from annotate.selectors.mate import Mate, mates_in_numbers
from annotate.selectors.quota import Pace, pace_of, paces_of
from annotate.selectors.team import mates_seen_by, parts_led_by, parts_seen_by, teams_seen_by
from annotate.services.access import note_look
from annotate.services.quota import set_terms, terms_of
from commons.models import Scope
from commons.pagination import NewestFirst


class Teams(APIView):
    required_scope = Scope.READ

    @schema.teams
    def get(self, request: Request) -> Response:
        """The teams that you see, the newest first."""
        pages = NewestFirst()
        page = pages.paginate_queryset(teams_seen_by(person_of(request)), request, view=self)
        return pages.get_paginated_response([listed_team(each) for each in page])


class OneTeam(APIView):
    required_scope = Scope.READ

    @schema.team
    def get(self, request: Request, uuid: UUID) -> Response:
        """One team, with its part in each campaign in which you see it."""
        person = person_of(request)
        found = get_object_or_404(teams_seen_by(person), uuid=uuid)
        paces = paces_of(parts_seen_by(person).filter(team=found))
        return Response(listed_team(found) | {"parts": [shown_pace(each) for each in paces]})


class PeopleOfTeam(APIView):
    required_scope = Scope.READ

    @schema.people
    def get(self, request: Request, uuid: UUID) -> Response:
        """Its people, as far as you see them."""
        person = person_of(request)
        found = get_object_or_404(teams_seen_by(person), uuid=uuid)
        mates = mates_in_numbers(mates_seen_by(person).filter(team=found))
        note_look(
            by=person,
            taken=Taken.MANY,
            subjects=[request.path],
            campaigns=[each.membership.campaign for each in mates],
            part="people_of_team",
            token=token_of(request),
        )
        return Response({"people": [shown_mate(each) for each in mates]})


class OnePart(APIView):
    required_scope = Scope.READ
    writing_scope = Scope.MANAGE

    @schema.part
    def get(self, request: Request, uuid: UUID) -> Response:
        """How far a team is in a campaign."""
        return Response(shown_part(get_object_or_404(parts_seen_by(person_of(request)), uuid=uuid)))

    @schema.quota
    def patch(self, request: Request, uuid: UUID) -> Response:
        """Ask it for so much."""
        by = person_of(request)
        found = get_object_or_404(parts_seen_by(by), uuid=uuid)
        if not parts_led_by(by).filter(pk=found.pk).exists():
            raise NotAllowed("Only leads of the campaign set what a team is asked for.")
        sent = QuotaSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        set_terms(part=found, terms=replace(terms_of(found), **sent.validated_data), by=by)
        return Response(shown_part(found))


def listed_team(team: Team) -> dict[str, object]:
    return {"id": str(team.uuid), "name": team.name, "is_vendor": team.is_vendor}


def named(campaign: Campaign) -> dict[str, object]:
    return {"id": str(campaign.uuid), "name": campaign.name}


def shown_part(part: TeamPart) -> dict[str, object]:
    return shown_pace(pace_of(part))


def shown_pace(pace: Pace) -> dict[str, object]:
    part = pace.part
    return {
        "id": str(part.uuid),
        "team": listed_team(part.team),
        "campaign": named(part.campaign),
        "per_week": part.per_week,
        "in_all": part.in_all,
        "stops": part.stops,
        "reads_texts": part.reads_texts,
        "ended_at": part.ended_at,
        "items_this_week": pace.this_week,
        "items_in_all": pace.in_all,
        "items_in_hand": pace.in_hand,
        "expected_by_now": pace.expected,
        "reached": pace.is_reached,
    }


def shown_mate(mate: Mate) -> dict[str, object]:
    """Of a person's quality the pages tell, with what must be read beside it."""
    membership = mate.membership
    return {
        "id": str(membership.person.uuid),
        "username": membership.person.username,
        "campaign": named(membership.campaign),
        "active": membership.active,
        "paused": membership.paused,
        "items_this_week": mate.this_week,
        "seconds_this_week": mate.tenths / 10,
        "items_in_all": mate.in_all,
        "last_at": mate.last_at,
    }
