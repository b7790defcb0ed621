"""The datasets of one cycle, which is named as people and programs name it."""

from uuid import UUID

from django.db.models import Q

from commons.shapes import uuid_in
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep
from rewards.services.datasets import ever_asked_for


def datasets_of_cycle(said: str) -> list[UUID] | None:
    """The public ids of all datasets that a cycle asked for, those that it left included:
    ``SNAPSHOT_CYCLES`` names this. None where there is no such cycle."""
    cycle = cycle_said(said)
    if cycle is None:
        return None
    steps = CycleStep.objects.filter(cycle=cycle, stage=Stage.FREEZING)
    return [snapshot for step in steps for snapshot in ever_asked_for(step)]


def cycle_said(said: str) -> Cycle | None:
    """By its id, as notices have it, or by TRACK/NUMBER; the track by name or by id."""
    uuid = uuid_in(said)
    if uuid is not None:
        return Cycle.objects.filter(uuid=uuid).first()
    track, _slash, number = said.rpartition("/")
    if not (number.isascii() and number.isdigit()):
        return None
    which = Q(track__name=track)
    if of := uuid_in(track):
        which |= Q(track__uuid=of)
    return Cycle.objects.filter(which, number=int(number)).first()
