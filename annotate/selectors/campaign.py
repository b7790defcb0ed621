"""Which campaigns a person may see, and in which role."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotate.enums import CampaignState, Role
from annotate.models import Acknowledgement, Campaign, Instructions, Membership, Task
from commons.models import User

LOOKS_THROUGH = (Role.REVIEWER, Role.LEAD)
RANK_OF_ROLE = {Role.ANNOTATOR: 0, Role.REVIEWER: 1, Role.LEAD: 2}


def campaigns_of(user: User) -> QuerySet[Campaign]:
    """The campaigns a person is an active member of; an admin sees all."""
    if user.is_superuser:
        return Campaign.objects.order_by("name")
    return Campaign.objects.filter(memberships__person=user, memberships__active=True).order_by(
        "name"
    )


def campaigns_led_by(user: User) -> QuerySet[Campaign]:
    """The campaigns whose numbers, people and datasets a person may see and change."""
    if user.is_superuser:
        return Campaign.objects.order_by("name")
    return Campaign.objects.filter(
        memberships__person=user, memberships__active=True, memberships__role=Role.LEAD
    ).order_by("name")


def campaigns_looked_through_by(user: User) -> QuerySet[Campaign]:
    """The campaigns in which a person leads or reviews, the newest first."""
    if user.is_superuser:
        return Campaign.objects.order_by("-pk")
    return Campaign.objects.filter(
        memberships__person=user, memberships__active=True, memberships__role__in=LOOKS_THROUGH
    ).order_by("-pk")


def leads_anything(user: User) -> bool:
    return user.is_superuser or campaigns_led_by(user).exists()


def may_create_campaigns(user: User) -> bool:
    """Who leads a campaign may begin another; for a first one an admin gives the permission."""
    granted = User.objects.with_perm("annotate.add_campaign")
    leads = Membership.objects.filter(active=True, role=Role.LEAD)
    may = Q(pk__in=granted.values("pk")) | Q(Exists(leads.filter(person=OuterRef("pk"))))
    return User.objects.filter(may, pk=user.pk).exists()


def membership_of(user: User, campaign: Campaign) -> Membership | None:
    return Membership.objects.filter(campaign=campaign, person=user, active=True).first()


def kinds_with_tasks(campaign: Campaign) -> set[str]:
    """The kinds of work of which there are tasks."""
    tasks = Task.objects.filter(campaign=campaign, kind=OuterRef("kind"))
    return set(campaign.works.filter(Exists(tasks)).values_list("kind", flat=True))


def skill_of_unnamed(campaign: Campaign) -> str:
    """What a prompt asks for that names no skill: the campaign's, where it has just one."""
    return str(campaign.skills[0]) if len(campaign.skills) == 1 else ""


def current_instructions(campaign: Campaign) -> Instructions | None:
    """The newest version of the guideline, None while there is none."""
    return campaign.instructions.order_by("-version").first()


def unacknowledged_instructions(user: User) -> list[Instructions]:
    """The newest guidelines of a person's running campaigns that they have not yet accepted."""
    running = Campaign.objects.filter(
        state=CampaignState.RUNNING, memberships__person=user, memberships__active=True
    )
    newest: dict[int, Instructions] = {}
    for instructions in Instructions.objects.filter(campaign__in=running).select_related(
        "campaign"
    ):
        known = newest.get(instructions.campaign_id)
        if known is None or known.version < instructions.version:
            newest[instructions.campaign_id] = instructions
    accepted = set(
        Acknowledgement.objects.filter(person=user, instructions__in=newest.values()).values_list(
            "instructions_id", flat=True
        )
    )
    return [found for found in newest.values() if found.pk not in accepted]


def visible_campaign_filter(user: User, path: str = "campaign") -> Q:
    """The rows whose campaign the person leads; for selectors of other stages."""
    return Q() if user.is_superuser else Q(**{f"{path}__in": campaigns_led_by(user)})


def leads_of_all(campaigns: Iterable[Campaign]) -> list[int]:
    """Primary keys of the people who lead every one of these campaigns."""
    pks = {campaign.pk for campaign in campaigns}
    leads = Membership.objects.filter(campaign__in=pks, active=True, role=Role.LEAD)
    counted = leads.order_by().values("person").annotate(led=Count("campaign", distinct=True))
    return [row["person"] for row in counted.filter(led=len(pks))] if pks else []
