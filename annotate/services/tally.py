"""Count what was done, in the transaction that does it."""

from datetime import datetime

from django.db import connection
from django.db.models import F
from django.utils import timezone

from annotate.models import Tally

COUNTED = (
    "demonstrations",
    "rankings",
    "comparisons",
    "ties",
    "surplus",
    "edits",
    "skips",
    "imported",
)

# Of either dialect; a row of a new day is made by whoever comes first.
ADD = f"""
INSERT INTO annotate_tally AS tally (campaign_id, day, slot, {", ".join(COUNTED)})
VALUES (%s, %s, %s, {", ".join(["%s"] * len(COUNTED))})
ON CONFLICT (campaign_id, day, slot) DO UPDATE SET
    {", ".join(f"{name} = tally.{name} + excluded.{name}" for name in COUNTED)}
"""


def add_to_tally(*, campaign: int, slot: int, at: datetime | None = None, **counts: int) -> None:
    """Add to one of the day's sixteen rows of a campaign; any number serves as ``slot``.

    A correction names the time ``at`` which the first count was made, and so meets its row.
    """
    day, slot = (at or timezone.now()).date(), slot % Tally.SLOTS
    if min(counts.values()) < 0:  # a correction; no row can begin with less than nothing
        row = Tally.objects.filter(campaign=campaign, day=day, slot=slot)
        row.update(**{name: F(name) + count for name, count in counts.items()})
        return
    more = [counts.get(name, 0) for name in COUNTED]
    with connection.cursor() as cursor:
        cursor.execute(ADD, [campaign, day.isoformat(), slot, *more])
