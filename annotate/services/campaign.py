"""Campaigns, their teams and their guidelines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from annotate.enums import AssignmentState, CampaignState, Facet, Kind, Pool, Role
from annotate.errors import CampaignNotReady, GuidelineMoved, NameTaken
from annotate.models import (
    Acknowledgement,
    Assignment,
    Campaign,
    CampaignWork,
    Competence,
    Instructions,
    Membership,
    TeamPart,
)
from annotate.questions import OddQuestions, Questions, questions_of
from annotate.selectors.campaign import current_instructions
from annotate.selectors.lease import live_leases, reserved_turns
from annotate.services.returning import end_turns, end_unseen_turns
from commons.audit import record
from commons.models import User

LEAVES = {  # which states a campaign may leave for this one
    CampaignState.RUNNING: (CampaignState.DRAFT, CampaignState.PAUSED),
    CampaignState.PAUSED: (CampaignState.RUNNING,),
    CampaignState.CLOSED: (CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED),
}


@dataclass(frozen=True)
class Work:
    """What a campaign asks for of one kind, as ``CampaignWork`` keeps it."""

    kind: Kind
    wanted: int = 1
    answers: int = 4
    strengths: bool = True
    lease_minutes: int = 60
    edit_minutes: int = 60
    second_opinion_share: float = 0
    third_below: float | None = None
    stops_when_sure: float | None = None
    second_up_to: float | None = None
    held_out_share: float = 0
    reviewed_share: float = 0
    may_start_from: bool = False
    looks_again: bool = False
    turns: int = 1


@transaction.atomic
def create_campaign(
    *,
    name: str,
    works: Sequence[Work],
    by: User | None,
    summary: str = "",
    skills: Sequence[str] = (),
    uuid: UUID | None = None,
) -> Campaign:
    """Make a campaign in draft; whoever makes it leads it."""
    campaign = Campaign.objects.create(
        uuid=uuid or uuid4(), name=name, summary=summary, skills=list(skills), created_by=by
    )
    CampaignWork.objects.bulk_create(
        CampaignWork(campaign=campaign, **asdict(work)) for work in works
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
    """Let a person work on prompts of these skills, languages or clearances, for good."""
    Competence.objects.bulk_create(
        (Competence(person=person, facet=facet, value=value) for value in sorted(set(values))),
        update_conflicts=True,
        unique_fields=["person", "facet", "value"],
        update_fields=["expires_at"],
    )


@transaction.atomic
def publish_instructions(
    *,
    campaign: Campaign,
    guideline: str,
    by: User | None,
    form: dict[str, object] | None = None,
    seen: int | None = None,
) -> Instructions:
    """Add the next version of a campaign's guideline; judgements made before keep theirs.

    ``form`` is what is asked, as ``annotate.questions`` reads it; without one it stays as it was.
    ``seen`` is the version that it was made from, where a person made it: a newer one of
    somebody else's is not overwritten unread, and the same again makes no second version.
    """
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # two leads get two versions
    newest = current_instructions(campaign)
    last = newest.version if newest else 0
    asked = _checked(form) if form is not None else newest.form if newest else {}
    if seen is not None and newest is not None:
        if newest.guideline == guideline and _asks(newest.form) == _asks(asked):
            return newest
        if last != seen:
            raise GuidelineMoved(version=last)
    instructions = Instructions.objects.create(
        campaign=campaign, version=last + 1, guideline=guideline, form=asked, created_by=by
    )
    record(actor=by, verb="instructions.published", subject=instructions, version=last + 1)
    return instructions


def _asks(form: Mapping[str, object]) -> dict[str, Questions]:
    """What a form asks of each kind of work; one that is older than a sort of question leaves it
    out, and asks the same."""
    return {kind: questions_of(form, kind) for kind in form}


def _checked(form: dict[str, object]) -> dict[str, object]:
    """An odd form would be found out only by whoever is given an item of it."""
    try:
        for kind in form:
            questions_of(form, kind)
    except OddQuestions as odd:
        raise CampaignNotReady(f"Questions: {odd}") from odd
    return form


def acknowledge_instructions(*, instructions: Instructions, by: User) -> None:
    """Note that a person has read this version and accepts it."""
    Acknowledgement.objects.get_or_create(person=by, instructions=instructions)


@transaction.atomic
def change_campaign_state(*, campaign: Campaign, to: CampaignState, by: User | None) -> None:
    """Start, pause or close a campaign. A closed one stays closed.

    Nobody is given new work while it does not run; what people see may still be handed in. What
    was loaded ahead goes back, and from a closed one what was set aside for a named person.
    """
    changed = Campaign.objects.filter(pk=campaign.pk, state__in=LEAVES[to]).update(state=to)
    campaign.refresh_from_db(fields=["state"])
    if not changed and campaign.state == CampaignState.CLOSED:
        said = gettext("“%(name)s” is closed; clone it to go on collecting.")
        raise CampaignNotReady(said % {"name": campaign})
    if not changed:
        state = campaign.get_state_display().lower()
        said = gettext("“%(name)s” is %(state)s by now; nothing was changed.")
        raise CampaignNotReady(said % {"name": campaign, "state": state})
    turns = Assignment.objects.filter(task__campaign=campaign)
    if to != CampaignState.RUNNING:
        end_unseen_turns(turns)
    if to == CampaignState.CLOSED:
        end_turns(turns.filter(state=AssignmentState.RESERVED))
    record(
        actor=by,
        verb=f"campaign.{to}",
        subject=campaign,
        leases=live_leases(campaign).count(),
        reserved=reserved_turns(campaign).count(),
    )


@transaction.atomic
def weigh_campaign(*, campaign: Campaign, weight: int, by: User) -> None:
    """Give a campaign another share of the common queue: twice the weight, twice as often."""
    was = Campaign.objects.select_for_update().get(pk=campaign.pk).weight
    Campaign.objects.filter(pk=campaign.pk).update(weight=weight)
    record(actor=by, verb="campaign.weighed", subject=campaign, was=was, weight=weight)


@transaction.atomic
def clone_campaign(*, campaign: Campaign, name: str, by: User) -> Campaign:
    """Make a draft with the same work, the same active team and the newest guideline, no prompts.

    Whoever clones it leads the new one.
    """
    try:
        with transaction.atomic():
            made = Campaign.objects.create(
                name=name,
                summary=campaign.summary,
                skills=campaign.skills,
                weight=campaign.weight,
                held_out_at_least=campaign.held_out_at_least,
                held_out_at_most=campaign.held_out_at_most,
                created_by=by,
            )
    except IntegrityError as taken:
        raise NameTaken(name) from taken
    works = list(campaign.works.all())
    CampaignWork.objects.bulk_create(
        CampaignWork(
            campaign=made, **{each.name: getattr(work, each.name) for each in fields(Work)}
        )
        for work in works
    )
    members = list(campaign.memberships.filter(active=True).exclude(person=by))
    Membership.objects.bulk_create(
        Membership(
            campaign=made,
            person_id=each.person_id,
            role=each.role,
            pool=each.pool,
            team_id=each.team_id,
        )
        for each in members
    )
    _clone_parts(campaign, made, by)
    add_member(campaign=made, person=by, role=Role.LEAD, by=by)
    if newest := current_instructions(campaign):
        publish_instructions(campaign=made, guideline=newest.guideline, by=by, form=newest.form)
    record(
        actor=by,
        verb="campaign.cloned",
        subject=made,
        of=str(campaign.uuid),
        works=len(works),
        members=len(members) + 1,
        instructions=newest.version if newest else None,
    )
    return made


def _clone_parts(campaign: Campaign, made: Campaign, by: User) -> None:
    """Each team that is in goes on under the same terms; what it did is not the new one's."""
    terms = ("team_id", "per_week", "in_all", "stops", "reads_texts", "skills", "languages")
    TeamPart.objects.bulk_create(
        TeamPart(campaign=made, added_by=by, **{name: getattr(part, name) for name in terms})
        for part in campaign.team_parts.filter(ended_at__isnull=True)
    )
