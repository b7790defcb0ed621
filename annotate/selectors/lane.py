"""Which lanes are open to a person."""

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotate.enums import CampaignState, Facet, LanePurpose, Pool
from annotate.models import Competence, Lane
from commons.models import User


def held_now(user: User) -> QuerySet[Competence]:
    """What a person can do; what a test gave and has run out is left out."""
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return Competence.objects.filter(lasts, person=user)


def lanes_open_to(user: User) -> QuerySet[Lane]:
    """Lanes of work in a person's running campaigns whose skill, language and clearance they hold.

    A lane without a skill or clearance is open to every member; held-out raters draw from the
    same lanes as the others unless a lane is theirs alone.
    """
    held: dict[str, list[str]] = {facet: [""] for facet in Facet}
    for facet, value in held_now(user).values_list("facet", "value"):
        held[facet].append(value)
    return Lane.objects.filter(
        Q(reserved_for__isnull=True) | Q(reserved_for=user),
        Q(pool=Pool.OPEN) | Q(campaign__memberships__pool=F("pool")),
        campaign__state=CampaignState.RUNNING,
        campaign__memberships__person=user,
        campaign__memberships__active=True,
        campaign__memberships__paused=False,
        skill__in=held[Facet.SKILL],
        language__in=held[Facet.LANGUAGE],
        clearance__in=held[Facet.CLEARANCE],
        purpose=LanePurpose.WORK,
    )
