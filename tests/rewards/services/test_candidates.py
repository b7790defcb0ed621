"""A week's prompts are drawn once; what is written is weighed, kept, and offered by its weight."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate import gateway
from annotate.models import Campaign, CampaignPrompt, Candidate, Prompt, Task
from commons.models import RunState
from rewards.enums import Outcome, Purpose, Stage
from rewards.models import Cycle, CycleStep, EngineRun, RewardModel, Track
from rewards.runner import EngineCrashed
from rewards.selectors.reward_model import newest_ensemble
from rewards.selectors.track import tracks_beside
from rewards.services import candidates, disagreement
from rewards.services.candidates import chosen_prompts
from rewards.services.cycle import advance_cycle, cancel_cycle, open_cycle, retry_cycle
from rewards.services.run import claim_requested_run
from rewards.services.scored import Score, ToScore
from rewards.services.track import create_track
from tests.factories import make_campaign, make_prompt
from tests.rewards.services.conftest import FakeEngine
from tests.rewards.views.making import make_reward_model, make_run

TEN = 10


@pytest.fixture
def weekly(track: Track, campaign: Campaign) -> Track:
    """A track whose cycle writes candidates and trains nothing; eleven prompts are short."""
    for number in range(TEN):
        make_prompt(campaign, text=f"Is question {number} of any use to the {number} of us?")
    Track.objects.filter(pk=track.pk).update(quorum=1000)
    track.refresh_from_db()
    return track


def set_knobs(track: Track, **knobs: object) -> None:
    Track.objects.filter(pk=track.pk).update(knobs={"answering": knobs})


def go_round(track: Track) -> Cycle:
    cycle = open_cycle(track=track)
    while advance_cycle(cycle=cycle):
        pass
    cycle.refresh_from_db()
    return cycle


def asked(config: Mapping[str, object]) -> list[dict[str, Any]]:
    return [orjson.loads(row) for row in Path(str(config["prompts"])).read_bytes().splitlines()]


def result_of(cycle: Cycle) -> dict[str, Any]:
    return dict(cycle.steps.get(stage=Stage.ANSWERING).result)


def test_no_more_prompts_are_answered_than_the_week_allows(
    weekly: Track, engine: FakeEngine
) -> None:
    """Four of eleven alike: each has a chance of 4/11, and the tasks say so."""
    set_knobs(weekly, prompts=4)

    cycle = go_round(weekly)

    drawn = CampaignPrompt.objects.filter(chance__isnull=False)
    tasks = Task.objects.filter(kind="rank", asked_with__isnull=False)
    assert (cycle.outcome, result_of(cycle)["prompts"]) == (Outcome.HELD, 4)
    assert [place.chance for place in drawn] == [pytest.approx(4 / 11)] * 4
    assert set(tasks.values_list("prompt")) == set(drawn.values_list("prompt"))
    assert [task.asked_with for task in tasks] == [pytest.approx(4 / 11)] * 4
    assert [task.offered_with for task in tasks] == [[1.0] * 4] * 4


def test_every_prompt_names_its_voices(weekly: Track, engine: FakeEngine) -> None:
    set_knobs(
        weekly, answers=3, mix=[{"who": "promoted", "temperature": 0.3}, {"who": "candidate"}]
    )

    go_round(weekly)

    ((_, config),) = engine.asked
    (voice, *others) = asked(config)[0]["voices"]
    assert (voice["role"], voice["temperature"], voice["top_p"]) == ("promoted", 0.3, 0.95)
    assert others == [voice, voice]
    assert not {"mix", "answers", "temperatures"} & config.keys()


def test_runs_are_bounded_and_go_on_where_one_failed(
    weekly: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eleven prompts in parts of five: the second falls, and is the first that is tried again."""
    monkeypatch.setattr(candidates, "AT_ONCE", 5)
    monkeypatch.setattr("rewards.services.steps.answering.AT_ONCE", 5)

    def crash(module: str) -> None:
        if len(engine.asked) == 2:
            raise EngineCrashed("the server is away")

    engine.before = crash
    cycle = go_round(weekly)
    assert cycle.reasons == ["Write next candidates: the server is away"]
    assert result_of(cycle)["prompts"] == 5

    retry_cycle(cycle=cycle, by=None)
    while advance_cycle(cycle=cycle):
        pass

    parts = [[row["id"] for row in asked(config)] for _, config in engine.asked]
    assert [len(part) for part in parts] == [5, 5, 5, 1]
    assert parts[1] == parts[2]
    assert result_of(cycle)["candidates"] == 44
    assert result_of(cycle)["prompts"] == 11


