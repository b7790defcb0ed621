"""Logs go two years after the weights; what best-of-n still learns from stays, its draws do not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rewards.enums import Stage
from rewards.models import Cycle, CycleStep, EngineRun, Track
from rewards.services.folders import draws_folder, run_folder, samples_of
from rewards.services.records import (
    RECORDS_KEPT,
    old_draws,
    old_records,
    prune_draws,
    prune_records,
)
from rewards.services.steps.reinforcing import earlier_samples
from tests.rewards.views.making import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_artifacts(settings, tmp_path):
    settings.ARTIFACTS = tmp_path / "artifacts"


def make_ended(track: Track, number: int, *, weeks_ago: float = 9) -> Cycle:
    return Cycle.objects.create(
        track=track,
        number=number,
        stage=Stage.DONE,
        closed_at=timezone.now() - timedelta(weeks=weeks_ago),
    )


def make_bare_run(module: str) -> EngineRun:
    """Its weights went more than two years ago; its log and samples lie there."""
    run = make_run(module)
    run_folder(run).mkdir(parents=True)
    (run_folder(run) / "engine.log").write_text("learned\n")
    samples_of(run).write_text("{}\n")
    gone = timezone.now() - RECORDS_KEPT - timedelta(days=1)
    EngineRun.objects.filter(pk=run.pk).update(files_gone_at=gone)
    return run


def sampled_in(cycle: Cycle) -> EngineRun:
    run = make_bare_run("train_best_of_n")
    CycleStep.objects.create(cycle=cycle, stage=Stage.REINFORCING, run=run)
    return run


def test_records_go_two_years_after_the_weights() -> None:
    run, younger = make_bare_run("train_sft"), make_bare_run("train_sft")
    EngineRun.objects.filter(pk=younger.pk).update(files_gone_at=timezone.now() - RECORDS_KEPT / 2)

    assert (prune_records(), prune_records()) == (1, 0)

    assert not run_folder(run).exists()
    assert (run_folder(younger) / "engine.log").exists()


def test_samples_stay_while_their_track_is_active_and_the_rest_goes(track: Track) -> None:
    run = sampled_in(make_ended(track, 1))
    now = Cycle.objects.create(track=track, number=2)

    assert (prune_records(), old_records()) == (1, [])

    assert earlier_samples(now) == [samples_of(run)]
    assert [each.name for each in run_folder(run).iterdir()] == ["samples.jsonl"]


def test_samples_of_an_inactive_track_go_once_no_cycle_of_it_is_open(track: Track) -> None:
    run = sampled_in(make_ended(track, 1))
    now = Cycle.objects.create(track=track, number=2)
    Track.objects.update(active=False)
    prune_records()
    assert earlier_samples(now) == [samples_of(run)]

    Cycle.objects.filter(pk=now.pk).update(stage=Stage.CANCELLED, closed_at=timezone.now())

    assert prune_records() == 1
    assert not run_folder(run).exists()


def drawn_for(name: object) -> str:
    draws_folder().mkdir(parents=True, exist_ok=True)
    file = draws_folder() / f"{name}.jsonl"
    file.write_text('{"prompt": "1", "chance": 0.5}\n')
    return file.name


def test_draws_go_with_the_age_of_their_cycle(track: Track, settings) -> None:
    settings.MODELS_KEPT_WEEKS = 8
    old, younger = (make_ended(track, n, weeks_ago=weeks) for n, weeks in ((1, 9), (2, 7)))
    is_open = Cycle.objects.create(track=track, number=3)
    names = [drawn_for(each.uuid) for each in (old, younger, is_open)]
    noted = drawn_for("notes")

    assert [file.name for file in old_draws()] == names[:1]
    assert (prune_draws(), prune_draws()) == (1, 0)

    assert {file.name for file in draws_folder().iterdir()} == {*names[1:], noted}
    Track.objects.update(weeks_kept=6)
    assert [file.name for file in old_draws()] == [names[1]]


def test_draws_of_no_known_cycle_are_as_old_as_they_say(track: Track, settings) -> None:
    unknown = drawn_for(Cycle().uuid)
    settings.MODELS_KEPT_WEEKS = 8
    assert old_draws() == []

    settings.MODELS_KEPT_WEEKS = 0

    assert [file.name for file in old_draws()] == [unknown]
