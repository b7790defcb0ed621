"""Machines that judge, for programs of a campaign's leads: set one up, read items, hand in."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import machine_schema as schema
from annotate.api.machine_serializers import (
    NewMachineSerializer,
    SaidSerializer,
    ShareSerializer,
)
from annotate.api.person import key_of, person_of, token_of
from annotate.enums import MachineWay, Taken
from annotate.errors import ItemNotForMachine, NotAllowed, NotItsProgram
from annotate.models import MachineJudge, MachineVerdict, Task
from annotate.selectors.campaign import campaigns_led_by, campaigns_of
from annotate.selectors.machine import (
    MachineItem,
    items_for,
    machines_led_by,
    silences_of,
)
from annotate.services.access import note_look
from annotate.services.machine import (
    add_machine,
    change_share,
    keep_verdict,
    start_machine,
    stop_machine,
)
from commons.models import Scope
from commons.pagination import NewestFirst
from commons.shapes import uuid_in


class Machines(APIView):
    """Those of a campaign; for its leads."""

    required_scope = Scope.READ
    writing_scope = Scope.MANAGE

    @schema.machines
    def get(self, request: Request, uuid: UUID) -> Response:
        """The machines of a campaign that you lead, the newest first."""
        person = person_of(request)
        campaign = get_object_or_404(campaigns_led_by(person), uuid=uuid)
        pages = NewestFirst()
        found = machines_led_by(person).filter(campaign=campaign)
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response([shown_machine(each) for each in page])

    @schema.add
    def post(self, request: Request, uuid: UUID) -> Response:
        """Set up a machine of which your program hands in what it says."""
        person = person_of(request)
        campaign = get_object_or_404(campaigns_of(person), uuid=uuid)
        if not campaigns_led_by(person).filter(pk=campaign.pk).exists():
            raise NotAllowed("Only its leads set up a machine in a campaign; ask one of them.")
        sent = NewMachineSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        judge = add_machine(
            campaign=campaign,
            name=said["name"],
            way=MachineWay.PROGRAM,
            share=said["share"],
            by=person,
            setup=said["made_of"],
        )
        return Response(shown_machine(judge), status=status.HTTP_201_CREATED)


class OneMachine(APIView):
    required_scope = Scope.READ
    writing_scope = Scope.MANAGE

    @schema.machine
    def get(self, request: Request, uuid: UUID) -> Response:
        """One machine, and how much it has judged."""
        return Response(shown_machine(machine_of(request, uuid)))

    @schema.change
    def patch(self, request: Request, uuid: UUID) -> Response:
        """Change its share, stop it, or start it again."""
        judge, by = machine_of(request, uuid), person_of(request)
        sent = ShareSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        if "share" in said:
            change_share(judge=judge, share=said["share"], by=by)
        if "stopped" in said:
            (stop_machine if said["stopped"] else start_machine)(judge=judge, by=by)
        return Response(shown_machine(machine_of(request, uuid)))


class ItemsOfMachine(APIView):
    """Texts go out here: as where something is brought in, the token must let it."""

    required_scope = Scope.MANAGE

    @schema.items
    def get(self, request: Request, uuid: UUID) -> Response:
        """Items of its share that it has said nothing of."""
        judge = machine_of(request, uuid)
        found = items_for(judge, after=_after(request))
        note_look(
            by=person_of(request),
            taken=Taken.ITEMS,
            subjects=[request.path],
            campaigns=[judge.campaign],
            part="items_of_machine",
            token=token_of(request),
        )
        return Response({"items": [shown_item(each) for each in found.items], "after": found.after})


class JudgementsOfMachine(APIView):
    required_scope = Scope.MANAGE

    @schema.judge
    def post(self, request: Request, uuid: UUID) -> Response:
        """Hand in what it said of one item."""
        judge = machine_of(request, uuid)
        if judge.way != MachineWay.PROGRAM:
            raise NotItsProgram
        sent = SaidSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        key = key_of(request, sent.validated_data["key"])
        item = sent.validated_data["item"]
        task = Task.objects.filter(uuid=item, campaign=judge.campaign_id).first()
        if task is None:
            raise ItemNotForMachine
        kept = keep_verdict(judge=judge, task=task, said=sent.said(), key=key)
        return Response(shown_verdict(kept), status=status.HTTP_201_CREATED)


def machine_of(request: Request, uuid: UUID) -> MachineJudge:
    """A machine of a campaign that this person leads; any other is not found."""
    return get_object_or_404(machines_led_by(person_of(request)), uuid=uuid)


def _after(request: Request) -> UUID | None:
    said = request.query_params.get("after")
    if said is None:
        return None
    named = uuid_in(said)
    if named is None:
        raise ValidationError({"after": "Send what the page before gave as `after`."})
    return named


def shown_machine(judge: MachineJudge) -> dict[str, object]:
    return {
        "id": str(judge.uuid),
        "name": judge.name,
        "campaign": {"id": str(judge.campaign.uuid), "name": judge.campaign.name},
        "way": judge.way,
        "share": judge.share,
        "made_of": judge.setup,
        "stopped_at": judge.stopped_at,
        "ended_at": judge.ended_at,
        "judged": judge.verdicts.filter(silence="").count(),
        "silent": silences_of(judge),
    }


def shown_item(item: MachineItem) -> dict[str, object]:
    prompt = item.task.prompt
    return {
        "id": str(item.task.uuid),
        "messages": prompt.messages,
        "tools": prompt.tools,
        "skill": prompt.skill,
        "language": prompt.language,
        "answers": [{"id": each.id, "messages": each.messages} for each in item.answers],
        "orders": item.orders,
    }


def shown_verdict(verdict: MachineVerdict) -> dict[str, object]:
    return {
        "id": str(verdict.uuid),
        "item": str(verdict.task.uuid),
        "tiers": verdict.ranking.tiers if verdict.ranking else None,
        "silence": verdict.silence,
        "created_at": verdict.created_at,
    }
