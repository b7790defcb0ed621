"""A week's prompts are drawn once; what is written is weighed, kept, and offered by its weight."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from pytest_django.fixtures import Settings

from annotate.models import Campaign, CampaignPrompt, Candidate, Task
from rewards.enums import Outcome, Stage
from rewards.models import Cycle, CycleStep, RewardModel, Track
from rewards.runner import EngineCrashed
from rewards.services import candidates
from rewards.services.candidates import chosen_prompts
from rewards.services.cycle import advance_cycle, open_cycle, retry_cycle
from rewards.services.scored import Score, ToScore
from tests.factories import make_prompt
from tests.rewards.services.conftest import FakeEngine

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

    monkeypatch.setattr(candidates, "newest_reward_model", lambda track: RewardModel(pk=1))
    monkeypatch.setattr(candidates, "disagreement_by_label", lambda model: {})
    monkeypatch.setattr(candidates, "score_rows", score)
    engine.roles = ["promoted"] * 6
    set_knobs(weekly, prompts=1, answers=6)

    go_round(weekly)

    weights = Candidate.objects.filter(source="policy").order_by("pk")
    told = list(weights.values_list("weight", flat=True))
    assert told == [pytest.approx(2 / 1.5)] * 5 + [pytest.approx(8 / 1.5)]


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
