"""What stands by itself and failed is tried again from a shell."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commons.models import AuditEvent, RunState
from rewards.enums import BenchmarkName, Stage
from rewards.models import Benchmark, CycleStep, EngineRun, RewardModel
from tests.rewards.views.conftest import Cast, cast
from tests.rewards.views.making import (
    make_arena,
    make_card,
    make_contest,
    make_cycle,
    make_policy,
    make_reward_model,
    make_run,
)

__all__ = ["cast"]  # a fixture


def failed(module: str = "train_reward") -> EngineRun:
    return make_run(module, state=RunState.FAILED, columns={"error": "The disk is full."})


def model_of(cast: Cast, run: EngineRun | None = None) -> RewardModel:
    return make_reward_model(cast.campaign, track=cast.track, run=run)


def test_a_training_is_tried_again_by_the_id_of_its_model(
    cast: Cast, capsys: pytest.CaptureFixture[str]
):
    model = model_of(cast, failed())

    call_command("retry_run", str(model.uuid))

    model.run.refresh_from_db()
    assert model.run.state == RunState.REQUESTED
    assert "It has left nothing to go on from" in capsys.readouterr().out
    assert AuditEvent.objects.filter(verb="run.retried").count() == 1


def test_of_a_trained_model_its_card_or_benchmark_is(cast: Cast):
    model = model_of(cast)
    card = make_card(model, failed("evaluate_reward")).run
    benchmark = Benchmark.objects.create(
        reward_model=model, name=BenchmarkName.values[0], run=failed("run_benchmark")
    ).run

    call_command("retry_run", str(model.uuid))
    call_command("retry_run", str(model.uuid))

    for run in (card, benchmark):
        run.refresh_from_db()
        assert run.state == RunState.REQUESTED


def test_a_run_is_named_by_its_folder(cast: Cast):
    run = failed("compare_rewards")

    call_command("retry_run", str(run.uuid))

    run.refresh_from_db()
    assert run.state == RunState.REQUESTED


def test_what_has_not_failed_or_is_not_known_is_refused(cast: Cast):
    with pytest.raises(CommandError, match="It has not failed; there is nothing to retry"):
        call_command("retry_run", str(make_run().uuid))
    with pytest.raises(CommandError, match="There is no run"):
        call_command("retry_run", str(uuid4()))


def test_what_is_of_an_arena_is_retried_on_its_page(cast: Cast):
    policies = make_policy(cast.track), make_policy(cast.track)
    run = make_contest(make_arena(cast.track, cast.campaign), *policies).run
    EngineRun.objects.filter(pk=run.pk).update(state=RunState.FAILED, finished_at=timezone.now())

    with pytest.raises(CommandError, match="the arena of “Everyday”; retry it on the arena's page"):
        call_command("retry_run", str(run.uuid))


def test_what_is_of_a_cycle_is_retried_with_it(cast: Cast):
    model = model_of(cast, failed())
    cycle = make_cycle(cast.track, stage=Stage.REWARDING, step=RunState.FAILED)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.REWARDING).update(run=model.run)

    with pytest.raises(CommandError, match="It is a step of Everyday, cycle 1; retry that one"):
        call_command("retry_run", str(model.uuid))
