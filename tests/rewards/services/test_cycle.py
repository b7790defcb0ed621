"""A cycle goes round by itself, survives any accident, and promotes nothing without reason."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from annotate.enums import Role
from annotate.models import Campaign, Candidate, Snapshot, Task
from commons.disk import REMEDY
from commons.models import Notice, NoticeKind, RunState
from commons.runs import claim_run
from rewards.enums import Act, Outcome, PolicyState, Purpose, Stage
from rewards.errors import CycleAlreadyOpen, TrackNotReady
from rewards.models import Cycle, CycleStep, EngineRun, Evaluation, Policy, RewardModel, Track
from rewards.runner import EngineCrashed
from rewards.selectors.reward_model import judge_of
from rewards.selectors.run import requested_runs
from rewards.services.cycle import (
    STEPS,
    advance_cycle,
    cancel_cycle,
    open_cycle,
    retry_cycle,
    skip_step,
)
from rewards.services.folders import model_folder
from rewards.services.policy import decide
from rewards.services.reward_model import request_report_card
from tests.factories import make_member, make_prompt, make_ranking
from tests.rewards.services.conftest import CARD, FakeEngine

ORDER = [
    "train_reward",
    "train_reward",
    "train_reward",
    "evaluate_reward",  # the judge
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
def test_the_rankings_of_a_cycle_say_what_they_count_in_agreement(
    track: Track, engine: FakeEngine
) -> None:
    """Each was given to one person alone."""
    go_round(open_cycle(track=track))

    frozen = Snapshot.objects.get(kind="ranked")
    assert frozen.policy["chances"] is True
    assert set(frozen.members.values_list("agreement_weight", flat=True)) == {0}


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


def until(stage: Stage, track: Track) -> Cycle:
    """A cycle that stands at this step and has not begun it."""
    cycle = open_cycle(track=track)
    while cycle.stage != stage:
        assert advance_cycle(cycle=cycle)
        cycle.refresh_from_db()
    return cycle


def learn_from(cycle: Cycle, stage: Stage, share: list[int]) -> None:
    """Let a step's run have been asked for when the shares were others."""
    run = cycle.steps.get(stage=stage).run
    assert run is not None
    EngineRun.objects.filter(pk=run.pk).update(config={**run.config, "share": share})


@pytest.mark.django_db
def test_no_judge_is_trained_on_prompts_of_this_cycles_reward_model(
    track: Track, engine: FakeEngine
) -> None:
    """The reward model was trained when the two of them had half of the prompts each."""
    cycle = until(Stage.APPOINTING, track)
    learn_from(cycle, Stage.REWARDING, [0, 2])

    go_round(cycle)

    assert cycle.stage == Stage.FAILED
    assert (
        "the share of “appointing” [2, 3] has prompts in common with [0, 2], from which "
        "“rewarding” of this cycle has learned" in cycle.reasons[0]
    )
    assert cycle.reasons[0].endswith("Cancel this cycle and open a new one.")
    assert engine.modules == ["train_reward"]


@pytest.mark.django_db
@pytest.mark.parametrize("taken", [{}, {"rewarding": [0, 2], "appointing": [1, 2]}])
def test_without_prompts_of_its_own_there_is_no_stopping_model(
    track: Track, engine: FakeEngine, taken: dict[str, list[int]]
) -> None:
    cycle = until(Stage.STOPPING, track)
    for stage, share in taken.items():
        learn_from(cycle, Stage(stage), share)

    go_round(cycle)

    step = cycle.steps.get(stage=Stage.STOPPING)
    config = dict(engine.asked)["train_policy"]
    assert cycle.stage == Stage.DONE
    assert engine.modules.count("train_reward") == (2 if taken else 3)
    assert ("stopping_model" in config) == (not taken)
    assert ("[1, 3] has prompts in common with [0, 2]" in str(step.result)) == bool(taken)


