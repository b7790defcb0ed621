"""Beat's rows follow the settings, and leave alone what an admin has switched off."""

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from commons.beat import Scheduler
from config.celery import app

pytestmark = pytest.mark.django_db(transaction=True)  # it looks after its own connection


def begin() -> Scheduler:
    """What ``celery beat`` does when it starts."""
    return Scheduler(app=app, lazy=False)


def test_every_entry_of_the_settings_is_a_row_that_drops_a_nudge_nobody_took():
    begin()

    rows = PeriodicTask.objects.exclude(name="celery.backend_cleanup")
    found = {row.name: (row.task, row.interval.every, row.expire_seconds) for row in rows}
    assert found == {
        name: (entry["task"], entry["schedule"], entry["schedule"])
        for name, entry in app.conf.beat_schedule.items()
    }


def test_an_entry_that_the_settings_no_longer_name_goes_and_others_stay(monkeypatch):
    begin()
    every = IntervalSchedule.objects.create(every=1, period="hours")
    PeriodicTask.objects.create(name="an admin's own", task="x", interval=every)
    left = {k: v for k, v in app.conf.beat_schedule.items() if k != "find reviews"}
    monkeypatch.setitem(app.conf, "beat_schedule", left)

    begin()

    names = set(PeriodicTask.objects.values_list("name", flat=True))
    assert names == {*left, "an admin's own", "celery.backend_cleanup"}


def test_what_is_switched_off_stays_off_after_a_restart():
    begin()
    PeriodicTask.objects.filter(name="find reviews").update(enabled=False)

    scheduler = begin()

    assert "find reviews" not in scheduler.schedule
    assert "send notices" in scheduler.schedule
