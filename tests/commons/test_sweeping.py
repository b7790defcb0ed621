"""Whatever a dead worker held is found, of every kind, and somebody is called for it."""

import pytest
from django.apps import apps
from django.utils import timezone

from commons import sweeping
from commons.models import Run, RunState
from commons.runs import SILENCE
from commons.sweeping import sweep, swept_kinds
from config.celery import app
from rewards.models import EngineRun

KINDS = {model for model in apps.get_models() if issubclass(model, Run)}


def test_every_kind_of_run_is_swept():
    app.loader.import_default_modules()

    assert swept_kinds() == KINDS


def test_it_is_swept_often_enough_for_a_minute():
    every = app.conf.beat_schedule["sweep dead runs"]["schedule"]

    assert SILENCE.total_seconds() + every <= 60


def held(*, silent_for) -> EngineRun:
    then = timezone.now() - silent_for
    return EngineRun.objects.create(
        module="train",
        state=RunState.RUNNING,
        token="0" * 32,
        started_at=then,
        heartbeat_at=then,
    )


@pytest.mark.django_db
def test_a_dead_holder_is_found_and_a_living_one_is_left(monkeypatch):
    called = []
    monkeypatch.setitem(sweeping._calls, EngineRun, lambda: called.append("engine"))
    held(silent_for=SILENCE / 2)
    assert (sweep(), called) == ({}, [])

    held(silent_for=SILENCE * 2)
    held(silent_for=SILENCE * 3)

    assert (sweep(), called) == ({"rewards.EngineRun": 2}, ["engine"])
