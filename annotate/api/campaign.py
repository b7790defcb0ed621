"""Campaigns that a person is in: their list, and one with its guideline and its kinds of work."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import schema
from annotate.api.person import person_of
from annotate.models import Acknowledgement, Campaign, CampaignWork
from annotate.selectors.campaign import campaigns_of, current_instructions, membership_of
from commons.models import Scope, User
from commons.pagination import NewestFirst


class Campaigns(APIView):
    required_scope = Scope.READ

    @schema.campaigns
    def get(self, request: Request) -> Response:
        """The campaigns that you are a member of, the newest first."""
        pages = NewestFirst()
        page = pages.paginate_queryset(campaigns_of(person_of(request)), request, view=self)
        return pages.get_paginated_response([listed_campaign(each) for each in page])


class OneCampaign(APIView):
    required_scope = Scope.READ

    @schema.campaign
    def get(self, request: Request, uuid: UUID) -> Response:
        """One campaign: your role, its newest guideline, and what it asks for."""
        person = person_of(request)
        return Response(shown_campaign(get_object_or_404(campaigns_of(person), uuid=uuid), person))


def listed_campaign(campaign: Campaign) -> dict[str, object]:
    return {
        "id": str(campaign.uuid),
        "name": campaign.name,
        "summary": campaign.summary,
        "state": campaign.state,
    }


def shown_campaign(campaign: Campaign, person: User) -> dict[str, object]:
    membership = membership_of(person, campaign)
    return listed_campaign(campaign) | {
        "role": membership and membership.role,
        "guideline": shown_guideline(campaign, person),
        "works": [shown_work(work) for work in campaign.works.order_by("kind")],
    }


def shown_guideline(campaign: Campaign, person: User) -> dict[str, object] | None:
    newest = current_instructions(campaign)
    if newest is None:
        return None
    accepted = Acknowledgement.objects.filter(person=person, instructions=newest).exists()
    return {"version": newest.version, "text": newest.guideline, "accepted": accepted}


def shown_work(work: CampaignWork) -> dict[str, object]:
    """What a member may know. Which items are asked twice by chance is not among it: whoever knew
    would judge them otherwise."""
    return {
        "kind": work.kind,
        "wanted": work.wanted,
        "answers": work.answers,
        "strengths": work.strengths,
        "lease_minutes": work.lease_minutes,
        "edit_minutes": work.edit_minutes,
    }
