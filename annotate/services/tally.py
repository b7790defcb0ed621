"""Count what was done, in the transaction that does it."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from annotate.models import Tally


def add_to_tally(*, campaign: int, slot: int, **counts: int) -> None:
    """Add to one of the day's sixteen rows of a campaign; any number serves as ``slot``."""
    row = {"campaign_id": campaign, "day": timezone.now().date(), "slot": slot % Tally.SLOTS}
    more = {name: F(name) + count for name, count in counts.items()}
    if Tally.objects.filter(**row).update(**more):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(**row, **counts)
    except IntegrityError:  # another submission made the row first
        Tally.objects.filter(**row).update(**more)
