"""When a track's week ends, which cycles are due, and how beat hears of it.

A track's row says when its week ends, and nothing else does: beat's own row of the track, which
django-celery-beat reads, is made from it and only brings the nudge in time. A nudge that is lost,
late or sent by hand opens no cycle that is not due.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from rewards.errors import CycleAlreadyOpen
from rewards.models import Cycle, Track
from rewards.services.cycle import open_cycle

NUDGE = "rewards.tasks.open_due_cycles"
LATE = 3600  # seconds after which the nudge is dropped; the hourly one asks the same


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


def keep_schedules() -> int:
    """Make beat's rows say what the tracks say; how many had to be changed."""
    return sum(keep_schedule(track) for track in Track.objects.all())


@transaction.atomic
def keep_schedule(track: Track) -> bool:
    """Let beat nudge when this track's week ends; whether anything had to be changed."""
    wanted: dict[str, object] = {
        "task": NUDGE,
        "crontab": _weekly(track),
        "enabled": track.active,
        "expire_seconds": LATE,
        "description": f"The week of “{track.name}” ends; change it in the track, not here.",
    }
    name = f"week of track {track.uuid}"
    row = PeriodicTask.objects.filter(name=name).first() or PeriodicTask(name=name)
    if row.pk and all(getattr(row, column) == value for column, value in wanted.items()):
        return False
    for column, value in wanted.items():
        setattr(row, column, value)
    row.save()  # by its own save: beat hears of it
    return True


def _weekly(track: Track) -> CrontabSchedule:
    """The end of its week as beat has it. The table may hold the same twice, by the admin or by
    two that came at once: any will do."""
    said = {
        "minute": "0",
        "hour": str(track.hour),
        "day_of_week": str((track.weekday + 1) % 7),  # cron begins with Sunday, Python with Monday
        "day_of_month": "*",
        "month_of_year": "*",
        "timezone": ZoneInfo(track.time_zone),
    }
    standing = CrontabSchedule.objects.filter(**said).order_by("pk").first()
    return standing or CrontabSchedule.objects.create(**said)