def test_the_weeks_prompts_are_drawn_once(weekly: Track, campaign: Campaign) -> None:
    set_knobs(weekly, prompts=3)
    cycle = open_cycle(track=Track.objects.get(pk=weekly.pk))
    first = chosen_prompts(cycle)

    make_prompt(campaign, text="And what about me?")

    assert chosen_prompts(cycle) == first
    assert len(first) == 3


def test_what_is_new_is_drawn_before_what_is_like_others(weekly: Track, campaign: Campaign) -> None:
    """Ten short prompts nearly repeat an answered one, the eleventh does not: 1/2 against 1."""
    old = make_prompt(campaign, text="Tell me all about the moon.", answers=["a", "b", "c", "d"])
    likes = old.__class__.objects.filter(messages__0__content__startswith="Is question")
    likes.update(cluster=old)
    set_knobs(weekly, prompts=1, at_random=0.1)

    chosen_prompts(open_cycle(track=Track.objects.get(pk=weekly.pk)))

    (chance,) = CampaignPrompt.objects.exclude(chance=None).values_list("chance", flat=True)
    like, new = 0.1 / 11 + 0.9 * 0.5 / 6, 0.1 / 11 + 0.9 / 6
    assert chance in (pytest.approx(like), pytest.approx(new))


def test_of_more_answers_than_are_shown_the_compared_are_wanted_more(
    weekly: Track, engine: FakeEngine
) -> None:
    """Two of six come from the promoted policy, and four of six are shown: weights 2, 2, 1, 1, 1,
    1. A fifth is chance alone: 0.8 · 4 · 2/8 + 0.2 · 4/6 = 0.933 and 0.8 · 4/8 + 0.133 = 0.533."""
    engine.roles = ["promoted", "promoted", "server", "server", "server", "server"]
    set_knobs(weekly, prompts=20, answers=6)

    go_round(weekly)

    weights = sorted(Candidate.objects.filter(source="policy").values_list("weight", flat=True))
    tasks = Task.objects.filter(asked_with__isnull=False)
    assert weights == [1] * 44 + [2] * 22
    for task in tasks:
        chosen = dict(Candidate.objects.values_list("uuid", "weight"))
        expected = {1.0: 0.2 * 4 / 6 + 0.8 * 4 / 8, 2.0: 0.2 * 4 / 6 + 0.8 * 8 / 8}
        of = {str(uuid): weight for uuid, weight in chosen.items()}
        assert task.offered_with == [pytest.approx(expected[of[name]]) for name in task.offered]


@pytest.mark.parametrize(
    ("knobs", "refusal"),
    [
        ({"prompts": 0}, "Main: 'prompts' of “answering” must be a whole number, 1 to 1000000."),
        ({"answers": "4"}, "Main: 'answers' of “answering” must be a whole number, 1 to 16."),
        ({"at_random": 0}, "Main: 'at_random' of “answering” must be above 0 and at most 1."),
        ({"mix": [{"who": "me"}]}, "Main: voice 1: 'who' must be one of"),
        ({"batch": 3}, "Main: 'batch' of “answering” is unknown; the names are prompts, answers"),
        ({"top_p": 2}, "Main: voice 1: 'top_p' must be a number above 0 and at most 1."),
        ({"temperatures": [9]}, "Main: voice 1: 'temperature' must be a number above 0"),
    ],
)
def test_odd_settings_hold_the_step_in_words(
    weekly: Track, engine: FakeEngine, knobs: dict[str, object], refusal: str
) -> None:
    set_knobs(weekly, **knobs)

    cycle = go_round(weekly)

    assert cycle.stage == Stage.FAILED
    assert refusal in cycle.reasons[0]


def test_only_those_that_ask_servers_are_given_their_keys(
    weekly: Track, engine: FakeEngine, settings: Settings
) -> None:
    settings.GENERATOR_KEYS = {"GENERATOR_KEY_GPU": "secret"}

    go_round(weekly)

    assert engine.environments == [{"GENERATOR_KEY_GPU": "secret"}]
    assert "secret" not in str(engine.asked)


