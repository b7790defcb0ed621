"""Who saw and took away what, in one campaign."""

from django.db.models import QuerySet

from annotate.models import Access, Campaign


def accesses_of(campaign: Campaign) -> QuerySet[Access]:
    """The newest first."""
    return Access.objects.filter(campaign=campaign).select_related("person").order_by("-id")