@pytest.mark.django_db
def test_a_stopping_model_that_shares_prompts_stops_nothing(
    track: Track, engine: FakeEngine
) -> None:
    """Its run was asked for before anybody looked at the shares, and has ended."""
    cycle = until(Stage.REPORTING, track)
    learn_from(cycle, Stage.STOPPING, [0, 2])
    CycleStep.objects.filter(cycle=cycle, stage=Stage.STOPPING).update(
        state=RunState.REQUESTED, finished_at=None
    )
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.STOPPING)

    go_round(cycle)

    assert "stopping_model" not in dict(engine.asked)["train_policy"]


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
        if module == "train_policy" and len(engine.asked) == 6:
            raise EngineCrashed("out of memory; lower samples")

    engine.before = crash
    cycle = go_round(open_cycle(track=track))
    assert cycle.stage == Stage.FAILED
    assert cycle.reasons == ["Improve the policy: out of memory; lower samples"]

    retry_cycle(cycle=cycle, by=None)
    go_round(cycle)

    assert (cycle.stage, cycle.outcome) == (Stage.DONE, Outcome.PROMOTED)
    assert engine.modules == [*ORDER[:6], *ORDER[5:]]


def card_with(lead: float) -> dict[str, object]:
    """A report card whose lead over the longer answer may be as low as that."""
    return {**CARD, "advantage": {"value": lead + 0.04, "low": lead, "high": lead + 0.08}}


def judge_measured_as(engine: FakeEngine, card: dict[str, object]) -> None:
    """The judge comes first; the reward model's card stays as it is."""
    own = engine.results["evaluate_reward"]

    def give(module: str) -> None:
        first = engine.modules.count("evaluate_reward") == 1
        engine.results["evaluate_reward"] = card if first else own

    engine.before = give


@pytest.mark.django_db
def test_the_judge_has_a_report_card_of_its_own(track: Track, engine: FakeEngine) -> None:
    judge_measured_as(engine, card_with(0.02))

    cycle = go_round(open_cycle(track=track))

    judge, reward = judge_of(cycle), track.rewards.get(purpose=Purpose.REWARD)
    assert judge is not None
    assert judge.purpose == Purpose.JUDGE
    cards = [config["model"] for module, config in engine.asked if module == "evaluate_reward"]
    assert cards == [str(model_folder(judge.run)), str(model_folder(reward.run))]
    assert judge.evaluations.get().run.result == card_with(0.02)
    step = cycle.steps.select_related("run").get(stage=Stage.REPORTING)
    assert step.run == reward.evaluations.get().run
    assert not requested_runs().filter(state=RunState.REQUESTED).exists()


@pytest.mark.django_db
def test_a_judge_no_better_than_length_is_remarked_on_and_holds_nothing(
    track: Track, engine: FakeEngine
) -> None:
    judge_measured_as(engine, card_with(-0.01))

    cycle = go_round(open_cycle(track=track))

    assert (cycle.outcome, cycle.reasons) == (Outcome.PROMOTED, [])
    assert cycle.steps.get(stage=Stage.DECIDING).result["remarks"][0] == (
        "the judge, which decides who wins, is not shown to be better than preferring the longer "
        "answer (0.60; its lead may be as low as -0.01): read the answers before you lean on the "
        "win rates"
    )
    evidence = Policy.objects.get(number=1).decisions.get().evidence
    assert evidence["judge"]["advantage"]["low"] == -0.01


@pytest.mark.django_db
def test_a_judge_from_before_there_were_such_cards_is_said_to_be_unknown(
    track: Track, engine: FakeEngine
) -> None:
    """A cycle that stood behind its report card when this version came."""
    cycle = until(Stage.REINFORCING, track)
    judge = judge_of(cycle)
    assert judge is not None
    judge.evaluations.all().delete()

    go_round(cycle)

    assert cycle.outcome == Outcome.PROMOTED
    assert cycle.steps.get(stage=Stage.DECIDING).result["remarks"][0] == (
        "nothing is known of the judge, which decides who wins: no report card was written of it"
    )
    assert Policy.objects.get(number=1).decisions.get().evidence["judge"] is None


