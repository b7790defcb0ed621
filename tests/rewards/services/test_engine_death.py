"""An engine that alone is killed is begun again from what it left, a bounded number of times."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commons.models import RunState
from commons.runs import cancel_run, seize_run
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, EngineRun, Track
from rewards.runner import EngineCrashed, EngineKilled
from rewards.services.cycle import advance_cycle, cancel_cycle, open_cycle, retry_cycle
from rewards.services.engine_death import TRIES
from rewards.services.folders import run_folder
from rewards.services.pausing import pause_cycle
from rewards.services.run import carry_out, claim_requested_run, request_run, retry_run
from tests.rewards.services.conftest import FakeEngine

pytestmark = pytest.mark.django_db

WORDS = "the engine was killed (SIGKILL), most often because memory ran out."


def nothing() -> None:
    """Leave nothing new."""


class Deaths:
    """Kills the engine so many times, each after it has done something."""

    def __init__(self, times: int, does: Callable[[], object] = nothing) -> None:
        self.left, self.does = times, does

    def __call__(self, module: str) -> None:
        if self.left:
            self.left -= 1
            self.does()
            raise EngineKilled(WORDS)


def claimed(module: str = "train_reward") -> EngineRun:
    request_run(module=module, config={})
    run = claim_requested_run()
    assert run is not None
    run_folder(run).mkdir(parents=True)  # the runner has
    return run


def told(run: EngineRun) -> tuple[str, int, int, int]:
    run.refresh_from_db()
    return run.state, run.attempts, run.deaths, run.deaths_in_a_row


def leave_checkpoint(run: EngineRun) -> None:
    folder = run_folder(run) / "checkpoints"
    folder = folder / f"checkpoint-{len(list(folder.glob('*'))) + 1}"
    folder.mkdir(parents=True)
    (folder / "whole").touch()


def grow(file: Path, lines: int) -> None:
    with file.open("a") as out:
        out.write("{}\n" * lines)


def test_killed_twice_it_is_begun_again_and_ends_well(engine: FakeEngine) -> None:
    run, engine.before = claimed(), Deaths(2)

    assert carry_out(run)

    assert told(run) == (RunState.DONE, 3, 2, 2)
    assert (run_folder(run) / "engine.log").read_text().splitlines() == [
        "laurel: the engine was killed, and is begun again from what it left; "
        f"{n} in all so far, {n} without getting further"
        for n in (1, 2)
    ]


def test_killed_over_and_over_at_one_place_it_fails_in_the_words_of_its_death(
    engine: FakeEngine,
) -> None:
    run, engine.before = claimed(), Deaths(9)

    assert not carry_out(run)

    assert told(run) == (RunState.FAILED, 3, 3, 3)
    assert (run.error, len(engine.asked)) == (WORDS, 3)


@pytest.mark.parametrize("left", ["a checkpoint", "lines", "what was read"])
def test_one_that_has_left_something_new_earns_its_tries_again(
    engine: FakeEngine, tmp_path: Path, left: str
) -> None:
    run = claimed()
    if left == "what was read":
        run.config = {"cache": str(tmp_path / "states")}
        (tmp_path / "states" / "base").mkdir(parents=True)

    def read_more() -> None:
        (tmp_path / "states" / "base" / f"{len(engine.asked)}.safetensors").touch()

    does = {
        "a checkpoint": lambda: leave_checkpoint(run),
        "lines": lambda: grow(run_folder(run) / "answers.jsonl", 1),
        "what was read": read_more,
    }
    engine.before = Deaths(6, does[left])

    assert carry_out(run)

    assert told(run) == (RunState.DONE, 7, 6, 1)


def test_what_was_there_before_is_nothing_new(engine: FakeEngine) -> None:
    """A torn line that is cut off and written again, and a checkpoint of before."""
    run = claimed()
    leave_checkpoint(run)
    grow(run_folder(run) / "answers.jsonl", 5)

    def write_less() -> None:
        (run_folder(run) / "answers.jsonl").write_text("{}\n" * 4)

    engine.before = Deaths(9, write_less)

    assert not carry_out(run)

    assert told(run)[2:] == (3, 3)


def test_one_that_moves_on_a_little_each_time_ends_all_the_same(engine: FakeEngine) -> None:
    run = claimed()
    engine.before = Deaths(99, lambda: grow(run_folder(run) / "answers.jsonl", 1))

    assert not carry_out(run)

    assert told(run) == (RunState.FAILED, TRIES + 1, TRIES + 1, 1)


def test_what_another_worker_takes_up_has_the_tries_that_are_left(engine: FakeEngine) -> None:
    """The first worker saw two deaths and died with the third engine; one more is too many."""
    run = claimed()
    EngineRun.objects.filter(pk=run.pk).update(deaths=2, deaths_in_a_row=2)
    taken = seize_run(run)
    assert taken is not None
    engine.before = Deaths(1)

    assert not carry_out(taken)

    assert told(run) == (RunState.FAILED, 2, 3, 3)


def test_a_person_who_asks_again_gives_all_tries_again(engine: FakeEngine) -> None:
    run, engine.before = claimed(), Deaths(3)
    assert not carry_out(run)

    retry_run(run=run, by=None)
    again = claim_requested_run()
    assert again is not None
    engine.before = Deaths(2)

    assert carry_out(again)
    assert told(run) == (RunState.DONE, 6, 2, 2)


@pytest.mark.parametrize("lose", [cancel_run, seize_run])
def test_who_has_cancelled_it_or_taken_it_over_wins_at_once(
    engine: FakeEngine, lose: Callable[[EngineRun], object]
) -> None:
    run = claimed()
    engine.before = Deaths(1, lambda: lose(EngineRun.objects.get(pk=run.pk)))

    assert not carry_out(run)

    state = RunState.CANCELLED if lose is cancel_run else RunState.RUNNING
    assert (told(run)[0], run.deaths, len(engine.asked)) == (state, 0, 1)


def test_a_crash_with_words_of_its_own_is_not_tried_again(engine: FakeEngine) -> None:
    run = claimed()

    def crash(module: str) -> None:
        raise EngineCrashed("the engine ended with code 1:\nKeyError: 'x'")

    engine.before = crash

    assert not carry_out(run)

    assert told(run) == (RunState.FAILED, 1, 0, 0)


def killed_at(engine: FakeEngine, module: str, does: Callable[[], object] = nothing) -> None:
    deaths = Deaths(1, does)
    engine.before = lambda at: deaths(at) if at == module else None


def go_round(cycle: Cycle) -> Cycle:
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    return cycle


def step_of(cycle: Cycle, stage: Stage) -> CycleStep:
    return CycleStep.objects.select_related("run").get(cycle=cycle, stage=stage)


def test_a_cycle_goes_on_where_its_engine_was_killed(track: Track, engine: FakeEngine) -> None:
    killed_at(engine, "train_reward")

    cycle = go_round(open_cycle(track=track))

    step = step_of(cycle, Stage.REWARDING)
    assert step.run is not None
    assert (cycle.stage, step.state, step.attempts) == (Stage.DONE, RunState.DONE, 1)
    assert told(step.run) == (RunState.DONE, 2, 1, 1)


def test_a_cancelled_cycle_begins_no_engine_again(track: Track, engine: FakeEngine) -> None:
    cycle = open_cycle(track=track)
    killed_at(engine, "train_reward", lambda: cancel_cycle(cycle=cycle, by=None))

    go_round(cycle)

    assert cycle.stage == Stage.CANCELLED
    assert engine.modules.count("train_reward") == 1


def test_a_step_that_another_worker_holds_begins_no_engine_again(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    killed_at(
        engine, "train_reward", lambda: seize_run(CycleStep.objects.get(stage=Stage.REWARDING))
    )

    go_round(cycle)

    assert engine.modules.count("train_reward") == 1
    assert step_of(cycle, Stage.REWARDING).state == RunState.RUNNING


def test_a_paused_cycle_ends_the_step_that_was_begun_and_begins_no_other(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    killed_at(engine, "train_reward", lambda: pause_cycle(cycle=cycle, by=None))

    go_round(cycle)

    assert step_of(cycle, Stage.REWARDING).state == RunState.DONE
    assert cycle.stage == Stage.APPOINTING
    assert not cycle.steps.filter(stage=Stage.APPOINTING).exists()


def test_a_step_that_is_retried_has_all_tries_again(track: Track, engine: FakeEngine) -> None:
    deaths = Deaths(5)
    engine.before = lambda at: deaths(at) if at == "train_reward" else None
    cycle = go_round(open_cycle(track=track))
    assert cycle.reasons == [f"Train the reward model: {WORDS}"]

    retry_cycle(cycle=cycle, by=None)
    go_round(cycle)

    run = step_of(cycle, Stage.REWARDING).run
    assert run is not None
    assert cycle.stage == Stage.DONE
    assert told(run) == (RunState.DONE, 6, 2, 2)
