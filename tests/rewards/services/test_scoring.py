"""Scores are computed once, kept, and forgotten when a text is erased."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.models import Campaign, Candidate
from annotate.services.erasure import erase_prompt
from commons.models import RunState
from commons.runs import cancel_run
from rewards.errors import NothingToScoreWith, ScoringFailed
from rewards.models import AnswerScore, CandidateScore, RewardModel, ScoreRequest
from rewards.services import scoring
from rewards.services.score_forgetting import forget_after_erasure
from rewards.services.score_request import answer_score_requests, request_scores, scores_of
from rewards.services.scored import Score, ToScore
from rewards.services.scoring import in_parts, score_candidates, score_rows
from tests.factories import make_campaign, make_prompt, make_user
from tests.rewards.scoring import LetterEngine
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(name="Medicine")


@pytest.fixture
def model(campaign: Campaign) -> RewardModel:
    return make_reward_model(campaign)


def void(_: object) -> None:
    """What it returned is not looked at."""


def row(*answers: str, asks: str = "Why?") -> ToScore:
    return ToScore(
        [{"role": "user", "content": asks}],
        [[{"role": "assistant", "content": each}] for each in answers],
    )


def test_what_is_known_is_not_computed_again(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    first = score_rows(reward_model=model, rows=[row("a", "bbb")])
    second = score_rows(reward_model=model, rows=[row("bbb"), row("cc", asks="Who?")])

    assert first == [[Score(1.0, 0.5), Score(3.0, 0.5)]]
    assert second == [[Score(3.0, 0.5)], [Score(2.0, 0.5)]]
    assert letter_engine.texts == [["a", "bbb"], ["cc"]]


def test_each_model_has_its_own_scores(
    model: RewardModel,
    campaign: Campaign,
    letter_engine: LetterEngine,
) -> None:
    score_rows(reward_model=model, rows=[row("a")])
    score_rows(reward_model=make_reward_model(campaign), rows=[row("a")])

    assert letter_engine.texts == [["a"], ["a"]]


def test_no_text_stays_behind(
    model: RewardModel, letter_engine: LetterEngine, settings: Settings
) -> None:
    score_rows(reward_model=model, rows=[row("a")])
    letter_engine.fails = True
    with pytest.raises(ScoringFailed, match="no memory"):
        score_rows(reward_model=model, rows=[row("b")])

    assert list((Path(settings.ARTIFACTS) / "scoring").iterdir()) == []


def test_a_model_that_is_not_trained_is_refused(
    campaign: Campaign,
    letter_engine: LetterEngine,
) -> None:
    model = make_reward_model(campaign, run=make_run(state=RunState.RUNNING))

    with pytest.raises(NothingToScoreWith, match="is running"):
        request_scores(reward_model=model, rows=[row("a")], by=None)
    with pytest.raises(NothingToScoreWith, match="is running"):
        score_rows(reward_model=model, rows=[row("a")])


def test_requests_for_one_model_are_answered_together(
    model: RewardModel,
    campaign: Campaign,
    letter_engine: LetterEngine,
) -> None:
    other = make_reward_model(campaign)
    asked = [
        request_scores(reward_model=each, rows=[row(text)], by=None)
        for each, text in ((model, "a"), (other, "bb"), (model, "ccc"))
    ]
    assert scores_of(asked[0]) is None

    answer_score_requests()
    answer_score_requests()

    assert letter_engine.texts == [["a", "ccc"], ["bb"]]
    for request, value in zip(asked, (1.0, 2.0, 3.0), strict=True):
        request.refresh_from_db()
        assert (request.state, request.rows) == (RunState.DONE, [])
        assert scores_of(request) == [[Score(value, 0.5)]]


def test_the_same_is_asked_for_once_by_each_person(
    model: RewardModel,
    letter_engine: LetterEngine,
) -> None:
    lead, other = make_user("lead"), make_user("other")
    first = request_scores(reward_model=model, rows=[row("a")], by=lead)

    assert request_scores(reward_model=model, rows=[row("a")], by=lead) == first
    assert request_scores(reward_model=model, rows=[row("a")], by=other) != first
    assert request_scores(reward_model=model, rows=[row("b")], by=lead) != first


def test_what_is_known_is_answered_at_once(model: RewardModel, letter_engine: LetterEngine) -> None:
    score_rows(reward_model=model, rows=[row("a", "bb")])

    asked = request_scores(reward_model=model, rows=[row("bb")], by=None)

    assert (asked.state, asked.rows) == (RunState.DONE, [])
    assert scores_of(asked) == [[Score(2.0, 0.5)]]


def test_a_failure_is_told_and_may_be_asked_again(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    lead = make_user("lead")
    asked = request_scores(reward_model=model, rows=[row("a")], by=lead)
    letter_engine.fails = True

    answer_score_requests()

    asked.refresh_from_db()
    assert (asked.state, asked.rows) == (RunState.FAILED, [])
    assert "no memory" in asked.error
    assert request_scores(reward_model=model, rows=[row("a")], by=lead) != asked


def test_a_cancelled_request_takes_no_other_with_it(
    model: RewardModel,
    letter_engine: LetterEngine,
) -> None:
    one, other = (
        request_scores(reward_model=model, rows=[row(text)], by=None) for text in ("a", "bb")
    )
    letter_engine.during = lambda: void(cancel_run(one))

    answer_score_requests()

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, other.state) == (RunState.CANCELLED, RunState.DONE)


def test_a_request_whose_worker_died_is_taken_up(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    asked = request_scores(reward_model=model, rows=[row("a")], by=None)
    long_ago = timezone.now() - timedelta(minutes=5)
    ScoreRequest.objects.update(
        state=RunState.RUNNING, token=asked.uuid, started_at=long_ago, heartbeat_at=long_ago
    )

    answer_score_requests()

    asked.refresh_from_db()
    assert asked.state == RunState.DONE


def test_candidates_are_scored_once_per_model(
    model: RewardModel,
    campaign: Campaign,
    letter_engine: LetterEngine,
) -> None:
    make_prompt(campaign, text="One?", answers=["a", "bb"])
    make_prompt(make_campaign(name="Elsewhere"), text="Two?", answers=["not ours"])

    assert score_candidates(reward_model=model, campaigns=[campaign.uuid]) == 2
    make_prompt(campaign, text="Three?", answers=["ccc"])
    assert score_candidates(reward_model=model, campaigns=[campaign.uuid]) == 1
    assert score_candidates(reward_model=model, campaigns=[campaign.uuid]) == 0

    scored = {
        each.candidate.messages[0]["content"]: (each.score, each.spread)
        for each in CandidateScore.objects.all()
    }
    assert scored == {"a": (1.0, 0.5), "bb": (2.0, 0.5), "ccc": (3.0, 0.5)}


@pytest.mark.parametrize(("together", "starts"), [(100, [3]), (2, [2, 1])])
def test_one_start_of_the_engine_takes_what_several_reads_have_found(
    model: RewardModel,
    campaign: Campaign,
    letter_engine: LetterEngine,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
    starts: list[int],
) -> None:
    monkeypatch.setattr(scoring, "CANDIDATES_AT_ONCE", 1)
    monkeypatch.setattr(scoring, "TOGETHER", together)
    make_prompt(campaign, text="One?", answers=["a", "bb", "ccc"])

    assert score_candidates(reward_model=model, campaigns=[campaign.uuid]) == 3

    assert [len(texts) for texts in letter_engine.texts] == starts
    assert CandidateScore.objects.count() == 3


def test_an_erasure_empties_the_caches(
    model: RewardModel,
    campaign: Campaign,
    letter_engine: LetterEngine,
    settings: Settings,
) -> None:
    prompt = make_prompt(campaign, text="One?", answers=["a"])
    score_candidates(reward_model=model, campaigns=[campaign.uuid])
    request_scores(reward_model=model, rows=[row("a", asks="One?")], by=None)
    states = Path(settings.ARTIFACTS) / "states" / "base" / "rows.safetensors"
    states.parent.mkdir(parents=True)
    states.touch()
    forget_after_erasure()
    assert AnswerScore.objects.exists()
    assert states.exists()

    erase_prompt(prompt=prompt, by=None)
    forget_after_erasure()

    assert not AnswerScore.objects.exists()
    assert not ScoreRequest.objects.exists()
    assert not states.exists()
    assert Candidate.objects.exists()


def test_what_was_computed_while_a_text_was_erased_is_kept_by_no_hash(
    model: RewardModel, campaign: Campaign, letter_engine: LetterEngine
) -> None:
    """The cache was emptied before these came: they would stay until the next erasure."""
    prompt = make_prompt(campaign, text="One?", answers=["a"])
    letter_engine.during = lambda: void(erase_prompt(prompt=prompt, by=None))

    scores = score_rows(reward_model=model, rows=[row("a", asks="One?")])

    assert scores == [[Score(1.0, 0.5)]]
    assert not AnswerScore.objects.exists()


def test_texts_that_a_killed_process_left_are_removed_and_those_at_work_are_not(
    settings: Settings, tmp_path: Path
) -> None:
    settings.ARTIFACTS = tmp_path
    for name, age in {"killed": timedelta(days=2), "at-work": timedelta(hours=2)}.items():
        folder = tmp_path / "scoring" / name
        folder.mkdir(parents=True)
        (folder / "texts.jsonl").write_text("{}")
        then = (timezone.now() - age).timestamp()
        for each in (folder / "texts.jsonl", folder):
            os.utime(each, (then, then))

    answer_score_requests()

    assert [folder.name for folder in (tmp_path / "scoring").iterdir()] == ["at-work"]


def test_parts_are_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rewards.services.scoring.TOGETHER", 3)
    rows = [row("a", "b"), row("c"), row("d"), row("e", "f", "g", "h"), row("i")]

    assert [[len(each.answers) for each in part] for part in in_parts(rows)] == [
        [2, 1],
        [1],
        [4],
        [1],
    ]
