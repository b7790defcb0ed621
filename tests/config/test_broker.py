import threading
import uuid

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from kombu import Queue

from config.celery import app
from config.settings import broker
from config.settings.broker import celery_url, nudge


def test_celery_calls_a_unix_socket_by_its_own_word():
    assert celery_url("unix:///run/redis.sock") == "redis+socket:///run/redis.sock"
    assert celery_url("redis://host:6379/0") == "redis://host:6379/0"


def test_what_may_load_torch_goes_to_the_train_worker():
    def queue_of(task: str) -> str:
        return app.amqp.router.route({}, task)["queue"].name

    assert queue_of("rewards.tasks.advance_open_cycles") == "train"
    assert queue_of("rewards.tasks.open_due_cycles") == "default"
    assert queue_of("annotate.tasks.freeze_requested_snapshots") == "default"


def test_everything_that_beat_nudges_is_a_task():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in broker.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled <= set(app.tasks)


def test_a_nudge_that_nobody_took_is_dropped_when_the_next_is_due():
    assert nudge("annotate.tasks.x", 60.0) == {
        "task": "annotate.tasks.x",
        "schedule": 60.0,
        "options": {"expire_seconds": 60.0},  # as django-celery-beat calls it
    }


@pytest.mark.services
def test_a_nudge_reaches_a_worker_over_the_broker_of_the_product():
    """The files of the first pass and the Redis of the second, with the product's own options."""
    arrived = threading.Event()
    queue = Queue(f"test-{uuid.uuid4().hex}")  # others may use this Redis
    road = Celery("road", broker=broker.CELERY_BROKER_URL, set_as_current=False)
    road.conf.update(
        broker_transport_options=broker.CELERY_BROKER_TRANSPORT_OPTIONS,
        task_queues=[queue],
        task_default_queue=queue.name,
        task_ignore_result=True,
        worker_hijack_root_logger=False,
    )

    @road.task(name="arrive")
    def arrive():
        arrived.set()

    with start_worker(road, pool="solo", perform_ping_check=False, queues=[queue.name]):
        arrive.delay()

        assert arrived.wait(timeout=20)
    with road.connection_for_write() as connection:
        left = road.amqp.queues[queue.name].bind(connection.default_channel)
        left.declare()  # a channel deletes only what it knows
        left.delete()
