"""Which items a change of the guideline is about, of those that may be asked again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Value

from annotate.enums import Origin
from annotate.models import Campaign, Demonstration, Ranking
from annotate.selectors.judged_json import SaysYes
from annotate.selectors.standing import STANDS


@dataclass(frozen=True)
class Affected:
    """What narrows the items of a campaign; whatever is said has to hold.

    ``flag`` is one that somebody said yes to; ``since`` and ``until`` are of when an item was
    judged, and ``below_version`` of the guideline it was judged under.
    """

    skill: str = ""
    language: str = ""
    flag: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below_version: int | None = None

    @property
    def asks_how_judged(self) -> bool:
        said = (self.since, self.until, self.below_version)
        return bool(self.flag) or any(each is not None for each in said)


def places_affected(campaign: Campaign, only: Affected) -> Q:
    """Of a prompt's place in the campaign."""
    found = Q()
    if only.skill:
        found &= Q(prompt__skill=only.skill)
    if only.language:
        found &= Q(prompt__language=only.language)
    if only.asks_how_judged:
        found &= _was_judged_so(campaign, only)
    return found


def _was_judged_so(campaign: Campaign, only: Affected) -> Q:
    """One judgement of it has all that is asked; a flag is said of a ranking alone."""
    judged = Q(
        STANDS, campaign=campaign, prompt=OuterRef("prompt"), current=True, origin=Origin.WORK
    )
    if only.since is not None:
        judged &= Q(created_at__gte=only.since)
    if only.until is not None:
        judged &= Q(created_at__lt=only.until)
    if only.below_version is not None:
        judged &= Q(instructions__version__lt=only.below_version)
    rankings = Ranking.objects.filter(judged)
    if only.flag:
        return Q(Exists(rankings.filter(SaysYes(F("answers"), Value(only.flag)))))
    return Q(Exists(rankings)) | Q(Exists(Demonstration.objects.filter(judged)))
