"""A track's method decides which script improves its policy, and what that is told."""

from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from annotate.enums import Side
from annotate.models import Campaign, Prompt, Snapshot
from annotate.services.erasure import erase_prompt
from commons.models import RunState
from rewards.enums import Outcome, PolicyMethod, Stage
from rewards.models import Cycle, CycleStep, Track
from rewards.services.cycle import advance_cycle, open_cycle, skip_step
from rewards.services.folders import run_folder
from rewards.services.steps.reinforcing import earlier_samples
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.services.test_cycle import go_round

MODULES = {"train_policy", "train_rloo", "train_dpo", "train_best_of_n"}


def by(track: Track, method: PolicyMethod, **knobs: object) -> Track:
    Track.objects.filter(pk=track.pk).update(method=method, knobs={"reinforcing": knobs})
    track.refresh_from_db()
    return track


def improved(engine: FakeEngine) -> list[tuple[str, Mapping[str, object]]]:
    return [(module, config) for module, config in engine.asked if module in MODULES]


@pytest.mark.django_db
@pytest.mark.parametrize("method", PolicyMethod)
def test_the_cycle_goes_round_by_every_method(
    track: Track, engine: FakeEngine, method: PolicyMethod
) -> None:
    cycle = go_round(open_cycle(track=by(track, method)))

    [(module, config)] = improved(engine)
    stopping = cycle.steps.get(stage=Stage.STOPPING).run
    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert module == method.module
    assert stopping is not None
    assert config["stopping_model"] == str(run_folder(stopping) / "model")
    assert config["stopping_model"] != config["reward_model"]


@pytest.mark.django_db
def test_dpo_on_what_people_preferred_freezes_their_pairs(track: Track, engine: FakeEngine) -> None:
    cycle = go_round(open_cycle(track=by(track, PolicyMethod.DPO, pairs="preference")))

    [(_, config)] = improved(engine)
    frozen = Snapshot.objects.get(kind="preference")
    assert cycle.outcome == Outcome.PROMOTED
    assert Path(str(config["snapshot"])).is_dir()  # of this machine
    assert cycle.steps.get(stage=Stage.FREEZING).result["preference"] == str(frozen.uuid)
    assert frozen.state == RunState.DONE


@pytest.mark.django_db
def test_best_of_n_learns_from_the_samples_of_all_iterations(
    track: Track, engine: FakeEngine
) -> None:
    """Two weeks have kept theirs; the folder of a third is gone."""
    by(track, PolicyMethod.BEST_OF_N)
    kept = []
    for week in range(3):
        cycle = go_round(open_cycle(track=track))
        run = cycle.steps.get(stage=Stage.REINFORCING).run
        assert run is not None
        if week < 2:
            kept.append(run_folder(run) / "samples.jsonl")
            kept[-1].write_text("")

    go_round(open_cycle(track=track))

    told = [config["earlier"] for _, config in improved(engine)]
    assert told == [[], [str(kept[0])], list(map(str, kept)), list(map(str, kept))]


@pytest.mark.django_db
def test_best_of_n_is_told_which_old_prompts_may_still_be_used(
    track: Track, campaign: Campaign, engine: FakeEngine
) -> None:
    """Of those that a week has asked one is erased, one is held out, and one nobody knows."""
    by(track, PolicyMethod.BEST_OF_N)
    usable, erased = Prompt.objects.filter(side=Side.TRAIN)[:2]
    held_out = Prompt.objects.filter(side=Side.TEST).first()
    assert held_out is not None
    run = go_round(open_cycle(track=track)).steps.get(stage=Stage.REINFORCING).run
    assert run is not None
    names = [usable.uuid, erased.uuid, held_out.uuid, uuid4()]
    rows = "".join(f'{{"prompt": "{name}", "answers": []}}\n' for name in names)
    (run_folder(run) / "samples.jsonl").write_text(rows + '{"prompt": "torn')
    erase_prompt(prompt=erased, by=None)

    go_round(open_cycle(track=track))

    first, second = (config for _, config in improved(engine))
    assert "usable" not in first
    assert Path(str(second["usable"])).read_text() == f"{usable.uuid}\n"


@pytest.mark.django_db
def test_samples_of_another_track_or_method_are_not_taken(track: Track, engine: FakeEngine) -> None:
    cycle = go_round(open_cycle(track=by(track, PolicyMethod.DPO)))
    run = cycle.steps.get(stage=Stage.REINFORCING).run
    assert run is not None
    (run_folder(run) / "samples.jsonl").write_text("")

    assert earlier_samples(Cycle(track=track, number=9)) == []


@pytest.mark.django_db
def test_without_a_stopping_model_the_policy_is_improved_all_the_same(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    while cycle.stage != Stage.STOPPING:
        go_one(cycle)

    skip_step(cycle=cycle, reason="Too few rankings for three models.", by=None)
    go_round(cycle)

    [(_, config)] = improved(engine)
    assert "stopping_model" not in config
    assert cycle.outcome == Outcome.PROMOTED
    assert CycleStep.objects.get(stage=Stage.STOPPING).result["skipped"]


def go_one(cycle: Cycle) -> None:
    assert advance_cycle(cycle=cycle)
    cycle.refresh_from_db()
