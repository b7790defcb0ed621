"""Links by which people come into a campaign, and the team that they come into."""

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from annotate.enums import CampaignState, Facet, LanePurpose, Role
from annotate.models import Campaign, Competence, Invitation, Lane, Membership
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.lane import is_held_now
from commons.models import User
from commons.tokens import digest_of

GRANTED = (Facet.SKILL, Facet.LANGUAGE)  # a clearance or a duty is an admin's to give


def invitation_behind(token: str) -> Invitation | None:
    """The invitation whose link this is, be it good still or not."""
    found = Invitation.objects.select_related("campaign", "made_by", "team")
    return found.filter(digest=digest_of(token)).first()


def good_invitations() -> QuerySet[Invitation]:
    """Those that let somebody in just now."""
    good = Invitation.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    return good.filter(taken__lt=F("places")).exclude(campaign__state=CampaignState.CLOSED)


def invitations_of(campaign: Campaign) -> QuerySet[Invitation]:
    """The good ones of a campaign, the newest first."""
    mine = good_invitations().filter(campaign=campaign).select_related("made_by", "team")
    return mine.order_by("-created_at", "-pk")


def invitations_led_by(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(visible_campaign_filter(user)).select_related("campaign")


def members_of(campaign: Campaign) -> QuerySet[Membership]:
    """The team with the skills and languages of each; those who were taken out come last."""
    held = Competence.objects.filter(is_held_now(), facet__in=GRANTED)
    known = held.order_by("facet", "value")
    team = campaign.memberships.select_related("person", "team").prefetch_related(
        Prefetch("person__competences", queryset=known, to_attr="known")
    )
    return team.order_by("-active", "person__username")


def other_leads(membership: Membership) -> QuerySet[Membership]:
    """Who would still lead the campaign without this person."""
    leads = Membership.objects.filter(
        campaign=membership.campaign_id, role=Role.LEAD, active=True, person__is_active=True
    )
    return leads.exclude(pk=membership.pk)


def fields_of_work(campaign: Campaign) -> dict[Facet, list[str]]:
    """The skills and languages that the campaign's items ask for, and the skills it names."""
    lanes = Lane.objects.filter(campaign=campaign, purpose=LanePurpose.WORK).order_by()
    skills = lanes.exclude(skill="").values_list("skill", flat=True).distinct()
    languages = lanes.filter(~Q(language="")).values_list("language", flat=True).distinct()
    return {Facet.SKILL: sorted({*campaign.skills, *skills}), Facet.LANGUAGE: sorted(languages)}
