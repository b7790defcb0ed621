"""When a track's week ends, and which cycles are due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from rewards.errors import CycleAlreadyOpen
from rewards.models import Cycle, Track
from rewards.services.cycle import open_cycle


def last_week_end(track: Track, now: datetime) -> datetime:
    """The newest end of a week of this track that is not in the future, in its time zone.

    Days are counted on the wall: a week with a changed clock still ends at the same hour there.
    """
    here = now.astimezone(ZoneInfo(track.time_zone))
    at = here.replace(hour=track.hour, minute=0, second=0, microsecond=0)
    at -= timedelta(days=(at.weekday() - track.weekday) % 7)
    return at if at <= here else at - timedelta(days=7)


def open_due_cycles() -> list[Cycle]:
    """Open the cycle of every active track whose week has ended; a missed beat is caught up once.

    A track that is younger than its last week end waits for its first one.
    """
    opened = []
    now = timezone.now()
    for track in Track.objects.filter(active=True):
        due = last_week_end(track, now)
        if track.created_at > due or track.cycles.filter(opened_at__gte=due).exists():
            continue
        try:
            opened.append(open_cycle(track=track))
        except CycleAlreadyOpen:  # last week's is still going; it is caught up once that ends
            continue
    return opened
