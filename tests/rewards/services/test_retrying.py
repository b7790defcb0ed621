"""A failed step is tried again from what it left, by the settings of now, or from its start."""

import time
from pathlib import Path

import orjson
import pytest
from django.utils import timezone

from annotate import gateway
from annotate.enums import ErasureKind
from annotate.models import Campaign, Erasure, Snapshot
from annotate.services.freezing import freeze_snapshot
from commons.artifacts import ArtifactError
from commons.models import AuditEvent, RunState
from commons.runs import claim_run, finish_run
from rewards.enums import Outcome, PolicyMethod, PolicyState, Stage
from rewards.errors import TrackNotReady
from rewards.models import Cycle, CycleStep, EngineRun, Evaluation, RewardModel, Track
from rewards.runner import EngineCrashed
from rewards.services import run as runs
from rewards.services.cycle import advance_cycle, open_cycle, retry_cycle
from rewards.services.folders import run_folder
from rewards.services.knobs import settings_of
from rewards.services.steps import Again, how_again
from rewards.services.steps.claim import ASKED_WITH
from tests.factories import make_prompt
from tests.rewards.services.conftest import FakeEngine

pytestmark = pytest.mark.django_db


def go_round(cycle: Cycle) -> Cycle:
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    return cycle


def run_of(cycle: Cycle, stage: Stage) -> EngineRun:
    found = cycle.steps.get(stage=stage).run
    assert found is not None
    return found


def tried_again(cycle: Cycle) -> Cycle:
    cycle.refresh_from_db()
    retry_cycle(cycle=cycle, by=None)
    return go_round(cycle)


def set_knobs(track: Track, stage: Stage, **knobs: object) -> None:
    Track.objects.filter(pk=track.pk).update(knobs={str(stage): knobs})


def failing_once(engine: FakeEngine, at: str) -> None:
    """The engine crashes the first time that this module is asked for."""

    def crash(module: str) -> None:
        if module == at and engine.modules.count(at) == 1:
            raise EngineCrashed("out of memory")

    engine.before = crash


class Freezing:
    """Stands where a dataset is written: the disk is full as long as it says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        write = freeze_snapshot

        def frozen(**said: object) -> None:
            if self.full:
                snapshot = said["snapshot"]
                assert isinstance(snapshot, Snapshot)
                Snapshot.objects.filter(pk=snapshot.pk).update(
                    state=RunState.FAILED,
                    finished_at=timezone.now(),
                    token=None,
                    error="the disk is full",
                )
                return
            write(**said)  # type: ignore[arg-type]  # as the product says it

        monkeypatch.setattr("annotate.gateway.snapshots.freeze_snapshot", frozen)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Freezing:
    return Freezing(monkeypatch)


def test_a_dataset_that_failed_is_frozen_by_a_retry(
    track: Track, engine: FakeEngine, disk: Freezing
) -> None:
    cycle = go_round(open_cycle(track=track))
    assert cycle.reasons == ["Freeze datasets: the disk is full"]

    disk.full = False
    tried_again(cycle)

    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert Snapshot.objects.count() == 1


def test_a_retry_while_the_disk_is_still_full_says_so_again(
    track: Track, engine: FakeEngine, disk: Freezing
) -> None:
    cycle = go_round(open_cycle(track=track))

    tried_again(cycle)

    assert cycle.reasons == ["Freeze datasets: the disk is full"]
    assert cycle.steps.get().attempts == 2


@pytest.mark.parametrize("lost", ["stopped", "erased"])
def test_what_cannot_be_frozen_any_more_is_frozen_anew(
    track: Track, engine: FakeEngine, disk: Freezing, lost: str
) -> None:
    cycle = go_round(open_cycle(track=track))
    old = Snapshot.objects.get()
    if lost == "stopped":
        Snapshot.objects.filter(pk=old.pk).update(state=RunState.CANCELLED)
    else:
        prompt = make_prompt(old.campaigns.get(), text="Who was that?")
        Erasure.objects.create(kind=ErasureKind.PROMPT, prompt=prompt).snapshots.add(old)
    disk.full = False

    tried_again(cycle)

    old.refresh_from_db()
    assert cycle.outcome == Outcome.PROMOTED
    assert Snapshot.objects.exclude(pk=old.pk).get().state == RunState.DONE
    assert old.state != RunState.DONE


def test_a_dataset_that_another_worker_freezes_is_waited_for(
    track: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes what was just asked for helps, and fails nothing."""
    looks: list[float] = []

    def end(seconds: float) -> None:
        looks.append(seconds)
        other = Snapshot.objects.get()
        other.digest, other.manifest = "a" * 64, {"rows": {"train": 6}}
        finish_run(other, digest=other.digest, manifest=other.manifest)

    def take(**said: object) -> object:
        asked = request(**said)  # type: ignore[arg-type]  # as the product says it
        claim_run(Snapshot.objects.all())
        return asked

    request = gateway.request_freeze
    monkeypatch.setattr(gateway, "request_freeze", take)
    monkeypatch.setattr(time, "sleep", end)
    cycle = open_cycle(track=track)

    assert advance_cycle(cycle=cycle)

    assert len(looks) == 1
    assert Snapshot.objects.get().attempts == 1


