"""Count what was done, in the transaction that does it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from annotate.models import Tally


def add_to_tally(*, campaign: int, slot: int, at: datetime | None = None, **counts: int) -> None:
    """Add to one of the day's sixteen rows of a campaign; any number serves as ``slot``.

    A correction names the time ``at`` which the first count was made, and so meets its row.
    """
    day = (at or timezone.now()).date()
    row = {"campaign_id": campaign, "day": day, "slot": slot % Tally.SLOTS}
    more = {name: F(name) + count for name, count in counts.items()}
    if Tally.objects.filter(**row).update(**more):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(**row, **counts)
    except IntegrityError:  # another submission made the row first
        Tally.objects.filter(**row).update(**more)
