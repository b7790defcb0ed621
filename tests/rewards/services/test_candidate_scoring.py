"""Candidates are scored by the newest ensemble by itself, once each, while nobody waits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.models import Campaign, Candidate
from commons.models import RunState
from commons.runs import SILENCE, cancel_run, seize_run
from rewards.enums import Method, Purpose
from rewards.models import CandidateScore, CandidateScoring, RewardModel, Track
from rewards.selectors.reward_model import ensemble_that_scored, newest_ensemble
from rewards.selectors.run import something_waits
from rewards.selectors.score import disagreement_by_label
from rewards.services import candidate_scoring
from rewards.services.candidate_scoring import AGAIN, SETTLED, score_new_candidates
from rewards.services.cycle import open_cycle
from rewards.services.run import request_run
from rewards.services.score_request import request_scores
from rewards.services.scored import ToScore
from rewards.services.scoring import score_candidates
from rewards.tasks import advance_open_cycles
from tests.factories import make_campaign, make_prompt
from tests.rewards.scoring import LetterEngine
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(name="Medicine")


@pytest.fixture
def track(campaign: Campaign) -> Track:
    return Track.objects.create(name="Main", campaigns=[str(campaign.uuid)])


def make_head(campaign: Campaign, track: Track, purpose: Purpose = Purpose.REWARD) -> RewardModel:
    run = make_run(Method.HEAD.module)
    return make_reward_model(campaign, track=track, run=run, purpose=purpose)


@pytest.fixture
def head(campaign: Campaign, track: Track) -> RewardModel:
    return make_head(campaign, track)


def answered(campaign: Campaign, asks: str, *answers: str, skill: str = "") -> None:
    """A prompt with answers that came long enough ago."""
    make_prompt(campaign, text=asks, answers=list(answers), skill=skill)
    grow_old()


def grow_old() -> None:
    Candidate.objects.update(created_at=timezone.now() - 2 * SETTLED)


def score(goes_on: Callable[[], bool] = lambda: True) -> None:
    score_new_candidates(goes_on=goes_on)


def scored_by(model: RewardModel) -> dict[str, float]:
    found = CandidateScore.objects.filter(reward_model=model).select_related("candidate")
    return {each.candidate.text: each.score for each in found}


def row_of(model: RewardModel) -> CandidateScoring:
    return CandidateScoring.objects.get(reward_model=model)


def test_what_came_is_scored_once_by_whom_it_is_wanted(
    campaign: Campaign, head: RewardModel, letter_engine: LetterEngine
) -> None:
    make_prompt(make_campaign(name="Elsewhere"), text="Two?", answers=["not ours"])
    answered(campaign, "One?", "a", "bb")
    score()
    answered(campaign, "Three?", "ccc")
    score()
    score()

    assert scored_by(head) == {"a": 1.0, "bb": 2.0, "ccc": 3.0}
    assert letter_engine.texts == [["a", "bb"], ["ccc"]]
    assert (row_of(head).state, row_of(head).done) == (RunState.DONE, 3)
    assert row_of(head).reached == Candidate.objects.latest("pk").pk


def test_what_has_just_come_waits_until_all_before_it_is_there(
    campaign: Campaign, head: RewardModel, letter_engine: LetterEngine
) -> None:
    """Of two that write at once, the later number may be committed first."""
    make_prompt(campaign, text="One?", answers=["a"])
    score()
    assert scored_by(head) == {}

    grow_old()
    score()

    assert scored_by(head) == {"a": 1.0}


def test_what_a_person_had_scored_is_not_scored_again(
    campaign: Campaign, head: RewardModel, letter_engine: LetterEngine
) -> None:
    answered(campaign, "One?", "a", "bb")
    score_candidates(reward_model=head, campaigns=[campaign.uuid])
    answered(campaign, "Two?", "ccc")

    score()

    assert letter_engine.texts == [["a", "bb"], ["ccc"]]
    assert row_of(head).done == 1


@pytest.mark.parametrize("who", ["a judge", "no ensemble", "an inactive track"])
def test_whom_nobody_wants_to_score(
    campaign: Campaign, track: Track, letter_engine: LetterEngine, who: str
) -> None:
    answered(campaign, "One?", "a")
    if who == "a judge":
        make_head(campaign, track, Purpose.JUDGE)
    elif who == "no ensemble":
        make_reward_model(campaign, track=track)
    elif who == "an inactive track":
        make_head(campaign, track)
        Track.objects.update(active=False)

    score()

    assert letter_engine.texts == []
    assert not CandidateScoring.objects.exists()


def test_a_newer_ensemble_begins_anew_with_no_more_than_a_week_writes(
    campaign: Campaign,
    track: Track,
    head: RewardModel,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidate_scoring, "PART", 2)
    Track.objects.update(knobs={"answering": {"prompts": 1, "answers": 3}})
    answered(campaign, "One?", "a", "bb", "ccc", "dddd", "eeeee")
    score()
    assert scored_by(head) == {"ccc": 3.0, "dddd": 4.0, "eeeee": 5.0}

    newer = make_head(campaign, track)
    score()

    assert scored_by(newer) == scored_by(head)
    assert letter_engine.texts == [["ccc", "dddd"], ["eeeee"]] * 2


def test_whoever_waits_is_let_past_after_a_part_and_it_goes_on_later(
    campaign: Campaign,
    head: RewardModel,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidate_scoring, "PART", 2)
    answered(campaign, "One?", "a", "bb", "ccc")

    score(goes_on=lambda: not letter_engine.texts)

    assert letter_engine.texts == [["a", "bb"]]
    assert row_of(head).state == RunState.DONE
    score(goes_on=lambda: False)
    assert len(letter_engine.texts) == 1
    score()
    assert letter_engine.texts == [["a", "bb"], ["ccc"]]


def test_a_part_whose_worker_died_is_scored_by_the_next(
    campaign: Campaign,
    head: RewardModel,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed in the second part: the first is kept, and what the engine knew is looked up."""
    monkeypatch.setattr(candidate_scoring, "PART", 2)
    answered(campaign, "One?", "a", "bb", "ccc")

    def die() -> None:
        if len(letter_engine.texts) == 2:
            raise KeyboardInterrupt

    letter_engine.during = die
    with pytest.raises(KeyboardInterrupt):
        score()
    assert row_of(head).state == RunState.RUNNING
    score()
    assert len(letter_engine.texts) == 2  # its heart may still beat

    CandidateScoring.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)
    score()

    assert letter_engine.texts == [["a", "bb"], ["ccc"], ["ccc"]]
    assert scored_by(head) == {"a": 1.0, "bb": 2.0, "ccc": 3.0}
    assert (row_of(head).done, row_of(head).attempts) == (3, 2)


