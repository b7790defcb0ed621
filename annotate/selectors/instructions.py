"""The versions of a campaign's guideline: who made them, who worked under them."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from annotate.enums import Origin
from annotate.models import Acknowledgement, Campaign, Demonstration, Instructions, Ranking
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL
from commons.models import User


@dataclass(frozen=True)
class Version:
    """One version, how many people accepted it, and how many judgements that stand were made
    under it."""

    instructions: Instructions
    accepted: int
    judgements: int


def versions_of(campaign: Campaign) -> list[Version]:
    """All versions, the newest first. Judgements are one scan of the campaign's of each sort."""
    judged = Counter[int | None]()
    for kept in (Demonstration.objects.filter(~IS_IDEAL), Ranking.objects.all()):
        made = kept.exclude(origin__in=(Origin.RESOLUTION, Origin.MACHINE))
        rows = made.filter(STANDS, campaign=campaign, current=True).order_by()
        judged.update(dict(rows.values_list("instructions").annotate(Count("pk"))))
    found = campaign.instructions.select_related("created_by").annotate(
        accepted=Count("acknowledgements")
    )
    return [Version(each, each.accepted, judged[each.pk]) for each in found.order_by("-version")]


def version_before(instructions: Instructions) -> Instructions | None:
    earlier = Instructions.objects.filter(
        campaign=instructions.campaign_id, version__lt=instructions.version
    )
    return earlier.order_by("-version").first()


def accepted_before(instructions: Instructions, person: User) -> Instructions | None:
    """The newest earlier version that a person has accepted."""
    accepted = Acknowledgement.objects.filter(
        person=person,
        instructions__campaign=instructions.campaign_id,
        instructions__version__lt=instructions.version,
    )
    newest = accepted.select_related("instructions").order_by("-instructions__version").first()
    return newest.instructions if newest else None
