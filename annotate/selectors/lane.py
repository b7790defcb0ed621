"""Which lanes are open to a person."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotate.enums import CampaignState, Facet, LanePurpose, Pool
from annotate.models import Competence, Lane, Qualification
from annotate.selectors.care import agreed, marked
from commons.models import User


def is_held_now() -> Q:
    """Of a competence: no test gave it, or the time for which one did is not over."""
    return Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())


def held_now(user: User) -> QuerySet[Competence]:
    """What a person can do; what a test gave and has run out is left out."""
    return Competence.objects.filter(is_held_now(), person=user)


def lanes_open_to(user: User) -> QuerySet[Lane]:
    """Lanes of work in a person's running campaigns whose skill, language and clearance they hold.

    What may harm is open to whoever has agreed to read it. A lane without a skill or clearance is
    open to every member; held-out raters draw from the same lanes as the others unless a lane is
    theirs alone.
    """
    return _of_work(user).filter(~marked() | agreed(user))


def lanes_unagreed_by(user: User) -> QuerySet[Lane]:
    """Those that would be open to a person who agreed to read what may harm."""
    return _of_work(user).filter(marked(), ~agreed(user))


def _of_work(user: User) -> QuerySet[Lane]:
    fits = _fitting(user, (Facet.SKILL, Facet.LANGUAGE, Facet.CLEARANCE))
    return fits.filter(
        Q(reserved_for__isnull=True) | Q(reserved_for=user),
        campaign__state=CampaignState.RUNNING,
        purpose=LanePurpose.WORK,
    )


def lanes_of_test(test: Qualification, person: User) -> QuerySet[Lane]:
    """Where the items of a test wait that a person may look at.

    They are named by the skill that the test gives, so each test has lanes of its own. Nobody has
    to hold that skill yet; what the items ask for beside it they have to hold.
    """
    fits = _fitting(person, (Facet.LANGUAGE, Facet.CLEARANCE))
    return fits.filter(campaign=test.campaign_id, purpose=LanePurpose.TEST, skill=test.skill)


def _fitting(user: User, facets: Iterable[Facet]) -> QuerySet[Lane]:
    """Lanes of a person's campaigns whose pool is theirs, and what they ask for held."""
    held: dict[str, list[str]] = {facet: [""] for facet in Facet}
    for facet, value in held_now(user).values_list("facet", "value"):
        held[facet].append(value)
    return Lane.objects.filter(
        Q(pool=Pool.OPEN) | Q(campaign__memberships__pool=F("pool")),
        campaign__memberships__person=user,
        campaign__memberships__active=True,
        campaign__memberships__paused=False,
        **{f"{facet}__in": held[facet] for facet in facets},
    )
