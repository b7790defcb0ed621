"""A week ends when the track says; a missed beat is caught up once."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from rewards.models import Cycle, Track
from rewards.models.track import is_time_zone
from rewards.services.schedule import last_week_end, open_due_cycles


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
