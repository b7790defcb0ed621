import os
from datetime import UTC, datetime

import pytest

from commons.heartbeats import say_alive, say_goodbye
from commons.models import WorkerHeartbeat

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_worker_keeps_one_row_however_often_it_beats():
    say_alive(name="train@host", queues="train", started_at=MORNING)
    first = WorkerHeartbeat.objects.get().seen_at

    say_alive(name="train@host", queues="train", started_at=MORNING)

    row = WorkerHeartbeat.objects.get()
    assert (row.name, row.queues, row.pid, row.started_at) == (
        "train@host",
        "train",
        os.getpid(),
        MORNING,
    )
    assert row.seen_at >= first


def test_a_worker_that_stops_in_order_takes_its_row_away_and_no_other():
    say_alive(name="train@host", queues="train", started_at=MORNING)
    say_alive(name="default@host", queues="default", started_at=MORNING)

    say_goodbye(name="train@host")

    assert list(WorkerHeartbeat.objects.values_list("name", flat=True)) == ["default@host"]


def test_a_worker_leaves_the_row_that_its_successor_has_taken_over():
    say_alive(name="train@host", queues="train", started_at=MORNING)
    WorkerHeartbeat.objects.update(pid=os.getpid() + 1)

    say_goodbye(name="train@host")

    assert WorkerHeartbeat.objects.count() == 1
