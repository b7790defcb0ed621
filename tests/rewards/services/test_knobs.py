"""What the engine is told, by stage and by the track's method, and what of it is a track's own."""

from dataclasses import fields

import pytest

from rewards.enums import PolicyMethod, Stage
from rewards.errors import OddSetting, TrackNotReady
from rewards.models import Track
from rewards.services.knobs import DEFAULTS, knobs_for, learns_from_people, prompts_of, start_of
from rewards.stats.evidence import Evidence, Range

LEARNT = (Stage.REWARDING, Stage.STOPPING, Stage.APPOINTING)


def test_the_three_models_learn_from_disjoint_prompts_at_other_depths() -> None:
    told = [DEFAULTS[stage] for stage in LEARNT]

    assert [knobs["share"] for knobs in told] == [[0, 3], [1, 3], [2, 3]]
    assert len({knobs["layers"] for knobs in told}) == 3


def test_a_policy_is_trained_by_a_score_without_length_and_judged_by_one_with_it() -> None:
    assert knobs_for(Track(), Stage.REWARDING)["drop_covariates"] is True
    assert knobs_for(Track(), Stage.APPOINTING)["drop_covariates"] is False
    assert knobs_for(Track(), Stage.STOPPING)["drop_covariates"] is False


def test_a_track_may_keep_length_in_the_score() -> None:
    track = Track(knobs={"rewarding": {"drop_covariates": False}})

    assert knobs_for(track, Stage.REWARDING) == {
        **DEFAULTS[Stage.REWARDING],
        "drop_covariates": False,
    }


@pytest.mark.parametrize("stage", LEARNT)
def test_the_engine_knows_what_a_reward_model_is_told(stage: Stage) -> None:
    reward_knobs = pytest.importorskip("rewards.engine.reward_knobs")

    assert set(DEFAULTS[stage]) <= {field.name for field in fields(reward_knobs.Config)}


def test_the_gate_looks_at_the_score_that_leaves() -> None:
    without, with_length = ({"value": v, "low": v - 0.1, "high": v + 0.1} for v in (0.6, 0.8))

    found = Evidence.of(comparison={}, card={"accuracy": without, "with_covariates": with_length})

    assert found.accuracy == Range(0.6, 0.5, 0.7)


@pytest.mark.parametrize("method", PolicyMethod)
def test_a_track_sets_its_own_over_those_of_its_method(method: PolicyMethod) -> None:
    track = Track(method=method, knobs={"reinforcing": {"max_steps": 400}})

    assert knobs_for(track, Stage.REINFORCING)["max_steps"] == 400
    assert knobs_for(Track(method=method), Stage.REINFORCING)["max_steps"] in (6, 12)


def test_fine_tuning_begins_from_the_promoted_policy_or_the_base() -> None:
    from_base = Track(knobs={"teaching": {"start": "base", "epochs": 2}})

    assert (start_of(Track()), start_of(from_base)) == ("promoted", "base")
    assert knobs_for(from_base, Stage.TEACHING) == {"max_length": 512, "epochs": 2}
    with pytest.raises(TrackNotReady, match="“start” of “teaching”"):
        start_of(Track(knobs={"teaching": {"start": "zero"}}))


@pytest.mark.parametrize("stage", [Stage.REINFORCING, Stage.EVALUATING])
def test_a_track_says_how_many_prompts_a_step_is_given_and_no_engine_is_told(stage: Stage) -> None:
    own = Track(knobs={str(stage): {"prompts": 7}})

    assert (prompts_of(Track(), stage), prompts_of(own, stage)) == (256, 7)
    assert "prompts" not in knobs_for(own, stage)


@pytest.mark.parametrize("said", [0, -1, 2.5, "7", True, None, 10**7])
def test_what_is_no_number_of_prompts_is_refused(said: object) -> None:
    with pytest.raises(OddSetting, match="“prompts” of “evaluating” must be a whole number"):
        prompts_of(Track(knobs={"evaluating": {"prompts": said}}), Stage.EVALUATING)


def test_only_dpo_learns_from_what_people_preferred() -> None:
    asked = {"reinforcing": {"pairs": "preference"}}

    assert learns_from_people(Track(method=PolicyMethod.DPO, knobs=asked))
    assert not learns_from_people(Track(method=PolicyMethod.DPO))
    assert not learns_from_people(Track(method=PolicyMethod.GRPO, knobs=asked))
