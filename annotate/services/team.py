"""A team is made, given a part in campaigns, led, and left.

make_team -> add_part -> people join by links (services.invitation), or put_in_team
          -> name_lead, drop_lead; pause_mate, lift_mate, offboard_mate; end_part
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.enums import Appeal, PauseCause, Pool, Role
from annotate.errors.team import NobodyCalledSo, NoPart, TeamNameTaken
from annotate.models import (
    Campaign,
    Invitation,
    Membership,
    Pause,
    Team,
    TeamLead,
    TeamPart,
)
from annotate.selectors.pause import BY_TEAM, standing_of
from annotate.services.member import change_member
from annotate.services.pause import decide_pause, pause_member
from annotate.services.quota import Terms, count_quotas, recount
from commons.audit import record
from commons.models import User


@transaction.atomic
def make_team(*, name: str, is_vendor: bool, by: User) -> Team:
    """Nobody is in it, and it has no part in anything, until somebody says so."""
    try:
        with transaction.atomic():
            team = Team.objects.create(name=name, is_vendor=is_vendor, made_by=by)
    except IntegrityError as taken:
        raise TeamNameTaken(name) from taken
    record(actor=by, verb="team.made", subject=team, name=name, is_vendor=is_vendor)
    return team


@transaction.atomic
def add_part(*, team: Team, campaign: Campaign, by: User, terms: Terms | None = None) -> TeamPart:
    """Let a team work in a campaign, or again. Said twice, it is said once."""
    columns = (terms or Terms()).columns() | {"ended_at": None}
    part, is_new = TeamPart.objects.get_or_create(
        team=team, campaign=campaign, defaults=columns | {"added_by": by}
    )
    if not is_new:
        TeamPart.objects.filter(pk=part.pk).update(ended_at=None)
        part.refresh_from_db()
    record(actor=by, verb="team.part-added", subject=campaign, team=str(team.uuid))
    return part


@transaction.atomic
def end_part(*, part: TeamPart, by: User) -> int:
    """Take a team out of a campaign: its links end, and whoever is in it for the team holds nothing
    from then on. What they did stays and is paid. Say how many people it was.

    Its people are locked before its part, as where work is handed out (``services.cap``), and the
    campaign before both, as where somebody is taken out.
    """
    links = Invitation.objects.filter(team=part.team, campaign=part.campaign)
    mates = Membership.objects.filter(team=part.team, campaign=part.campaign)
    Campaign.objects.select_for_update(no_key=True).get(pk=part.campaign_id)
    list(mates.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    TeamPart.objects.filter(pk=part.pk).update(ended_at=timezone.now())
    _end_links(links)  # the part is locked: no more are made
    left = _take_out(mates.filter(active=True).exclude(role=Role.LEAD).order_by("pk"), by)
    record(
        actor=by, verb="team.part-ended", subject=part.campaign, team=str(part.team.uuid), left=left
    )
    return left


def _end_links(links: Iterable[Invitation]) -> None:
    ended = Invitation.objects.filter(pk__in=[each.pk for each in links], revoked_at=None)
    ended.update(revoked_at=timezone.now())


def _take_out(mates: Iterable[Membership], by: User) -> int:
    found = list(mates)
    for each in found:
        change_member(
            membership=each, role=Role(each.role), pool=Pool(each.pool), active=False, by=by
        )
    return len(found)


@transaction.atomic
def put_in_team(*, membership: Membership, team: Team | None, by: User) -> None:
    """Say for whom a member works in a campaign. All that they did there counts with that team from
    now on, but for what is settled."""
    campaign, to = membership.campaign, team.pk if team else None
    _refuse_without_part(team, campaign)
    mine = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if mine.team_id == to:
        return
    Membership.objects.filter(pk=mine.pk).update(team=to)
    recount(campaign, teams=[mine.team_id, to])
    _refuse_without_part(team, campaign)  # its part is locked by now
    transaction.on_commit(lambda: count_quotas(campaign=campaign))
    record(
        actor=by,
        verb="team.member",
        subject=campaign,
        person=str(membership.person.uuid),
        team=str(team.uuid) if team else None,
    )


def _refuse_without_part(team: Team | None, campaign: Campaign) -> None:
    parts = TeamPart.objects.filter(team=team, campaign=campaign, ended_at__isnull=True)
    if team is not None and not parts.exists():
        raise NoPart(team.name, campaign.name)


@transaction.atomic
def name_lead(*, team: Team, username: str, by: User) -> TeamLead:
    """Let somebody with an account see the people of a team. Named twice, they are named once."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise NobodyCalledSo(username)
    lead, is_new = TeamLead.objects.get_or_create(
        team=team, person=person, defaults={"named_by": by}
    )
    if is_new:
        record(actor=by, verb="team.lead-named", subject=team, person=str(person.uuid))
    return lead


@transaction.atomic
def drop_lead(*, lead: TeamLead, by: User) -> None:
    """They see the team's people no more, and the links that they made for it end."""
    _end_links(Invitation.objects.filter(team=lead.team, made_by=lead.person))
    record(actor=by, verb="team.lead-dropped", subject=lead.team, person=str(lead.person.uuid))
    lead.delete()


@transaction.atomic
def pause_mates(*, mates: Iterable[Membership], reason: str, by: User) -> int:
    """Give a person nothing more wherever they work for a team; say in how many campaigns that
    was new. A pause that somebody else has made stays theirs, and this one stands beside it."""
    here = [each for each in mates if each.active]
    before = set(standing_of(here).filter(BY_TEAM).values_list("membership", flat=True))
    new = [each for each in here if each.pk not in before]
    for each in new:
        pause_member(membership=each, cause=PauseCause.TEAM, reason=reason, by=by)
    return len(new)


@transaction.atomic
def lift_mates(*, mates: Iterable[Membership], answer: str, by: User) -> int:
    """Lift what leads of the team have paused, and nothing else; say how many pauses. What a lead
    of the campaign has upheld is theirs by then."""
    pauses = Pause.objects.filter(membership__in=list(mates), cause=PauseCause.TEAM, decision="")
    standing = list(pauses.select_related("membership__campaign"))
    for each in standing:
        decide_pause(pause=each, decision=Appeal.LIFTED, answer=answer, by=by)
    return len(standing)


@transaction.atomic
def offboard_mates(*, mates: Iterable[Membership], by: User) -> int:
    """Take a person out wherever they work for a team: what they hold, and what is set aside for
    them, goes to others at once. Drafts are kept, and may be handed in late. Say in how many
    campaigns it was."""
    return _take_out([each for each in mates if each.active], by)
