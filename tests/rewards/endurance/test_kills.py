"""kill -9 of the train worker at every step of a cycle, by real processes over real files."""

import sys

import pytest

from commons.models import RunState
from rewards.enums import Outcome, Stage
from rewards.models import Cycle, CycleStep, EngineRun, Policy
from tests.rewards.endurance.house import House, nothing_done_twice, nothing_half_made

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

STEPS = [stage for stage in Stage if stage not in (Stage.DONE, Stage.FAILED, Stage.CANCELLED)]
WITH_ENGINE = {
    Stage.TEACHING,
    Stage.REWARDING,
    Stage.APPOINTING,
    Stage.STOPPING,
    Stage.REPORTING,
    Stage.REINFORCING,
    Stage.EVALUATING,
    Stage.ANSWERING,
}


def is_at(stage: Stage) -> bool:
    """A worker is at this step, and its engine, if it has one, has begun; or it is over."""
    step = CycleStep.objects.filter(stage=stage).select_related("run").first()
    if step is None:
        return False
    if step.state == RunState.DONE:
        return True
    begun = step.run is not None and step.run.state == RunState.RUNNING
    return step.state == RunState.RUNNING and (begun or stage not in WITH_ENGINE)


def kill_at(house: House, stage: Stage) -> tuple[int, bool]:
    """Start the worker and kill it at the step: how often the step had been begun, and whether it
    was cut off; what takes no time may have been over."""
    house.start_train_worker()
    house.nudge()
    house.wait_for(lambda: is_at(stage), f"the worker at {stage}")
    house.kill_all()
    with house.installation.entered():
        step = CycleStep.objects.get(stage=stage)
    house.past_silence()
    return step.attempts, step.state != RunState.DONE


def to_its_end(house: House) -> Cycle:
    house.start_train_worker()
    house.nudge()
    ended = Cycle.objects.exclude(closed_at=None, stage__in=STEPS)
    house.wait_for(ended.exists, "the end of the cycle")
    return house.cycle()


def test_killed_in_the_engine_the_step_is_begun_again_and_done_once(house: House) -> None:
    """The short half of the matrix: one kill of the worker; one of the engine alone, after which
    the same worker goes on by itself."""
    assert kill_at(house, Stage.TEACHING) == (1, True)

    house.start_train_worker()
    house.nudge()
    house.wait_for(lambda: is_at(Stage.REWARDING), "the worker at the reward model")
    house.wait_for(lambda: house.kill("rewards.engine.train_reward"), "its engine")
    trained = CycleStep.objects.filter(stage=Stage.REWARDING, state=RunState.DONE)
    stands = Cycle.objects.filter(stage=Stage.FAILED)
    house.wait_for(lambda: trained.exists() or stands.exists(), "the reward model")
    house.kill_all()

    with house.installation.entered():
        taught = CycleStep.objects.get(stage=Stage.TEACHING)
        assert (taught.state, taught.attempts) == (RunState.DONE, 2)
        assert EngineRun.objects.filter(module="train_sft").count() == 1
        step = trained.select_related("run").get()
        assert step.run is not None
        assert (step.attempts, step.run.state) == (1, RunState.DONE)
        assert (step.run.attempts, step.run.deaths, step.run.deaths_in_a_row) == (2, 1, 1)
    log = (house.runs / str(step.run.uuid) / "engine.log").read_text()
    assert log.count("laurel: the engine was killed, and is begun again") == 1


@pytest.mark.nightly
def test_killed_at_every_step_the_cycle_ends_once(house: House) -> None:
    killed = {stage: kill_at(house, stage) for stage in STEPS}

    cycle = to_its_end(house)

    assert cycle.stage == Stage.DONE, cycle.reasons
    assert cycle.outcome in (Outcome.HELD, Outcome.PROMOTED)
    assert {stage for stage, (_, is_cut_off) in killed.items() if is_cut_off} >= WITH_ENGINE
    with house.installation.entered():
        assert Policy.objects.count() == 2
        done = CycleStep.objects.filter(state=RunState.DONE).values_list("stage", flat=True)
        assert set(done) == set(STEPS)
    nothing_done_twice(house)
    nothing_half_made(house)