def test_a_run_that_failed_before_it_left_a_file_is_done_by_a_retry(
    track: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dataset could not be fetched: the engine was not started, its folder was not made."""

    def away(*_: object) -> Path:
        raise ArtifactError("the bucket does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(runs, "local_snapshot", away)
        cycle = go_round(open_cycle(track=track))
    run = EngineRun.objects.get()
    assert cycle.reasons == ["Train the reward model: the bucket does not answer"]
    assert not run_folder(run).exists()

    tried_again(cycle)

    run.refresh_from_db()
    assert (cycle.outcome, run.state, run.attempts) == (Outcome.PROMOTED, RunState.DONE, 2)


STEPS = [
    (Stage.REWARDING, "train_reward"),
    (Stage.REINFORCING, "train_policy"),
    (Stage.EVALUATING, "evaluate_policy"),
]


@pytest.mark.parametrize(("stage", "module"), STEPS)
def test_with_the_same_settings_the_same_run_goes_on(
    track: Track, engine: FakeEngine, stage: Stage, module: str
) -> None:
    failing_once(engine, module)
    cycle = go_round(open_cycle(track=track))

    tried_again(cycle)

    assert run_of(cycle, stage).attempts == 2
    assert EngineRun.objects.filter(state=RunState.DONE).count() == EngineRun.objects.count()


@pytest.mark.parametrize(("stage", "module"), STEPS)
def test_with_other_settings_the_step_begins_anew_by_them(
    track: Track, engine: FakeEngine, stage: Stage, module: str
) -> None:
    """Checkpoints fit the settings that they were made with; the old run is not tried again."""
    set_knobs(track, stage, batch_size=8)
    failing_once(engine, module)
    cycle = go_round(open_cycle(track=track))
    old = run_of(cycle, stage)

    set_knobs(track, stage, batch_size=2)
    tried_again(cycle)

    old.refresh_from_db()
    told = [config["batch_size"] for each, config in engine.asked if "batch_size" in config]
    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert told == [8, 2]
    assert old.state == RunState.CANCELLED
    assert run_of(cycle, stage).attempts == 1


def test_of_a_step_from_before_settings_were_noted_the_tracks_own_are_compared(
    track: Track, engine: FakeEngine
) -> None:
    """What has other defaults since an upgrade goes on; what a lead has set since is heard."""
    failing_once(engine, "train_policy")
    step = (
        go_round(open_cycle(track=track)).steps.select_related("run", "cycle__track").latest("pk")
    )
    assert step.run is not None
    step.result, step.run.config = {}, {**step.run.config, "max_steps": 99}

    assert how_again(step) == Again.BEGINS  # with the same settings, from its start
    step.cycle.track.knobs = {"reinforcing": {"prompts": 9}}
    assert how_again(step) == Again.BEGINS  # it was not written down how many it was given
    step.cycle.track.knobs = {"reinforcing": {"max_steps": 3}}
    assert how_again(step) == Again.ANEW


@pytest.mark.parametrize(("stage", "module"), STEPS[1:])
def test_another_number_of_prompts_is_another_setting(
    track: Track, engine: FakeEngine, stage: Stage, module: str
) -> None:
    """The step reads it and no engine is told: its run's file has as many as are asked for now."""
    failing_once(engine, module)
    cycle = go_round(open_cycle(track=track))

    set_knobs(track, stage, prompts=1)
    tried_again(cycle)

    given = Path(run_of(cycle, stage).config["prompts"]).read_bytes().splitlines()
    assert cycle.outcome == Outcome.PROMOTED
    assert len(given) == 1


def test_another_start_of_fine_tuning_is_another_setting(track: Track, engine: FakeEngine) -> None:
    cycle = go_round(open_cycle(track=track))
    step = cycle.steps.select_related("run", "cycle__track").get(stage=Stage.REINFORCING)
    assert step.run is not None
    step.stage, step.run.state = Stage.TEACHING, RunState.FAILED
    step.result = {ASKED_WITH: settings_of(track, Stage.TEACHING)}
    assert how_again(step) != Again.ANEW

    step.cycle.track.knobs = {"teaching": {"start": "base"}}

    assert how_again(step) == Again.ANEW


def test_a_head_that_another_script_was_asked_for_begins_anew(
    track: Track, engine: FakeEngine
) -> None:
    """As before heads had a script of their own: the settings are the same, the run is not."""
    set_knobs(track, Stage.REWARDING, method="head")
    failing_once(engine, "train_head")
    cycle = go_round(open_cycle(track=track))
    old = run_of(cycle, Stage.REWARDING)
    EngineRun.objects.filter(pk=old.pk).update(
        module="train_reward", config={**old.config, "method": "head"}
    )

    tried_again(cycle)

    assert run_of(cycle, Stage.REWARDING) != old
    assert (run_of(cycle, Stage.REWARDING).module, cycle.outcome) == (
        "train_head",
        Outcome.PROMOTED,
    )


def test_a_setting_that_was_taken_back_counts_as_another(track: Track, engine: FakeEngine) -> None:
    set_knobs(track, Stage.REINFORCING, samples=64)
    failing_once(engine, "train_policy")
    cycle = go_round(open_cycle(track=track))

    Track.objects.filter(pk=track.pk).update(knobs={})
    tried_again(cycle)

    (before, after) = [config for module, config in engine.asked if module == "train_policy"]
    assert before["samples"] == 64
    assert "samples" not in after


def test_another_method_improves_the_policy_anew(track: Track, engine: FakeEngine) -> None:
    failing_once(engine, "train_policy")
    cycle = go_round(open_cycle(track=track))

    Track.objects.filter(pk=track.pk).update(method=PolicyMethod.RLOO)
    tried_again(cycle)

    assert "train_rloo" in engine.modules
    assert cycle.outcome == Outcome.PROMOTED


def test_a_new_comparison_decides_and_the_old_one_does_not(
    track: Track, engine: FakeEngine
) -> None:
    failing_once(engine, "evaluate_policy")
    cycle = go_round(open_cycle(track=track))
    set_knobs(track, Stage.EVALUATING, samples=1)

    tried_again(cycle)

    assert cycle.policy is not None
    newest = Evaluation.objects.filter(policy=cycle.policy).latest("pk")
    assert newest.run == cycle.steps.get(stage=Stage.EVALUATING).run
    assert newest.run.result["prompts"] == 300


def test_candidates_are_asked_of_whom_the_mix_names_now(
    track: Track, campaign: Campaign, engine: FakeEngine
) -> None:
    """What was answered is in the run's file, so that it stays one run; the mix was mended."""
    Track.objects.filter(pk=track.pk).update(quorum=1000)
    set_knobs(track, Stage.ANSWERING, mix=[{"who": "promoted", "temperature": 0.3}], rows=64)
    failing_once(engine, "generate")
    cycle = go_round(open_cycle(track=track))

    set_knobs(track, Stage.ANSWERING, mix=[{"who": "promoted", "temperature": 0.9}], rows=4)
    tried_again(cycle)

    run = EngineRun.objects.get()
    rows = [orjson.loads(line) for line in Path(run.config["prompts"]).read_bytes().splitlines()]
    assert {voice["temperature"] for row in rows for voice in row["voices"]} == {0.9}
    assert [config["rows"] for _, config in engine.asked] == [64, 4]
    assert (run.attempts, run.state) == (2, RunState.DONE)


@pytest.mark.parametrize("module", ["evaluate_policy", "generate"])
def test_prompts_whose_file_is_gone_are_written_again(
    track: Track, engine: FakeEngine, module: str
) -> None:
    failing_once(engine, module)
    cycle = go_round(open_cycle(track=track))
    run = EngineRun.objects.get(module=module)
    Path(run.config["prompts"]).unlink()

    tried_again(cycle)

    assert Path(run.config["prompts"]).is_file()
    assert cycle.outcome == Outcome.PROMOTED


def test_pressed_twice_it_is_tried_once(track: Track, engine: FakeEngine) -> None:
    failing_once(engine, "train_reward")
    cycle = go_round(open_cycle(track=track))
    stale = Cycle.objects.get(pk=cycle.pk)

    retry_cycle(cycle=cycle, by=None)
    with pytest.raises(TrackNotReady, match="there is nothing to retry"):
        retry_cycle(cycle=stale, by=None)

    step = CycleStep.objects.get(stage=Stage.REWARDING)
    assert step.state == RunState.REQUESTED
    assert AuditEvent.objects.filter(verb="cycle.retried").count() == 1


def test_a_reward_model_left_behind_is_never_the_newest(track: Track, engine: FakeEngine) -> None:
    failing_once(engine, "train_reward")
    cycle = go_round(open_cycle(track=track))
    set_knobs(track, Stage.REWARDING, batch_size=2)

    tried_again(cycle)

    done = RewardModel.objects.filter(run__state=RunState.DONE)
    assert (done.count(), RewardModel.objects.count()) == (3, 4)
    assert run_of(cycle, Stage.REPORTING).state == RunState.DONE


def test_what_has_ended_well_is_not_done_anew(track: Track, engine: FakeEngine) -> None:
    """The step failed behind its run, and the settings have changed since: the model is there."""
    cycle = open_cycle(track=track)
    while cycle.stage != Stage.REINFORCING:
        assert advance_cycle(cycle=cycle)
        cycle.refresh_from_db()
    track.policies.update(state=PolicyState.HELD)
    go_round(cycle)
    assert cycle.reasons[0].startswith("Improve the policy: The track has no promoted policy")

    track.policies.update(state=PolicyState.PROMOTED)
    set_knobs(track, Stage.REINFORCING, samples=3)
    tried_again(cycle)

    assert engine.modules.count("train_policy") == 1
    assert cycle.outcome == Outcome.PROMOTED