def test_what_the_ensemble_disagrees_about_is_wanted_more(
    weekly: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spreads 1, 1, 1, 1, 1 and 4 of a mean of 1.5; all six by the promoted policy: doubled."""

    def score(*, reward_model: object, rows: Sequence[ToScore], tell: object) -> list[list[Score]]:
        return [[Score(0.0, spread) for spread in (1, 1, 1, 1, 1, 4)] for _ in rows]

    monkeypatch.setattr(candidates, "ensemble_of", lambda track: [RewardModel(pk=1)])
    monkeypatch.setattr(candidates, "disagreement_by_label", lambda model: {})
    monkeypatch.setattr(disagreement, "score_rows", score)
    engine.roles = ["promoted"] * 6
    set_knobs(weekly, prompts=1, answers=6)

    go_round(weekly)

    weights = Candidate.objects.filter(source="policy").order_by("pk")
    told = list(weights.values_list("weight", flat=True))
    assert told == [pytest.approx(2 / 1.5)] * 5 + [pytest.approx(8 / 1.5)]


def test_without_a_head_what_the_two_models_differ_about_is_wanted_more(
    weekly: Track, campaign: Campaign, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stopping model turns the last two of six round: apart by 0, 0, 0, 0, 1 and 1 of a mean of
    a third, so that the first are wanted least and the last three times as much; all six by the
    promoted policy: doubled."""
    make_reward_model(campaign, track=weekly)
    stopping = make_reward_model(campaign, track=weekly, purpose=Purpose.STOPPING)

    def score(
        *, reward_model: RewardModel, rows: Sequence[ToScore], tell: object
    ) -> list[list[Score]]:
        said = (0, 1, 2, 3, 5, 4) if reward_model == stopping else (0, 1, 2, 3, 4, 5)
        return [[Score(float(each)) for each in said] for _ in rows]

    monkeypatch.setattr(disagreement, "score_rows", score)
    engine.roles = ["promoted"] * 6
    set_knobs(weekly, prompts=1, answers=6)

    go_round(weekly)

    weights = Candidate.objects.filter(source="policy").order_by("pk")
    told = list(weights.values_list("weight", flat=True))
    assert told == [0.05] * 4 + [pytest.approx(6)] * 2


def test_prompts_are_drawn_by_the_last_ensemble_that_has_scored_candidates(
    weekly: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the head of this very cycle, which has had no time for it."""
    scored = RewardModel(pk=7)
    told: list[RewardModel | None] = []

    def disagreement(model: RewardModel | None) -> dict[tuple[str, str], float]:
        told.append(model)
        return {}

    monkeypatch.setattr(candidates, "ensemble_that_scored", lambda track: scored)
    monkeypatch.setattr(candidates, "disagreement_by_label", disagreement)

    chosen_prompts(open_cycle(track=weekly))

    assert told == [scored]


def test_no_engine_is_started_for_a_model_that_is_no_ensemble(
    weekly: Track, campaign: Campaign, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its scores would have no spread, and a start of the engine costs more than they do."""
    make_reward_model(campaign, track=weekly)
    monkeypatch.setattr(disagreement, "score_rows", lambda **_: pytest.fail("scored"))
    engine.roles = ["promoted"] * 6
    set_knobs(weekly, prompts=1, answers=6)

    go_round(weekly)

    weights = Candidate.objects.filter(source="policy").values_list("weight", flat=True)
    assert set(weights) == {2.0}


def test_the_newest_fast_head_is_the_ensemble(weekly: Track, campaign: Campaign) -> None:
    """Whatever was trained after it; but not one of another track, nor one without its files."""
    head = make_reward_model(campaign, track=weekly, run=make_run("train_head"))
    gone = make_reward_model(campaign, track=weekly, run=make_run("train_head"))
    gone.run.files_gone_at = timezone.now()
    gone.run.save()
    make_reward_model(campaign, run=make_run("train_head"))
    make_reward_model(campaign, track=weekly)

    assert newest_ensemble(weekly) == head


def test_chances_are_kept_by_whoever_finds_the_draw(
    weekly: Track, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker dies between the file and the rows; prompts that came since change nothing."""
    set_knobs(weekly, prompts=4)
    cycle = open_cycle(track=Track.objects.get(pk=weekly.pk))
    with monkeypatch.context() as killed:
        killed.setattr(gateway, "keep_chances", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            chosen_prompts(cycle)
    for number in range(TEN):
        make_prompt(campaign, text=f"What became of number {number} of the others?")

    drawn = chosen_prompts(cycle)

    kept = CampaignPrompt.objects.filter(chance__isnull=False)
    assert {place.prompt.uuid: place.chance for place in kept} == {
        prompt: pytest.approx(4 / 11) for prompt in drawn
    }


def test_a_run_of_prompts_that_are_all_gone_is_cancelled(
    weekly: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run of the first part failed, and its prompts were erased before it was tried again:
    left as it was, it would go on by itself once the step has another."""
    monkeypatch.setattr("rewards.services.steps.answering.AT_ONCE", 6)

    def crash(module: str) -> None:
        if len(engine.asked) == 1:
            raise EngineCrashed("the server is away")

    engine.before = crash
    cycle = go_round(weekly)
    Prompt.objects.filter(uuid__in=chosen_prompts(cycle)[:6]).update(quarantined=True)

    retry_cycle(cycle=cycle, by=None)
    while advance_cycle(cycle=cycle):
        pass

    first, second = EngineRun.objects.order_by("pk")
    assert (first.state, second.state) == (RunState.CANCELLED, RunState.DONE)
    assert not claim_requested_run()


def test_a_worker_that_has_lost_the_step_keeps_nothing_more(
    weekly: Track, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker has claimed the step while the answers were written."""

    def lose(module: str) -> None:
        CycleStep.objects.filter(stage=Stage.ANSWERING).update(token=uuid4())

    engine.before = lose

    cycle = open_cycle(track=weekly)
    advance_cycle(cycle=cycle)
    advance_cycle(cycle=cycle)

    assert not Candidate.objects.filter(source="policy").exists()


@pytest.fixture
def beside(weekly: Track, campaign: Campaign) -> Track:
    """Another track that draws from the same campaign."""
    other = create_track(name="Other", campaigns=[campaign.uuid], by=None)
    Track.objects.filter(pk=other.pk).update(quorum=1000, knobs={"answering": {"prompts": 4}})
    set_knobs(weekly, prompts=4)
    other.refresh_from_db()
    return other


def chances() -> dict[str, float]:
    places = CampaignPrompt.objects.filter(chance__isnull=False).select_related("prompt")
    return {str(place.prompt.uuid): place.chance for place in places if place.chance}


def test_two_tracks_draw_from_one_campaign_and_each_chance_is_of_one_draw(
    weekly: Track, beside: Track, engine: FakeEngine
) -> None:
    """The first draws four of eleven and waits for its server; the other draws four of the seven
    that are left, and both have their prompts answered."""

    def crash(module: str) -> None:
        if len(engine.asked) == 1:
            raise EngineCrashed("the server is away")

    engine.before = crash
    first = go_round(weekly)
    ours = set(chances())
    assert first.stage == Stage.FAILED

    second = go_round(beside)
    retry_cycle(cycle=first, by=None)
    while advance_cycle(cycle=first):
        pass

    expected = {name: pytest.approx(4 / 11 if name in ours else 4 / 7) for name in chances()}
    tasks = Task.objects.filter(asked_with__isnull=False).select_related("prompt")
    assert (len(ours), len(expected)) == (4, 8)
    assert [result_of(each)["prompts"] for each in (first, second)] == [4, 4]
    assert chances() == expected
    assert {str(task.prompt.uuid): task.asked_with for task in tasks} == expected


def test_what_an_ended_cycle_of_another_track_had_drawn_is_drawn_again(
    weekly: Track, beside: Track, engine: FakeEngine
) -> None:
    def crash(module: str) -> None:
        raise EngineCrashed("the server is away")

    engine.before = crash
    cancel_cycle(cycle=go_round(weekly), by=None)
    engine.before = lambda module: None

    go_round(beside)

    tasks = Task.objects.filter(asked_with__isnull=False)
    assert [task.asked_with for task in tasks] == [pytest.approx(4 / 11)] * 4


def test_tracks_of_other_campaigns_do_not_wait_for_each_other(weekly: Track, beside: Track) -> None:
    alone = create_track(name="Alone", campaigns=[make_campaign().uuid], by=None)

    assert tracks_beside(weekly) == [beside]
    assert tracks_beside(alone) == []
