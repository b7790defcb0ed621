"""Who saw and took away what, in one campaign."""

from collections.abc import Iterable

from django.db.models import QuerySet

from annotate.models import Access, Campaign, Rater
from commons.models import User


def accesses_of(campaign: Campaign) -> QuerySet[Access]:
    """The newest first."""
    return Access.objects.filter(campaign=campaign).select_related("person").order_by("-id")


def people_named(subjects: Iterable[str]) -> dict[str, str]:
    """Who is meant by each of these subjects that means somebody, as they are called now."""
    named = {subject: subject.partition(":") for subject in subjects}
    users = [name for sort, _colon, name in named.values() if sort == "user"]
    sources = [name for sort, _colon, name in named.values() if sort == "rater"]
    found = {f"user:{each.uuid}": each.username for each in User.objects.filter(uuid__in=users)}
    raters = Rater.objects.filter(uuid__in=sources) if sources else ()
    return found | {f"rater:{each.uuid}": str(each) for each in raters}
