"""Campaigns by their public ids: who leads them, how much came, what is to be ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from annotate.enums import Kind, Taken
from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by as _campaigns_led_by
from annotate.selectors.campaign import current_instructions, leads_of_all
from annotate.selectors.judgement import count_work_since
from annotate.selectors.prompt import fewest_answers
from annotate.services.access import note_access, note_look
from annotate.services.task import open_tasks
from commons.models import User


@dataclass(frozen=True)
class CampaignName:
    id: UUID
    name: str


@dataclass(frozen=True)
class Guideline:
    """A campaign's guideline as Markdown; version 0 is none."""

    version: int
    text: str


def guideline_of(campaign: UUID) -> Guideline:
    """What people in a campaign are told now."""
    newest = current_instructions(Campaign.objects.get(uuid=campaign))
    return Guideline(newest.version, newest.guideline) if newest else Guideline(0, "")


def campaigns_led_by(user: User) -> list[CampaignName]:
    """The campaigns a person leads; everything made from them is theirs to see."""
    return [CampaignName(found.uuid, found.name) for found in _campaigns_led_by(user)]


def campaign_names(ids: Sequence[UUID]) -> list[CampaignName]:
    """The campaigns with these ids, by name; unknown ids are left out."""
    found = Campaign.objects.filter(uuid__in=ids).order_by("name")
    return [CampaignName(each.uuid, each.name) for each in found]


def campaigns_named(names: Sequence[str]) -> list[CampaignName]:
    """The campaigns of these names; unknown names are left out."""
    found = Campaign.objects.filter(name__in=names).order_by("name")
    return [CampaignName(each.uuid, each.name) for each in found]


def campaigns_of_pairs(campaigns: Sequence[UUID]) -> list[CampaignName]:
    """Those of these campaigns whose rankings are of two answers, by name."""
    pairs = Campaign.objects.filter(
        uuid__in=campaigns, works__kind=Kind.RANK, works__answers=2
    ).order_by("name")
    return [CampaignName(each.uuid, each.name) for each in pairs]


def leads_of(campaigns: Sequence[UUID]) -> list[int]:
    """Primary keys of the people who lead all of these campaigns; nobody where one is unknown."""
    found = Campaign.objects.filter(uuid__in=campaigns)
    return leads_of_all(found) if len(found) == len(set(campaigns)) else []


def judgements_since(campaigns: Sequence[UUID], since: datetime | None) -> int:
    """How many judgements that are work came since a moment; all that there are where it is None.

    What was changed since counts as well: it teaches something new.
    """
    return count_work_since(campaigns, since)


def answers_shown(campaigns: Sequence[UUID]) -> int:
    """How many answers a ranking of these campaigns shows at least; 0 where none is ranked."""
    return fewest_answers(campaigns)


def open_new_tasks(campaigns: Sequence[UUID]) -> int:
    """Make the tasks that new candidates allow; say how many."""
    return sum(
        open_tasks(campaign=campaign) for campaign in Campaign.objects.filter(uuid__in=campaigns)
    )


def note_table(*, by: User, subject: str, table: str, rows: int, campaigns: Sequence[UUID]) -> None:
    """Write down, where leads of these campaigns read it, that somebody took a table away."""
    found = Campaign.objects.filter(uuid__in=campaigns)
    note_access(by=by, taken=Taken.TABLE, subject=subject, part=table, rows=rows, campaigns=found)


def note_texts(*, by: User, subject: str, page: str, campaigns: Sequence[UUID]) -> None:
    """The same of a page that quotes what was asked and answered there: once an hour."""
    found = Campaign.objects.filter(uuid__in=campaigns)
    note_look(by=by, taken=Taken.ITEMS, subjects=[subject], part=page, campaigns=found)
