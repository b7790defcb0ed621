"""A new track begins with what was measured to make a policy better on a machine like this one."""

from dataclasses import fields
from pathlib import Path

import pytest

from bench.loop import RECIPES
from rewards.enums import PolicyMethod, Stage
from rewards.models import Track
from rewards.services import recipe
from rewards.services.knobs import knobs_for, prompts_of
from rewards.services.recipe import usual_knobs, usual_method
from rewards.services.track import refuse_odd_settings


@pytest.fixture(params=[False, True])
def has_gpu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    found = bool(request.param)
    monkeypatch.setattr(recipe, "has_gpu", lambda: found)
    return found


def test_without_a_gpu_a_track_begins_with_heads_and_dpo_as_measured(has_gpu: bool) -> None:
    method = usual_method()
    track = Track(method=method, knobs=usual_knobs(method))
    refuse_odd_settings(track)

    improving = knobs_for(track, Stage.REINFORCING)

    if has_gpu:
        assert (method, track.knobs) == (PolicyMethod.GRPO, {})
        return
    assert method == PolicyMethod.DPO
    assert RECIPES["dpo"].items() <= improving.items()
    assert (prompts_of(track, Stage.REINFORCING), prompts_of(track, Stage.EVALUATING)) == (112, 120)
    assert {track.knobs[stage]["method"] for stage in ("rewarding", "stopping", "appointing")} == {
        "head"
    }


@pytest.mark.parametrize("method", PolicyMethod)
def test_the_engine_knows_what_the_policys_run_is_told(
    method: PolicyMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = pytest.importorskip(f"rewards.engine.{method.module}")
    monkeypatch.setattr(recipe, "has_gpu", lambda: False)
    track = Track(method=method, knobs=usual_knobs(method))

    told = knobs_for(track, Stage.REINFORCING)

    assert set(told) <= {field.name for field in fields(script.Config)}


@pytest.mark.parametrize("device", ["nvidia0", "kfd", "dxg"])
def test_a_gpu_is_seen_among_the_devices(tmp_path: Path, device: str) -> None:
    (tmp_path / "nvidiactl").touch()  # of a driver without a card
    (tmp_path / "tty0").touch()
    assert not recipe.has_gpu(tmp_path)

    (tmp_path / device).touch()

    assert recipe.has_gpu(tmp_path)
