"""Whoever reads or takes away what others wrote is written down, in every campaign it is of."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from annotate.enums import Taken
from annotate.models import Access, Campaign
from commons.models import User


def note_access(
    *,
    by: User,
    taken: Taken,
    subject: str,
    campaigns: Iterable[Campaign],
    part: str = "",
    token: UUID | None = None,
) -> None:
    """Write down one look or one download; ``token`` names the program's key."""
    longest = Access._meta.get_field("subject").max_length
    Access.objects.bulk_create(
        Access(
            campaign=each,
            person=by,
            taken=taken,
            subject=subject[:longest],
            part=part,
            token=token,
        )
        for each in campaigns
    )


def old_accesses() -> QuerySet[Access]:
    before = timezone.now() - timedelta(days=settings.ACCESSES_KEPT_DAYS)
    return Access.objects.filter(at__lt=before)