@pytest.mark.django_db
def test_a_cycle_that_had_asked_for_its_card_before_the_judges_gets_both(
    track: Track, engine: FakeEngine
) -> None:
    """The step's run was the reward model's card, and a worker died over it."""
    cycle = until(Stage.REPORTING, track)
    reward = track.rewards.get(purpose=Purpose.REWARD)
    card = request_report_card(reward_model=reward, by=None)
    CycleStep.objects.create(cycle=cycle, stage=Stage.REPORTING, run=card.run)

    go_round(cycle)

    assert cycle.outcome == Outcome.PROMOTED
    assert engine.modules == ORDER
    assert cycle.steps.get(stage=Stage.REPORTING).run == card.run


@pytest.mark.django_db
def test_a_judges_card_that_fails_is_tried_again(track: Track, engine: FakeEngine) -> None:
    def crash(module: str) -> None:
        if module == "evaluate_reward" and len(engine.asked) == 4:
            raise EngineCrashed("out of memory")

    engine.before = crash
    cycle = go_round(open_cycle(track=track))
    assert cycle.reasons == ["Write the report card: out of memory"]

    retry_cycle(cycle=cycle, by=None)
    go_round(cycle)

    assert engine.modules == [*ORDER[:4], *ORDER[3:]]
    assert Evaluation.objects.filter(reward_model__purpose=Purpose.JUDGE).count() == 1


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


@pytest.mark.django_db
def test_no_more_prompts_are_trained_on_and_compared_on_than_the_track_says(
    track: Track, engine: FakeEngine
) -> None:
    knobs = {"reinforcing": {"prompts": 3}, "evaluating": {"prompts": 1}}
    Track.objects.filter(pk=track.pk).update(knobs=knobs)

    go_round(open_cycle(track=track))

    asked = dict(engine.asked)
    modules = ("train_policy", "evaluate_policy")
    assert [len(_prompt_ids(str(asked[each]["prompts"]))) for each in modules] == [3, 1]


@pytest.mark.django_db
def test_heads_go_round_with_the_cycle_at_depths_of_their_own(
    track: Track, engine: FakeEngine
) -> None:
    knobs = {stage: {"method": "head"} for stage in ("rewarding", "appointing", "stopping")}
    Track.objects.filter(pk=track.pk).update(knobs=knobs)

    cycle = go_round(open_cycle(track=track))

    told = [config for module, config in engine.asked if module == "train_head"]
    assert (cycle.stage, engine.modules) == (
        Stage.DONE,
        [each.replace("train_reward", "train_head") for each in ORDER],
    )
    assert [config["share"] for config in told] == [[0, 3], [2, 3], [1, 3]]
    assert len({str(config["depths"]) for config in told}) == 3
    assert all("method" not in config and config["cache"] for config in told)
    assert dict(engine.asked)["evaluate_reward"]["max_length"] == told[0]["max_length"]


@pytest.mark.django_db
def test_settings_that_fit_no_head_are_refused_before_anything_is_trained(
    track: Track, engine: FakeEngine
) -> None:
    Track.objects.filter(pk=track.pk).update(knobs={"appointing": {"method": "head", "epochs": 2}})

    cycle = go_round(open_cycle(track=track))

    assert "“epochs” of “appointing” does not fit its method “head”" in cycle.reasons[0]
    assert engine.asked == []


@pytest.mark.django_db
def test_where_a_person_promotes_the_policy_waits_for_them(
    track: Track, engine: FakeEngine
) -> None:
    Track.objects.filter(pk=track.pk).update(person_promotes=True)
    lead = make_member(Campaign.objects.get(), name="lead", role=Role.LEAD)

    cycle = go_round(open_cycle(track=track))

    policy = cycle.policy
    assert policy is not None
    assert (cycle.stage, cycle.outcome, cycle.reasons) == (Stage.DONE, Outcome.WAITING, [])
    assert (policy.state, policy.decisions.count()) == (PolicyState.CANDIDATE, 0)
    assert policy.evidence["length_ratio"] == 1.0
    assert Policy.objects.get(state=PolicyState.PROMOTED).number == 0
    notice = Notice.objects.get(kind=NoticeKind.CYCLE_HELD)
    assert notice.facts["outcome"] == "waiting"
    assert not Notice.objects.filter(kind=NoticeKind.CYCLE_PROMOTED).exists()
    assert notice.path == reverse("rewards:answers", args=[policy.uuid])

    decide(policy=policy, act=Act.PROMOTE, by=lead, reasons=["It reads well."])

    cycle.refresh_from_db()
    assert cycle.outcome == Outcome.PROMOTED
    assert Policy.objects.get(state=PolicyState.PROMOTED) == policy


