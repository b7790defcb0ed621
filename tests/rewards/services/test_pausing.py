"""A paused cycle begins no step, and goes on where it stood."""

import pytest
from django.utils import timezone

from commons.models import AuditEvent
from commons.runs import SILENCE, claim_run
from rewards.enums import Outcome, Stage
from rewards.errors import TrackNotReady
from rewards.models import CycleStep, Track
from rewards.selectors.cycle import open_cycles
from rewards.services.cycle import advance_cycle, cancel_cycle, open_cycle
from rewards.services.pausing import pause_cycle, resume_cycle
from tests.rewards.services.conftest import FakeEngine

pytestmark = pytest.mark.django_db


def test_a_paused_cycle_waits_and_goes_on(track: Track, engine: FakeEngine) -> None:
    cycle = open_cycle(track=track)
    advance_cycle(cycle=cycle)

    pause_cycle(cycle=cycle, by=None)
    assert not advance_cycle(cycle=cycle)
    assert not open_cycles().exists()
    assert cycle.stage == Stage.TEACHING

    resume_cycle(cycle=cycle, by=None)
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    assert cycle.outcome == Outcome.PROMOTED
    verbs = AuditEvent.objects.filter(verb__in=["cycle.paused", "cycle.resumed"])
    assert [event.verb for event in verbs.order_by("pk")] == ["cycle.paused", "cycle.resumed"]


def test_what_is_paused_or_over_is_not_paused(track: Track, engine: FakeEngine) -> None:
    cycle = open_cycle(track=track)
    pause_cycle(cycle=cycle, by=None)

    with pytest.raises(TrackNotReady, match="waits already"):
        pause_cycle(cycle=cycle, by=None)
    cancel_cycle(cycle=cycle, by=None)
    with pytest.raises(TrackNotReady, match="has ended"):
        resume_cycle(cycle=cycle, by=None)


def test_a_step_whose_worker_died_while_its_cycle_is_paused_is_gone_on_with(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    row = CycleStep.objects.create(cycle=cycle, stage=Stage.FREEZING)
    claim_run(CycleStep.objects.filter(pk=row.pk))
    pause_cycle(cycle=cycle, by=None)
    CycleStep.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)

    assert list(open_cycles()) == [cycle]
    assert advance_cycle(cycle=cycle)
    assert not advance_cycle(cycle=cycle)
    assert cycle.stage == Stage.TEACHING


def test_a_step_that_ends_while_its_cycle_is_paused_is_kept(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    advance_cycle(cycle=cycle)
    advance_cycle(cycle=cycle)
    engine.before = lambda module: pause_cycle(cycle=cycle, by=None)

    assert advance_cycle(cycle=cycle)  # the reward model was being trained

    cycle.refresh_from_db()
    assert (cycle.stage, cycle.paused) == (Stage.APPOINTING, True)
    assert not advance_cycle(cycle=cycle)
