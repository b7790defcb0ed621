"""Who sees whom, in one place: pages, API and files ask here and nowhere else.

A lead of a team sees its people in the campaigns in which it has a part; a lead of a campaign, the
people of that campaign in whichever team; an admin, everybody. Nobody else sees anybody by a team.
What people wrote is for the leads of the campaign, and for the team's where those let them.
"""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotate.enums import CampaignState, Role
from annotate.models import Campaign, Invitation, Membership, Team, TeamLead, TeamPart
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import good_invitations
from commons.models import User


def teams_led_by(user: User) -> QuerySet[Team]:
    """Those whose lead a person is; an admin acts for every one."""
    if user.is_superuser:
        return Team.objects.order_by("name")
    return Team.objects.filter(leads__person=user).order_by("name")


def leads_a_team(user: User) -> bool:
    return TeamLead.objects.filter(person=user).exists()


def teams_governed_by(user: User) -> QuerySet[Team]:
    """Those whose name and leads a person decides: by leading every campaign in which the team has
    a part. Whoever led only some would make somebody see people of a campaign that is not theirs.
    """
    if user.is_superuser:
        return Team.objects.order_by("name")
    parts = TeamPart.objects.filter(team=OuterRef("pk"))
    led = campaigns_led_by(user).values("pk")
    is_theirs = Q(Exists(parts)) & ~Q(Exists(parts.exclude(campaign__in=led)))
    made = ~Q(Exists(parts)) & Q(made_by=user)
    return Team.objects.filter(is_theirs | made).order_by("name")


def parts_seen_by(user: User) -> QuerySet[TeamPart]:
    """The parts that teams have in campaigns, as far as one may know of them."""
    found = TeamPart.objects.select_related("team", "campaign").order_by(
        "campaign__name", "team__name"
    )
    if user.is_superuser:
        return found
    led = campaigns_led_by(user).values("pk")
    return found.filter(Q(campaign__in=led) | Q(team__in=teams_led_by(user).values("pk")))


def parts_led_by(user: User) -> QuerySet[TeamPart]:
    """Those whose terms a person sets: the leads of the campaign alone."""
    return parts_seen_by(user).filter(campaign__in=campaigns_led_by(user).values("pk"))


def teams_seen_by(user: User) -> QuerySet[Team]:
    seen = parts_seen_by(user).order_by().values("team")
    led, governed = teams_led_by(user).values("pk"), teams_governed_by(user).values("pk")
    return Team.objects.filter(Q(pk__in=seen) | Q(pk__in=led) | Q(pk__in=governed)).order_by("name")


def sees_teams(user: User) -> bool:
    """Whether there is anything for a person on the page of teams."""
    return teams_seen_by(user).exists()


def mates_seen_by(user: User) -> QuerySet[Membership]:
    """Who works for a team, campaign by campaign, as far as one may know of them."""
    parts = parts_seen_by(user).order_by()
    here = parts.filter(team=OuterRef("team"), campaign=OuterRef("campaign"))
    mates = Membership.objects.filter(Exists(here), team__isnull=False)
    return mates.select_related("person", "campaign", "team").order_by(
        "-active", "person__username", "campaign__name"
    )


def mates_led_by(user: User) -> QuerySet[Membership]:
    """Those whom a lead of their team may pause and take out, while it has its part. Whoever leads
    the campaign is above them, and whoever leads the team does not decide over themselves."""
    open_parts = TeamPart.objects.filter(
        team=OuterRef("team"), campaign=OuterRef("campaign"), ended_at__isnull=True
    )
    mine = mates_seen_by(user).filter(Exists(open_parts), team__in=teams_led_by(user).values("pk"))
    return mine.exclude(role=Role.LEAD).exclude(person=user)


def texts_read_by(user: User) -> QuerySet[Membership]:
    """Whose words one may read."""
    mates = mates_seen_by(user)
    if user.is_superuser:
        return mates
    open_parts = TeamPart.objects.filter(
        team=OuterRef("team"),
        campaign=OuterRef("campaign"),
        reads_texts=True,
        ended_at__isnull=True,
    )
    led = campaigns_led_by(user).values("pk")
    by_team = Q(team__in=teams_led_by(user).values("pk")) & Q(Exists(open_parts))
    return mates.filter(Q(campaign__in=led) | by_team)


def teams_worked_for(user: User) -> QuerySet[Membership]:
    """For whom a person works or worked, and whether what they write may be read there."""
    mine = Membership.objects.filter(person=user, team__isnull=False)
    parts = TeamPart.objects.filter(
        team=OuterRef("team"), campaign=OuterRef("campaign"), reads_texts=True
    )
    found = mine.annotate(is_read=Exists(parts.filter(ended_at__isnull=True)))
    return found.select_related("campaign", "team").order_by("campaign__name")


def parts_that_invite(user: User) -> QuerySet[TeamPart]:
    """Into which campaigns a person may bring people for a team by a link."""
    found = parts_seen_by(user).filter(ended_at__isnull=True)
    return found.exclude(campaign__state=CampaignState.CLOSED)


def team_links_seen_by(user: User) -> QuerySet[Invitation]:
    """The good links by which people come to a team; who may see one may revoke it."""
    parts = parts_seen_by(user).order_by()
    here = parts.filter(team=OuterRef("team"), campaign=OuterRef("campaign"))
    found = good_invitations().filter(Exists(here), team__isnull=False)
    return found.select_related("campaign", "team", "made_by").order_by("-created_at", "-pk")


def parts_of_campaign(campaign: Campaign) -> QuerySet[TeamPart]:
    found = TeamPart.objects.filter(campaign=campaign).select_related("team", "campaign")
    return found.order_by(F("ended_at").asc(nulls_first=True), "team__name")


def teams_to_add(campaign: Campaign, user: User) -> QuerySet[Team]:
    """Those a person governs that have no part in the campaign, or none any more."""
    here = TeamPart.objects.filter(team=OuterRef("pk"), campaign=campaign, ended_at__isnull=True)
    return teams_governed_by(user).filter(~Exists(here))


def team_in(campaign: Campaign, people: Collection[int] | None = None) -> dict[int, Team]:
    """For which team each person is in a campaign, by the primary key of their account."""
    mine = Membership.objects.filter(campaign=campaign, team__isnull=False).select_related("team")
    if people is not None:
        mine = mine.filter(person__in=people)
    return {each.person_id: each.team for each in mine if each.team is not None}
