"""Campaigns, their teams and their guidelines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from annotate.enums import CampaignState, Facet, Kind, Pool, Role
from annotate.errors import CampaignNotReady
from annotate.models import (
    Acknowledgement,
    Campaign,
    CampaignWork,
    Competence,
    Instructions,
    Membership,
)
from commons.audit import record
from commons.models import User


@dataclass(frozen=True)
class Work:
    """What a campaign asks for of one kind."""

    kind: Kind
    wanted: int = 1
    answers: int = 4
    strengths: bool = True
    lease_minutes: int = 60


@transaction.atomic
def create_campaign(
    *, name: str, works: Sequence[Work], by: User | None, summary: str = ""
) -> Campaign:
    """Make a campaign in draft; whoever makes it leads it."""
    campaign = Campaign.objects.create(name=name, summary=summary, created_by=by)
    CampaignWork.objects.bulk_create(
        CampaignWork(
            campaign=campaign,
            kind=work.kind,
            wanted=work.wanted,
            answers=work.answers,
            strengths=work.strengths,
            lease_minutes=work.lease_minutes,
        )
        for work in works
    )
    if by is not None:
        add_member(campaign=campaign, person=by, role=Role.LEAD, by=by)
    record(actor=by, verb="campaign.created", subject=campaign, name=name)
    return campaign


@transaction.atomic
def add_member(
    *, campaign: Campaign, person: User, role: Role, by: User | None, pool: Pool = Pool.OPEN
) -> Membership:
    """Give a person a role in a campaign, or change the one they have."""
    membership, _ = Membership.objects.update_or_create(
        campaign=campaign, person=person, defaults={"role": role, "pool": pool, "active": True}
    )
    record(actor=by, verb="campaign.member", subject=campaign, person=str(person.uuid), role=role)
    return membership


def grant_competence(*, person: User, facet: Facet, values: Sequence[str]) -> None:
    """Let a person work on prompts of these skills, languages or clearances."""
    Competence.objects.bulk_create(
        (Competence(person=person, facet=facet, value=value) for value in values),
        ignore_conflicts=True,
    )


@transaction.atomic
def publish_instructions(
    *, campaign: Campaign, guideline: str, by: User | None, form: dict[str, object] | None = None
) -> Instructions:
    """Add the next version of a campaign's guideline; judgements made before keep theirs."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # two leads get two versions
    last = campaign.instructions.aggregate(last=Max("version"))["last"] or 0
    instructions = Instructions.objects.create(
        campaign=campaign, version=last + 1, guideline=guideline, form=form or {}, created_by=by
    )
    record(actor=by, verb="instructions.published", subject=instructions, version=last + 1)
    return instructions


def acknowledge_instructions(*, instructions: Instructions, by: User) -> None:
    """Note that a person has read this version and accepts it."""
    Acknowledgement.objects.get_or_create(person=by, instructions=instructions)


@transaction.atomic
def change_campaign_state(*, campaign: Campaign, to: CampaignState, by: User | None) -> None:
    """Start, pause or close a campaign. A closed one stays closed."""
    changed = (
        Campaign.objects.filter(pk=campaign.pk).exclude(state=CampaignState.CLOSED).update(state=to)
    )
    if not changed:
        raise CampaignNotReady(f"“{campaign}” is closed; make a new campaign instead.")
    campaign.refresh_from_db()
    record(actor=by, verb=f"campaign.{to}", subject=campaign)
