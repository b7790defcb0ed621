"""Everything that holds a person back for now: their own limits, and their team's quota."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from annotate.models import Membership, TeamPart
from annotate.selectors.cap import Limit, limits_reached
from annotate.selectors.quota import quotas_reached
from commons.models import User


def what_holds_back(user: User, campaigns: Collection[int] | None = None) -> dict[int, Limit]:
    """The campaigns, by primary key, that have nothing more for a person now, and why.

    Of these campaigns, else of all that limit anything. Of two reasons the team's is told: a
    person's own would end sooner, and nothing would come.
    """
    where = _limiting(user) if campaigns is None else campaigns
    return limits_reached(user, where) | quotas_reached(user, where) if where else {}


def _limiting(user: User) -> list[int]:
    """In one statement, for most limit nothing."""
    parts = TeamPart.objects.filter(
        team=OuterRef("team"), campaign=OuterRef("campaign"), stops=True, ended_at__isnull=True
    )
    limits = Q(campaign__cap_rules__isnull=False) | Q(Exists(parts))
    mine = Membership.objects.filter(limits, person=user, active=True)
    return list(mine.values_list("campaign", flat=True))
