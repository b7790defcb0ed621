"""The team of a campaign: who does what in it, and what they are known to be able to do."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from annotate.enums import Facet, Pool, Role
from annotate.errors import LastLead
from annotate.models import Campaign, Competence, Invitation, Membership
from annotate.selectors.invitation import GRANTED, other_leads
from annotate.selectors.lane import is_held_now
from annotate.services.campaign import grant_competence
from annotate.services.offboarding import release_turns_of
from commons.audit import record
from commons.models import User


@transaction.atomic
def change_member(
    *, membership: Membership, role: Role, pool: Pool, active: bool, by: User
) -> None:
    """Give a member another role or pool, take them out, or let them in again.

    A campaign keeps a lead. Who is taken out is given nothing more: what they hold and what is
    set aside for them goes to others at once, and what is on their screen may be handed in late.
    The links of somebody who leads no more end, but for those of a team that they lead.
    """
    Campaign.objects.select_for_update(no_key=True).get(pk=membership.campaign_id)
    leads_on = role == Role.LEAD and active
    if not leads_on and not other_leads(membership).exists():
        membership.refresh_from_db()
        if membership.role == Role.LEAD and membership.active:
            raise LastLead(membership.person.display_name)
    Membership.objects.filter(pk=membership.pk).update(role=role, pool=pool, active=active)
    if not active:
        release_turns_of(person=membership.person, campaign=membership.campaign)
    if not leads_on:
        made = Invitation.objects.filter(
            campaign=membership.campaign_id, made_by=membership.person_id, revoked_at=None
        )
        made = made.exclude(team__leads__person=membership.person_id)
        made.update(revoked_at=timezone.now())
    record(
        actor=by,
        verb="campaign.member",
        subject=membership.campaign,
        person=str(membership.person.uuid),
        role=role,
        pool=pool,
        active=active,
    )


@transaction.atomic
def set_competences(*, person: User, said: Mapping[Facet, Sequence[str]], by: User) -> None:
    """Say which skills and languages a person has, everywhere; clearances and duties stay.

    What a test gave and has run out is not held: named again, it is given for good. What a test
    gave and lasts keeps its end.
    """
    for facet in GRANTED:
        held = Competence.objects.filter(person=person, facet=facet)
        held.exclude(is_held_now()).delete()
        was = sorted(held.values_list("value", flat=True))
        now = sorted(set(said[facet]))
        if was == now:
            continue
        held.exclude(value__in=now).delete()
        grant_competence(
            person=person, facet=facet, values=[each for each in now if each not in was]
        )
        record(actor=by, verb="person.competences", subject=person, facet=facet, was=was, now=now)
