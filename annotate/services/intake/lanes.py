"""The lanes that new tasks are appended to, each by one arrival more."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from annotate.enums import LanePurpose
from annotate.models import CampaignWork, Lane
from annotate.services.queue.places import arrival


class LaneName(NamedTuple):
    """What tells one common lane of a kind of work from another."""

    skill: str
    language: str
    clearance: str
    pool: str
    band: int


def append_to_lanes(*, work: CampaignWork, names: set[LaneName]) -> tuple[dict[LaneName, int], int]:
    """The ids of these lanes, made where they were not there, and the number of this arrival.

    The number is above every earlier one of each of them, so that places only append. Call
    inside the transaction that makes the tasks: the lanes are locked, in one order.
    """
    there = _named(work)
    Lane.objects.bulk_create(
        (
            Lane(campaign_id=work.campaign_id, kind=work.kind, **name._asdict())
            for name in sorted(names - there.keys())
        ),
        ignore_conflicts=True,
    )
    lanes = {name: pk for name, pk in _named(work).items() if name in names}
    found = Lane.objects.filter(pk__in=lanes.values()).order_by("pk")
    locked = found.select_for_update(no_key=True)  # a turn may name its lane meanwhile
    number = arrival(timezone.now(), last=max((lane.batch for lane in locked), default=0))
    found.update(batch=number)
    return lanes, number


def _named(work: CampaignWork) -> dict[LaneName, int]:
    found = _common(work).values_list("pk", *LaneName._fields)
    return {LaneName(*name): pk for pk, *name in found}


def _common(work: CampaignWork) -> QuerySet[Lane]:
    return Lane.objects.filter(
        campaign=work.campaign_id,
        kind=work.kind,
        purpose=LanePurpose.WORK,
        reserved_for__isnull=True,
    )
