"""A cycle is steered from a shell as it is from its page."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from rewards.enums import Outcome, Stage
from rewards.models import Cycle, Track
from rewards.nursery import SHARED
from rewards.runner import EngineCrashed
from rewards.services.cycle import open_cycle
from rewards.tasks import advance_open_cycles
from tests.rewards.services.conftest import FakeEngine, campaign, engine, track

__all__ = ["campaign", "engine", "track"]  # fixtures

pytestmark = pytest.mark.django_db


def run(**options: object) -> None:
    call_command("run_cycle", **options)


def standing() -> tuple[str, bool]:
    cycle = Cycle.objects.get()
    return cycle.stage, cycle.paused


def test_it_goes_round(track: Track, engine: FakeEngine):
    run()

    assert Cycle.objects.get().outcome == Outcome.PROMOTED


@pytest.mark.parametrize("by", [run, advance_open_cycles], ids=["command", "worker"])
def test_the_engines_of_a_cycle_share_one_start(
    track: Track, engine: FakeEngine, by: Callable[[], None]
):
    """And no cycle shares it with the next: the process ends with it."""
    shared: list[object] = []
    engine.before = lambda module: shared.append(SHARED.get())
    open_cycle(track=track)

    by()

    assert len(shared) == len(engine.asked) > 1
    assert shared[0] is not None
    assert all(each is shared[0] for each in shared)
    assert SHARED.get() is None


def test_it_is_paused_and_a_paused_one_is_not_gone_on_with(track: Track, engine: FakeEngine):
    run(background=True)
    run(act="pause")
    assert standing() == (Stage.FREEZING, True)

    with pytest.raises(CommandError, match="let it go on with --resume"):
        run()
    run(act="resume")
    run()

    assert standing() == (Stage.DONE, False)


def test_a_step_is_skipped_with_a_reason_and_a_failed_one_retried(track: Track, engine: FakeEngine):
    def crash(module: str) -> None:
        raise EngineCrashed("the server is away")

    engine.before = crash
    with pytest.raises(CommandError, match="the server is away"):
        run()
    engine.before = lambda module: None
    run(act="retry")
    assert standing() == (Stage.REWARDING, False)

    with pytest.raises(CommandError, match="The others need what"):
        run(skip="No time.")
    run(act="cancel")
    assert standing() == (Stage.CANCELLED, False)


def test_without_an_open_cycle_there_is_nothing_to_steer(track: Track, engine: FakeEngine):
    with pytest.raises(CommandError, match="has no open cycle"):
        run(act="pause")
