"""Two models are compared once, on prompts that neither has seen."""

import pytest

from commons.models import RunState
from rewards.errors import ModelNotReady
from rewards.models import EngineRun, RewardComparison, RewardModel, Track
from rewards.services.reward_comparison import request_reward_comparison
from rewards.services.reward_model import request_reward_model
from rewards.tasks import advance_open_cycles
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.services.test_reward_model import frozen


@pytest.fixture
def two(track: Track, engine: FakeEngine) -> tuple[RewardModel, RewardModel]:
    """Two models of a track, trained."""
    first, second = (
        request_reward_model(snapshot=frozen(track), track=track, by=None) for _ in range(2)
    )
    advance_open_cycles()
    first.refresh_from_db()
    second.refresh_from_db()
    return first, second


@pytest.mark.django_db
def test_a_comparison_is_asked_for_once_and_carried_out(
    two: tuple[RewardModel, RewardModel], engine: FakeEngine
) -> None:
    engine.results["compare_rewards"] = {"pairs": 9}

    first = request_reward_comparison(reward_model=two[0], against=two[1], by=None)
    again = request_reward_comparison(reward_model=two[0], against=two[1], by=None)
    advance_open_cycles()

    first.run.refresh_from_db()
    (config,) = [config for module, config in engine.asked if module == "compare_rewards"]
    assert first == again
    assert first.run.result == {"pairs": 9}
    assert str(config["model"]).endswith(f"{two[0].run.uuid}/model")
    assert str(config["against"]).endswith(f"{two[1].run.uuid}/model")


@pytest.mark.django_db
def test_one_that_failed_is_asked_for_again(two: tuple[RewardModel, RewardModel]) -> None:
    asked = request_reward_comparison(reward_model=two[0], against=two[1], by=None)
    EngineRun.objects.filter(pk=asked.run.pk).update(
        state=RunState.FAILED, finished_at=asked.created_at, error="no room"
    )

    request_reward_comparison(reward_model=two[0], against=two[1], by=None)

    asked.run.refresh_from_db()
    assert (asked.run.state, asked.run.error) == (RunState.REQUESTED, "")


@pytest.mark.django_db
def test_only_trained_models_of_one_track_or_dataset_are_compared(
    two: tuple[RewardModel, RewardModel], track: Track
) -> None:
    alone = request_reward_model(snapshot=frozen(track), by=None)
    untrained = request_reward_model(snapshot=frozen(track), track=track, by=None)

    for other in (alone, untrained, two[0]):
        with pytest.raises(ModelNotReady, match="cannot be compared"):
            request_reward_comparison(reward_model=two[0], against=other, by=None)
    with pytest.raises(ModelNotReady, match="not trained yet"):
        request_reward_comparison(reward_model=untrained, against=two[0], by=None)
    assert not RewardComparison.objects.exists()
