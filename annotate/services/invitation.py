"""People come into a campaign by a link that a lead hands to them.

make_invitation -> the link is shown once -> accept_invitation, as often as it has places
                                          -> it expires, or revoke_invitation ends it
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import CampaignState, Facet, Pool, Role
from annotate.errors import InvitationMadeBefore, InvitationOver, MembershipEnded, UsernameTaken
from annotate.errors.team import NoPart
from annotate.models import Campaign, Invitation, Membership, Team, TeamPart
from annotate.selectors.invitation import good_invitations
from annotate.services.campaign import grant_competence
from commons.audit import record
from commons.models import User
from commons.tokens import RANDOM_BYTES, digest_of


@dataclass(frozen=True)
class Invited:
    """What whoever joins becomes."""

    role: Role = Role.ANNOTATOR
    pool: Pool = Pool.OPEN
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    team: Team | None = None


@dataclass(frozen=True)
class MadeInvitation:
    """A new invitation and the token of its link, which nobody can read again."""

    invitation: Invitation
    token: str = field(repr=False)


@transaction.atomic
def make_invitation(
    *, campaign: Campaign, invited: Invited, places: int, days: int, by: User, uuid: UUID
) -> MadeInvitation:
    """Make a link for so many people. The same ``uuid`` makes no second one.

    One that makes somebody work for a team asks that the team has a part in the campaign.
    """
    _refuse_without_part(campaign, invited.team)
    token = secrets.token_urlsafe(RANDOM_BYTES)
    invitation = Invitation(
        uuid=uuid,
        campaign=campaign,
        role=invited.role,
        pool=invited.pool,
        team=invited.team,
        skills=list(invited.skills),
        languages=list(invited.languages),
        digest=digest_of(token),
        places=1 if invited.role == Role.LEAD else places,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as twice:
        raise InvitationMadeBefore from twice
    record(
        actor=by,
        verb="invitation.made",
        subject=invitation,
        campaign=str(campaign.uuid),
        role=invited.role,
        places=invitation.places,
        team=str(invited.team.uuid) if invited.team else None,
        expires_at=invitation.expires_at.isoformat(),
    )
    return MadeInvitation(invitation, token)


def _refuse_without_part(campaign: Campaign, team: Team | None) -> None:
    """The part is locked: whoever ends it waits, and then ends this link with the others."""
    if team is None:
        return
    parts = TeamPart.objects.select_for_update(of=("self",), no_key=True)
    if not parts.filter(team=team, campaign=campaign, ended_at__isnull=True):
        raise NoPart(team.name, campaign.name)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User) -> bool:
    """End a link at once. False: it was revoked before."""
    standing = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
    ended = standing.update(revoked_at=timezone.now())
    if ended:
        record(actor=by, verb="invitation.revoked", subject=invitation)
    return ended == 1


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Join as the invitation says. Who is in already stays as they are and takes no place."""
    membership, is_new = Membership.objects.get_or_create(
        campaign=invitation.campaign,
        person=by,
        defaults={
            "role": invitation.role,
            "pool": invitation.pool,
            "team_id": invitation.team_id,
        },
    )
    if not membership.active:
        raise MembershipEnded(invitation.campaign.name)
    if not is_new:
        return membership
    Invitation.objects.select_for_update().get(pk=invitation.pk)  # two take the last place in turn
    if not good_invitations().filter(pk=invitation.pk).update(taken=F("taken") + 1):
        raise InvitationOver(why_over(invitation))
    for facet, values in (
        (Facet.SKILL, invitation.skills),
        (Facet.LANGUAGE, invitation.languages),
    ):
        grant_competence(person=by, facet=facet, values=values)
    record(
        actor=by,
        verb="invitation.accepted",
        subject=invitation,
        campaign=str(invitation.campaign.uuid),
        role=invitation.role,
    )
    return membership


@transaction.atomic
def sign_up(*, invitation: Invitation, username: str, name: str, password: str) -> User:
    """Make an account for whoever holds the link, and join with it: both or neither."""
    try:
        with transaction.atomic():
            person = User.objects.create_user(username, password=password, first_name=name)
    except IntegrityError as taken:
        raise UsernameTaken(username) from taken
    record(actor=person, verb="person.signed-up", subject=person, invitation=str(invitation.uuid))
    accept_invitation(invitation=invitation, by=person)
    return person


def why_over(invitation: Invitation) -> str:
    """Why a link lets nobody in; empty where it does."""
    invitation.refresh_from_db()
    if invitation.revoked_at is not None:
        return gettext("This link was revoked")
    if invitation.expires_at <= timezone.now():
        return gettext("This link has expired")
    if invitation.taken >= invitation.places:
        return gettext("This link was used by as many people as it was made for")
    if invitation.campaign.state == CampaignState.CLOSED:
        return gettext("This link leads to a campaign that is closed")
    return ""
