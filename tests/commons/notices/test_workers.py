"""A worker that is killed is told of once; one that stopped in order is not."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from commons.heartbeats import say_alive, say_goodbye
from commons.models import Notice, WorkerHeartbeat
from commons.notices.workers import tell_of_dead_workers

pytestmark = pytest.mark.django_db


def silent_for(name: str, *, seconds: int, started_at: datetime | None = None) -> None:
    say_alive(name=name, queues="default", started_at=started_at or timezone.now())
    seen = timezone.now() - timedelta(seconds=seconds)
    WorkerHeartbeat.objects.filter(name=name).update(seen_at=seen)


def test_a_silent_worker_is_told_of_once_for_each_start():
    started = timezone.now()
    silent_for("dead@host", seconds=60, started_at=started)
    silent_for("alive@host", seconds=20)
    silent_for("long ago@host", seconds=5000)

    assert (tell_of_dead_workers(), tell_of_dead_workers()) == (1, 0)
    silent_for("dead@host", seconds=60, started_at=started + timedelta(minutes=5))
    assert tell_of_dead_workers() == 1

    assert {notice.title for notice in Notice.objects.all()} == {"Worker dead@host fell silent"}


def test_a_worker_that_stopped_in_order_is_not():
    silent_for("gone@host", seconds=60)
    say_goodbye(name="gone@host")

    assert tell_of_dead_workers() == 0