@pytest.mark.django_db
def test_what_a_person_holds_waits_no_more(track: Track, engine: FakeEngine) -> None:
    Track.objects.filter(pk=track.pk).update(person_promotes=True)
    lead = make_member(Campaign.objects.get(), name="lead", role=Role.LEAD)
    cycle = go_round(open_cycle(track=track))
    assert cycle.policy is not None

    decide(policy=cycle.policy, act=Act.HOLD, by=lead, reasons=["It rambles."])

    cycle.refresh_from_db()
    assert cycle.outcome == Outcome.HELD


@pytest.mark.django_db
@pytest.mark.parametrize("person_promotes", [True, False])
@pytest.mark.parametrize("low", [0.44, 0.56])  # the gate would hold, and promote
@pytest.mark.parametrize(
    ("act", "outcome"), [(Act.HOLD, Outcome.HELD), (Act.PROMOTE, Outcome.PROMOTED)]
)
def test_what_a_person_decided_before_the_gate_is_the_cycles_outcome(
    track: Track,
    engine: FakeEngine,
    act: Act,
    outcome: Outcome,
    low: float,
    person_promotes: bool,
) -> None:
    """The candidate is there while it is still compared, and its page lets a lead decide."""
    engine.results["evaluate_policy"]["win_rate"] = {"value": 0.6, "low": low, "high": 0.7}
    Track.objects.filter(pk=track.pk).update(person_promotes=person_promotes)
    lead = make_member(Campaign.objects.get(), name="lead", role=Role.LEAD)
    cycle = open_cycle(track=track)
    while cycle.stage != Stage.EVALUATING:
        assert advance_cycle(cycle=cycle)
        cycle.refresh_from_db()
    assert cycle.policy is not None
    decide(policy=cycle.policy, act=act, by=lead, reasons=["I have read it."])

    go_round(cycle)

    cycle.refresh_from_db()
    cycle.policy.refresh_from_db()
    assert (cycle.stage, cycle.outcome, cycle.reasons) == (Stage.DONE, outcome, [])
    assert cycle.policy.decisions.get().by == lead
    assert cycle.policy.evidence["length_ratio"] == 1.0
    assert not Notice.objects.filter(facts__outcome="waiting").exists()
    asked = dict(engine.asked)["evaluate_policy"]
    assert asked["policy"] != asked["against"]


@pytest.mark.django_db
def test_whoever_overrules_the_gate_decides_on_what_it_saw(
    track: Track, engine: FakeEngine
) -> None:
    engine.results["evaluate_policy"]["win_rate"] = {"value": 0.5, "low": 0.44, "high": 0.56}

    cycle = go_round(open_cycle(track=track))

    assert cycle.policy is not None
    cycle.policy.refresh_from_db()
    assert cycle.policy.evidence == cycle.policy.decisions.get(act=Act.HOLD).evidence
    assert cycle.policy.evidence["length_ratio"] == 1.0


@pytest.mark.django_db
def test_the_gate_holds_by_itself_where_a_person_promotes(track: Track, engine: FakeEngine) -> None:
    engine.results["evaluate_policy"]["win_rate"] = {"value": 0.5, "low": 0.44, "high": 0.56}
    Track.objects.filter(pk=track.pk).update(person_promotes=True)

    cycle = go_round(open_cycle(track=track))

    assert cycle.outcome == Outcome.HELD
    assert len(cycle.reasons) == 1


@pytest.mark.django_db
def test_who_hears_of_a_promotion_is_led_to_its_answers(track: Track, engine: FakeEngine) -> None:
    cycle = go_round(open_cycle(track=track))

    assert cycle.policy is not None
    notice = Notice.objects.get(kind=NoticeKind.CYCLE_PROMOTED)
    assert notice.path == reverse("rewards:answers", args=[cycle.policy.uuid])