@pytest.mark.parametrize("lose", [cancel_run, seize_run])
def test_who_has_lost_the_claim_stops_its_engine_and_writes_nothing(
    campaign: Campaign,
    head: RewardModel,
    letter_engine: LetterEngine,
    lose: Callable[[CandidateScoring], object],
) -> None:
    answered(campaign, "One?", "a")

    def lost() -> None:
        lose(row_of(head))

    letter_engine.during = lost

    score()

    assert scored_by(head) == {}
    assert (row_of(head).error, row_of(head).reached) == ("", 0)


def test_what_cannot_be_scored_is_said_and_tried_again_after_an_hour(
    campaign: Campaign, head: RewardModel, letter_engine: LetterEngine
) -> None:
    answered(campaign, "One?", "a")
    letter_engine.fails = True
    score()
    row = row_of(head)
    assert (row.state, row.error) == (
        RunState.FAILED,
        "the engine ended with code 1:\nno memory",
    )

    letter_engine.fails = False
    score()
    assert scored_by(head) == {}
    CandidateScoring.objects.update(finished_at=timezone.now() - AGAIN - timedelta(seconds=1))
    score()

    assert scored_by(head) == {"a": 1.0}
    assert (row_of(head).state, row_of(head).error) == (RunState.DONE, "")


def test_odd_settings_of_one_track_keep_no_other_waiting(
    campaign: Campaign, track: Track, head: RewardModel, letter_engine: LetterEngine
) -> None:
    Track.objects.update(knobs={"answering": {"prompts": 0}})
    other = Track.objects.create(name="Other", campaigns=[str(campaign.uuid)])
    second = make_head(campaign, other)
    answered(campaign, "One?", "a")

    score()

    assert row_of(head).error.startswith("Main: 'prompts' of “answering” must be a whole number")
    assert scored_by(second) == {"a": 1.0}


def test_the_draw_goes_by_the_last_ensemble_that_has_scored_anything(
    campaign: Campaign, track: Track, head: RewardModel, letter_engine: LetterEngine
) -> None:
    """That of the cycle that goes on is new, and has had no time yet."""
    assert ensemble_that_scored(track) is None
    answered(campaign, "One?", "a", skill="law")
    score()

    newer = make_head(campaign, track)

    assert newest_ensemble(track) == newer
    assert ensemble_that_scored(track) == head
    assert disagreement_by_label(ensemble_that_scored(track)) == {("law", "en"): 0.5}


def test_nobody_waits_for_scores_and_scores_wait_for_everybody(
    campaign: Campaign, track: Track, head: RewardModel
) -> None:
    assert not something_waits()
    row = ToScore([{"role": "user", "content": "?"}], [[{"role": "assistant", "content": "!"}]])
    asked = request_scores(reward_model=head, rows=[row], by=None)
    assert something_waits()
    cancel_run(asked)

    run = request_run(module="train_reward", config={})
    assert something_waits()
    cancel_run(run)
    assert not something_waits()

    open_cycle(track=track)
    assert something_waits()


def test_the_train_worker_scores_once_all_else_is_done(
    campaign: Campaign, track: Track, head: RewardModel, letter_engine: LetterEngine
) -> None:
    answered(campaign, "One?", "a")

    advance_open_cycles()

    assert scored_by(head) == {"a": 1.0}
