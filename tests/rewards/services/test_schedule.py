"""A week ends when the track says; a missed beat is caught up once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from rewards.models import Cycle, Track
from rewards.models.track import is_time_zone
from rewards.services.schedule import keep_schedules, last_week_end, open_due_cycles


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 11, 22, 21, 59, tzinfo=UTC), datetime(2026, 11, 15, 22, tzinfo=UTC)),
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), datetime(2026, 11, 22, 22, tzinfo=UTC)),
        (datetime(2026, 11, 25, 3, 0, tzinfo=UTC), datetime(2026, 11, 22, 22, tzinfo=UTC)),
    ],
)
def test_a_week_ends_on_sunday_at_22_unless_told(now: datetime, end: datetime) -> None:
    assert last_week_end(Track(weekday=6, hour=22), now) == end  # 22 November 2026 is a Sunday


def test_a_week_ends_by_the_clock_on_the_wall_of_its_zone() -> None:
    """Berlin leaves summer time in the night to 25 October 2026: 22:00 is 20 UTC, then 21 UTC."""
    track = Track(weekday=6, hour=22, time_zone="Europe/Berlin")

    before = last_week_end(track, datetime(2026, 10, 20, 12, tzinfo=UTC))
    after = last_week_end(track, datetime(2026, 10, 27, 12, tzinfo=UTC))

    assert before == datetime(2026, 10, 18, 20, tzinfo=UTC)
    assert after == datetime(2026, 10, 25, 21, tzinfo=UTC)


def test_what_is_no_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="“Mars/Olympus” is no time zone"):
        is_time_zone("Mars/Olympus")
    with pytest.raises(ValidationError):
        is_time_zone("../../etc/passwd")


@pytest.mark.django_db
def test_a_due_cycle_is_opened_once_and_a_young_track_waits() -> None:
    old, young = Track.objects.create(name="old"), Track.objects.create(name="young")
    Track.objects.filter(pk=old.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    Track.objects.filter(pk=young.pk).update(created_at=datetime(2099, 1, 1, tzinfo=UTC))

    first, second = open_due_cycles(), open_due_cycles()

    assert ([cycle.track.name for cycle in first], second) == (["old"], [])
    assert Cycle.objects.count() == 1


@pytest.mark.django_db
def test_a_missed_week_or_many_are_caught_up_once() -> None:
    """Beat was away for three weeks: one cycle is opened, not three."""
    track = Track.objects.create(name="old")
    Track.objects.filter(pk=track.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    (cycle,) = open_due_cycles()
    Cycle.objects.update(
        stage="done", closed_at=timezone.now(), opened_at=timezone.now() - timedelta(days=22)
    )

    opened = open_due_cycles()

    assert [each.number for each in opened] == [cycle.number + 1]
    assert open_due_cycles() == []


def rows() -> list[PeriodicTask]:
    return list(PeriodicTask.objects.filter(name__startswith="week of track").order_by("pk"))


@pytest.mark.django_db
def test_beat_has_one_row_a_track_which_says_what_the_track_says() -> None:
    """Saturday is 5 to Python and 6 to cron."""
    track = Track.objects.create(name="A", weekday=5, hour=7, time_zone="Asia/Kolkata")

    assert (keep_schedules(), keep_schedules()) == (1, 0)

    (row,) = rows()
    assert str(row.crontab.timezone) == "Asia/Kolkata"
    assert (row.crontab.day_of_week, row.crontab.hour, row.crontab.minute) == ("6", "7", "0")
    assert (row.task, row.args, row.enabled) == ("rewards.tasks.open_due_cycles", "[]", True)

    Track.objects.filter(pk=track.pk).update(active=False, hour=8)
    assert keep_schedules() == 1
    (row,) = rows()
    assert (row.crontab.hour, row.enabled) == ("8", False)


@pytest.mark.django_db
def test_what_somebody_changed_in_beats_row_is_put_right() -> None:
    """The track is the truth: even meanwhile the row opens nothing, it only nudges."""
    Track.objects.create(name="A")
    keep_schedules()
    PeriodicTask.objects.update(enabled=False)

    assert keep_schedules() == 1
    assert rows()[0].enabled


@pytest.mark.django_db
@pytest.mark.parametrize("weekday", range(7))
def test_beats_row_is_due_when_the_week_ends(weekday: int) -> None:
    """In the hour before it is not; at the end it is, in the track's zone."""
    track = Track.objects.create(name="A", weekday=weekday, hour=22, time_zone="Europe/Berlin")
    keep_schedules()
    (row,) = rows()
    end = last_week_end(track, timezone.now())
    zone = ZoneInfo("Europe/Berlin")

    weekly = row.crontab.schedule
    weekly.nowfun = lambda: end.astimezone(zone) - timedelta(minutes=1)
    before = weekly.is_due(end - timedelta(days=3)).is_due
    weekly.nowfun = lambda: end.astimezone(zone) + timedelta(seconds=1)
    after = weekly.is_due(end - timedelta(days=3)).is_due

    assert (before, after) == (False, True)


@pytest.mark.django_db
def test_an_end_of_week_that_stands_twice_in_beats_table_is_taken_once() -> None:
    """Nothing keeps the admin, or two tracks saved at once, from making it twice."""
    twice = {"minute": "0", "hour": "22", "day_of_week": "0", "timezone": ZoneInfo("UTC")}
    first, _ = (CrontabSchedule.objects.create(**twice) for _ in range(2))
    Track.objects.create(name="A", weekday=6, hour=22)

    assert (keep_schedules(), keep_schedules()) == (1, 0)

    assert [row.crontab for row in rows()] == [first]
