"""Where the stopping model turned is drawn, with the table beside."""

from django.urls import reverse

from commons.models import RunState
from rewards.enums import Stage
from rewards.models import EngineRun, Metric
from rewards.views.divergence import divergence_of
from rewards.views.running import points_of
from tests.rewards.views.conftest import Cast, words
from tests.rewards.views.making import make_cycle, make_policy, make_run

LOOKS = [(0, 0.0, 0.0), (2, 0.4, 0.5), (4, 0.9, 0.3), (6, 1.2, -0.1)]


def watched(*, steps: int = 12, best: int | None = 2) -> EngineRun:
    run = make_run(
        "train_dpo", result={"best_step": best}, columns={"config": {"max_steps": steps}}
    )
    for step, reward, stopping in LOOKS:
        values = {"reward_gain": reward, "stopping_gain": stopping, "watched_kl": 0.01 * step}
        Metric.objects.create(run=run, step=step, values=values)
    Metric.objects.create(run=run, step=1, values={"loss": 0.69})
    return run


def test_the_looks_of_a_run_and_where_it_turned(cast: Cast):
    run = watched()

    found = divergence_of(run, points_of(run))

    assert found is not None
    assert [(look.step, look.reward, look.stopping) for look in found.looks] == LOOKS
    assert (found.kept, found.steps, found.has_turned) == (2, 12, True)


def test_a_run_that_went_to_its_end_has_not_turned(cast: Cast):
    run = watched(steps=6, best=6)
    found = divergence_of(run, points_of(run))

    assert found is not None
    assert not found.has_turned


def test_without_two_looks_of_a_stopping_model_there_is_nothing_to_draw(cast: Cast):
    run = make_run("train_policy")
    Metric.objects.create(run=run, step=0, values={"reward_gain": 0.0})
    Metric.objects.create(run=run, step=2, values={"reward_gain": 0.3})

    assert divergence_of(run, points_of(run)) is None


def test_the_page_of_the_cycle_says_where_training_stopped(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.EVALUATING, step=RunState.RUNNING)
    cycle.steps.filter(stage=Stage.REINFORCING).update(run=watched())
    make_policy(cast.track, cycle=cycle)

    page = cast.client(cast.lead).get(
        reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])
    )

    said = words(page)
    assert (
        "Training stopped at step 6 of 12: the stopping model had seen nothing better since step 2."
        in said
    )
    assert "6 +1.20 −0.10 0.0600" in said
    assert page.content.count(b"<polyline") == 2
