"""A reward model that stands by itself is measured, whoever dies in between."""

from uuid import UUID

import pytest

from annotate import gateway
from commons.models import RunState
from rewards.enums import Method, Purpose
from rewards.errors import SnapshotNotReady
from rewards.models import EngineRun, Evaluation, RewardModel, Track
from rewards.selectors.track import campaigns_of
from rewards.services.reward_model import request_missing_report_cards, request_reward_model
from rewards.tasks import advance_open_cycles
from tests.rewards.services.conftest import FakeEngine


def frozen(track: Track, kind: gateway.SnapshotKind = gateway.SnapshotKind.RANKED) -> UUID:
    snapshot = gateway.request_freeze(kind=kind, campaigns=campaigns_of(track))
    gateway.freeze_requested(snapshot)
    return snapshot


@pytest.mark.django_db
@pytest.mark.parametrize("of_a_track", [True, False])
def test_a_model_asked_for_by_hand_is_trained_and_measured(
    track: Track, engine: FakeEngine, of_a_track: bool
) -> None:
    request_reward_model(snapshot=frozen(track), track=track if of_a_track else None, by=None)

    advance_open_cycles()

    assert engine.modules == ["train_reward", "evaluate_reward"]
    assert Evaluation.objects.get().run.state == RunState.DONE


@pytest.mark.django_db
def test_a_worker_that_dies_after_the_training_owes_no_card(
    track: Track, engine: FakeEngine
) -> None:
    model = request_reward_model(snapshot=frozen(track), track=track, by=None)
    EngineRun.objects.update(state=RunState.DONE, finished_at=model.created_at)

    request_missing_report_cards()
    request_missing_report_cards()

    assert Evaluation.objects.get().reward_model == model


@pytest.mark.django_db
def test_a_judge_of_no_cycle_gets_no_card(track: Track, engine: FakeEngine) -> None:
    request_reward_model(snapshot=frozen(track), purpose=Purpose.JUDGE, by=None)

    advance_open_cycles()

    assert engine.modules == ["train_reward"]


@pytest.mark.django_db
def test_only_frozen_rankings_are_learned_from(track: Track, engine: FakeEngine) -> None:
    asked = gateway.request_freeze(kind=gateway.SnapshotKind.RANKED, campaigns=campaigns_of(track))
    pairs = frozen(track, gateway.SnapshotKind.PREFERENCE)

    with pytest.raises(SnapshotNotReady, match="is requested"):
        request_reward_model(snapshot=asked, by=None)
    with pytest.raises(SnapshotNotReady, match="preference"):
        request_reward_model(snapshot=pairs, by=None)
    assert not RewardModel.objects.exists()


@pytest.mark.django_db
def test_a_head_is_trained_by_its_own_script_and_measured_on_as_long_texts(
    track: Track, engine: FakeEngine
) -> None:
    request_reward_model(snapshot=frozen(track), by=None, method=Method.HEAD)

    advance_open_cycles()

    (trained, config), (measured, card) = engine.asked
    assert (trained, measured) == ("train_head", "evaluate_reward")
    assert str(config["cache"]).endswith("/states")
    assert config["max_length"] == card["max_length"] == 1024
