"""A track's reward models may be heads on frozen states; what does not fit is refused in words."""

from dataclasses import fields

import pytest

from bench.loop import LAYERS
from rewards.enums import Stage
from rewards.errors import OddSetting
from rewards.models import Track
from rewards.services.knobs import HEAD_DEFAULTS, knobs_for
from rewards.services.reward_knobs import HEAD_KNOBS, HEADS_ALONE, refuse_misfits
from rewards.services.shares import LEARNERS, depths_in_common, refuse_overlap
from rewards.services.track import refuse_odd_settings

HEADS = {str(stage): {"method": "head"} for stage in LEARNERS}
OURS = {"snapshot", "base", "out", "cache", "method"}  # what a cycle says itself


def head(**more: object) -> Track:
    return Track(knobs={"stopping": {"method": "head", **more}})


@pytest.mark.parametrize("stage", LEARNERS)
def test_a_head_is_told_what_it_knows_and_nothing_of_a_model_that_is_trained(stage: Stage) -> None:
    told = knobs_for(Track(knobs=HEADS), stage)

    assert told == {**HEAD_DEFAULTS[stage], "method": "head"}
    assert set(HEAD_DEFAULTS[stage]) <= set(HEAD_KNOBS)


def test_what_each_way_to_learn_can_be_told_is_what_its_script_reads() -> None:
    train_head = pytest.importorskip("rewards.engine.train_head")
    reward_knobs = pytest.importorskip("rewards.engine.reward_knobs")

    heads, trained = (
        {field.name for field in fields(script.Config)} - OURS
        for script in (train_head, reward_knobs)
    )
    assert set(HEAD_KNOBS) == heads
    assert heads - trained == HEADS_ALONE


def test_three_heads_learn_from_disjoint_prompts_and_read_other_layers() -> None:
    track = Track(knobs=HEADS)

    refuse_odd_settings(track)
    refuse_overlap(track)
    assert depths_in_common(track.knobs) == []


def test_their_depths_are_those_of_the_bench_for_a_base_of_its_size() -> None:
    usual = [12, 14, 16]  # of thirty layers, where the bench leaves them to the engine
    measured = {
        Stage.REWARDING: LAYERS["reward"] or usual,
        Stage.STOPPING: LAYERS["stopping"],
        Stage.APPOINTING: LAYERS["judge"],
    }

    for stage, layers in measured.items():
        depths = HEAD_DEFAULTS[stage]["depths"]
        assert isinstance(depths, list)
        assert [round(30 * share) for share in depths] == layers


@pytest.mark.parametrize(
    ("track", "says"),
    [
        (
            head(epochs=2),
            "“epochs” of “stopping” does not fit its method “head”, which can be",
        ),
        (head(layers=8), r"“layers” of a head are a list, as \[12, 14\], not 8"),
        (head(layers=[0]), "“layers” of a head are a list"),
        (head(depths=[]), "“depths” of “stopping” are shares of the base's layers"),
        (head(depths=[0.5, 1.5]), "each above 0 and at most 1"),
        (head(depths=["0.5"]), "each above 0 and at most 1"),
        (Track(knobs={"appointing": {"method": "tail"}}), "is one of full, lora, head, not tail"),
        (Track(knobs={"appointing": {"method": ["head"]}}), "is one of full, lora, head"),
        (
            Track(knobs={"rewarding": {"depths": [0.5]}}),
            "“depths” of “rewarding” fits its method “head” alone",
        ),
        (Track(knobs={"rewarding": {"layers": [9]}}), "only the method “head” takes a list"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(track: Track, says: str) -> None:
    with pytest.raises(OddSetting, match=says) as odd:
        refuse_misfits(track)

    assert odd.value.field == "knobs"


def test_what_fits_is_let_through() -> None:
    refuse_misfits(Track())
    refuse_misfits(Track(knobs={"rewarding": {"method": "lora", "lora_rank": 4, "layers": None}}))
    refuse_misfits(head(layers=[1, 2], heads=4, share=[1, 3]))
