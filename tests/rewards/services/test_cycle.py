"""A cycle goes round by itself, survives any accident, and promotes nothing without reason."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.db import IntegrityError
from django.utils import timezone

from annotate.models import Campaign, Candidate, Snapshot, Task
from commons.disk import REMEDY
from commons.models import RunState
from commons.runs import claim_run
from rewards.enums import Act, Outcome, PolicyState, Stage
from rewards.errors import CycleAlreadyOpen, TrackNotReady
from rewards.models import Cycle, CycleStep, EngineRun, Policy, RewardModel, Track
from rewards.runner import EngineCrashed
from rewards.services.cycle import (
    STEPS,
    advance_cycle,
    cancel_cycle,
    open_cycle,
    retry_cycle,
    skip_step,
)
from rewards.services.policy import decide
from tests.factories import make_member, make_prompt, make_ranking
from tests.rewards.services.conftest import FakeEngine

ORDER = [
    "train_reward",
    "train_reward",
    "train_reward",
    "evaluate_reward",
    "train_policy",
    "evaluate_policy",
    "generate",
]


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


def go_round(cycle: Cycle) -> Cycle:
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    return cycle


def fall_silent() -> None:
    """Let the heartbeats of whatever is running be a minute old."""
    past = timezone.now() - timedelta(minutes=1)
    for model in (CycleStep, EngineRun, Snapshot):
        model.objects.filter(state=RunState.RUNNING).update(heartbeat_at=past)


@pytest.mark.django_db
def test_every_stage_has_its_step() -> None:
    ends = {Stage.DONE, Stage.FAILED, Stage.CANCELLED}

    assert set(STEPS) == set(Stage) - ends


@pytest.mark.django_db
def test_a_better_policy_is_promoted_and_writes_the_next_candidates(
    track: Track, engine: FakeEngine
) -> None:
    cycle = go_round(open_cycle(track=track))

    promoted = Policy.objects.get(track=track, state=PolicyState.PROMOTED)
    assert (cycle.stage, cycle.outcome, cycle.reasons) == (Stage.DONE, Outcome.PROMOTED, [])
    assert (promoted, promoted.number) == (cycle.policy, 1)
    assert Policy.objects.get(number=0).state == PolicyState.RETIRED
    assert engine.modules == ORDER
    unanswered = Candidate.objects.filter(prompt__external_id="", source="policy")
    assert unanswered.count() == 4
    assert {answer.sampling["model"] for answer in unanswered} == {"policy"}
    assert Task.objects.filter(kind="rank", prompt__in=unanswered.values("prompt")).exists()


@pytest.mark.django_db
def test_an_equal_policy_is_held_with_every_reason_in_words(
    track: Track, engine: FakeEngine
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = {"value": 0.5, "low": 0.44, "high": 0.56}
    engine.results["evaluate_reward"]["advantage"] = {"value": 0.0, "low": -0.03, "high": 0.03}

    cycle = go_round(open_cycle(track=track))

    decision = Policy.objects.get(number=1).decisions.get()
    assert (cycle.outcome, decision.act) == (Outcome.HELD, Act.HOLD)
    assert len(cycle.reasons) == 2
    assert decision.reasons == cycle.reasons
    assert Policy.objects.get(state=PolicyState.PROMOTED).number == 0


@pytest.mark.django_db
def test_a_week_without_its_quorum_trains_nothing_and_writes_candidates(
    track: Track, campaign: Campaign, engine: FakeEngine
) -> None:
    Track.objects.filter(pk=track.pk).update(quorum=7)  # there are six rankings

    cycle = go_round(open_cycle(track=track))

    assert (cycle.stage, cycle.outcome, cycle.policy) == (Stage.DONE, Outcome.HELD, None)
    assert cycle.reasons == [
        "only 6 new judgements since the last cycle that trained; the track asks for 7. Collect "
        "more, or lower the quorum in the track's settings"
    ]
    assert engine.modules == ["generate"]


@pytest.mark.django_db
def test_why_nothing_was_trained_stays_said_when_a_later_step_is_tried_again(
    track: Track, engine: FakeEngine
) -> None:
    def crash(module: str) -> None:
        if len(engine.asked) == 1:
            raise EngineCrashed("the server is away")

    engine.before = crash
    Track.objects.filter(pk=track.pk).update(quorum=7)
    cycle = go_round(open_cycle(track=track))
    assert cycle.reasons == ["Write next candidates: the server is away"]

    retry_cycle(cycle=cycle, by=None)
    go_round(cycle)

    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.HELD)
    assert cycle.reasons[0].startswith("only 6 new judgements")


@pytest.mark.django_db
def test_what_counted_for_the_last_week_does_not_count_again(
    track: Track, engine: FakeEngine
) -> None:
    Track.objects.filter(pk=track.pk).update(quorum=6)

    first = go_round(open_cycle(track=track))
    second = go_round(open_cycle(track=track))

    assert (first.outcome, second.outcome) == (Outcome.PROMOTED, Outcome.HELD)
    assert second.reasons[0].startswith("only 0 new judgements")


@pytest.mark.django_db
def test_what_no_cycle_has_learned_from_adds_up_over_the_weeks(
    track: Track, campaign: Campaign, engine: FakeEngine
) -> None:
    """Six judgements are too few in the first week; with one more in the second they are seven."""
    Track.objects.filter(pk=track.pk).update(quorum=7)
    first = go_round(open_cycle(track=track))

    make_ranking(campaign, make_member(campaign))
    second = go_round(open_cycle(track=track))

    assert (first.outcome, second.outcome) == (Outcome.HELD, Outcome.PROMOTED)


@pytest.mark.django_db
def test_a_step_that_others_can_do_without_is_skipped_with_a_reason(
    track: Track, engine: FakeEngine
) -> None:
    def crash(module: str) -> None:
        if module == "generate":
            raise EngineCrashed("the server is away")

    engine.before = crash
    cycle = go_round(open_cycle(track=track))
    assert cycle.stage == Stage.FAILED

    skip_step(cycle=cycle, reason="No prompts wait.", by=None)

    cycle.refresh_from_db()
    step = cycle.steps.get(stage=Stage.ANSWERING)
    assert (cycle.stage, step.state) == (Stage.DONE, RunState.DONE)
    assert cycle.closed_at is not None
    assert step.result["skipped"] == "No prompts wait."
    assert cycle.reasons == []  # it has not failed any more


@pytest.mark.django_db
def test_teaching_is_skipped_and_the_policy_in_service_goes_on(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    advance_cycle(cycle=cycle)

    skip_step(cycle=cycle, reason="The demonstrations are drafts.", by=None)
    go_round(cycle)

    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)


@pytest.mark.django_db
def test_no_step_is_skipped_that_others_need_or_that_a_worker_is_at(
    track: Track, engine: FakeEngine
) -> None:
    cycle = open_cycle(track=track)
    with pytest.raises(TrackNotReady, match="The others need what “Freeze datasets” makes"):
        skip_step(cycle=cycle, reason="No.", by=None)
    advance_cycle(cycle=cycle)
    cycle.refresh_from_db()
    row = CycleStep.objects.create(cycle=cycle, stage=Stage.TEACHING)
    claim_run(CycleStep.objects.filter(pk=row.pk))

    with pytest.raises(TrackNotReady, match="A worker is at this step"):
        skip_step(cycle=cycle, reason="No.", by=None)


@pytest.mark.django_db
def test_only_prompts_that_came_since_the_last_look_are_fresh(
    track: Track, campaign: Campaign, engine: FakeEngine
) -> None:
    def compared() -> dict[str, bool]:
        config = next(c for module, c in reversed(engine.asked) if module == "evaluate_policy")
        rows = map(orjson.loads, Path(str(config["prompts"])).read_bytes().splitlines())
        return {row["id"]: row["fresh"] for row in rows}

    go_round(open_cycle(track=track))
    first = compared()
    for number in range(20):
        make_prompt(campaign, text=f"Is {number} prime?", answers=["a", "b", "c", "d"])
    go_round(open_cycle(track=track))
    second = compared()

    assert set(first.values()) == {True}
    assert {prompt for prompt, fresh in second.items() if not fresh} == set(first)
    assert True in second.values()


@pytest.mark.django_db
def test_reward_model_judge_and_stopping_model_learn_from_disjoint_prompts_at_other_depths(
    track: Track, engine: FakeEngine
) -> None:
    go_round(open_cycle(track=track))

    trained = [config for module, config in engine.asked if module == "train_reward"]
    assert [config["share"] for config in trained] == [[0, 3], [2, 3], [1, 3]]
    assert len({config["layers"] for config in trained}) == 3


@pytest.mark.django_db
def test_models_that_would_share_prompts_are_not_trained(track: Track, engine: FakeEngine) -> None:
    Track.objects.filter(pk=track.pk).update(knobs={"appointing": {"share": [0, 3]}})

    cycle = go_round(open_cycle(track=track))

    assert cycle.stage == Stage.FAILED
    assert "“rewarding” [0, 3] and “appointing” [0, 3] have prompts in common" in cycle.reasons[0]
    assert "train_reward" not in [module for module, _ in engine.asked]


@pytest.mark.django_db
@pytest.mark.parametrize("nth", range(len(ORDER)))
def test_killed_in_any_step_the_cycle_goes_on_there(
    track: Track, engine: FakeEngine, nth: int
) -> None:
    def kill(module: str) -> None:
        if len(engine.asked) == nth + 1:
            raise Killed

    engine.before = kill
    cycle = open_cycle(track=track)
    with pytest.raises(Killed):
        go_round(cycle)
    assert not advance_cycle(cycle=cycle)  # its holder may still live

    fall_silent()
    go_round(cycle)

    expected = ORDER[: nth + 1] + ORDER[nth:]  # the step that was killed, once more
    assert engine.modules == expected
    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert (EngineRun.objects.count(), RewardModel.objects.count()) == (len(ORDER), 3)
    assert (Snapshot.objects.count(), Policy.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_a_crash_fails_the_step_in_words_and_a_retry_goes_on(
    track: Track, engine: FakeEngine
) -> None:
    def crash(module: str) -> None:
        if module == "train_policy" and len(engine.asked) == 5:
            raise EngineCrashed("out of memory; lower samples")

    engine.before = crash
    cycle = go_round(open_cycle(track=track))
    assert cycle.stage == Stage.FAILED
    assert cycle.reasons == ["Improve the policy: out of memory; lower samples"]

    retry_cycle(cycle=cycle, by=None)
    go_round(cycle)

    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert engine.modules == [*ORDER[:5], *ORDER[4:]]


@pytest.mark.django_db
def test_a_full_disk_fails_the_step_in_words(track: Track, engine: FakeEngine) -> None:
    def full(module: str) -> None:
        raise OSError(28, "No space left on device")

    engine.before = full

    cycle = go_round(open_cycle(track=track))

    assert cycle.stage == Stage.FAILED
    assert cycle.reasons == [f"Train the reward model: {REMEDY}."]


@pytest.mark.django_db
def test_a_track_has_one_open_cycle(track: Track) -> None:
    open_cycle(track=track)

    with pytest.raises(CycleAlreadyOpen, match="Main"):
        open_cycle(track=track)
    with pytest.raises(IntegrityError, match=r"one_open_cycle|track_id"):
        Cycle.objects.create(track=track, number=2)


@pytest.mark.django_db
def test_a_cancelled_cycle_stays_where_it_is(track: Track, engine: FakeEngine) -> None:
    cycle = open_cycle(track=track)
    advance_cycle(cycle=cycle)

    cancel_cycle(cycle=cycle, by=None)

    assert not advance_cycle(cycle=cycle)
    assert cycle.stage == Stage.CANCELLED
    assert open_cycle(track=track).number == 2


@pytest.mark.django_db
def test_a_roll_back_puts_the_old_policy_in_service(track: Track, engine: FakeEngine) -> None:
    go_round(open_cycle(track=track))
    old = Policy.objects.get(number=0)

    decide(policy=old, act=Act.ROLL_BACK, by=track.created_by, reasons=["it forgot how to rhyme"])

    states = dict(Policy.objects.values_list("number", "state"))
    assert states == {0: PolicyState.PROMOTED, 1: PolicyState.RETIRED}


@pytest.mark.django_db
def test_training_prompts_are_of_the_train_side_and_the_gates_of_the_test_side(
    track: Track, engine: FakeEngine
) -> None:
    go_round(open_cycle(track=track))

    asked = dict(engine.asked)
    sides = {
        module: {
            Candidate.objects.filter(prompt__uuid=row).values_list("prompt__side")[0][0]
            for row in _prompt_ids(str(asked[module]["prompts"]))
            if Candidate.objects.filter(prompt__uuid=row).exists()
        }
        for module in ("train_policy", "evaluate_policy")
    }
    assert sides == {"train_policy": {"train"}, "evaluate_policy": {"test"}}


def _prompt_ids(file: str) -> list[str]:
    return [orjson.loads(line)["id"] for line in Path(file).read_bytes().splitlines()]
