"""A track without a fast head goes by what its reward model and its stopping model differ about."""

from datetime import timedelta
from math import sqrt

import pytest
from django.utils import timezone

from annotate.models import Campaign, Candidate
from commons.models import RunState
from rewards.enums import Method, Purpose
from rewards.models import CandidateScore, CandidateScoring, RewardModel, Track
from rewards.selectors.reward_model import ensemble_of, ensemble_that_scored
from rewards.selectors.score import disagreement_by_label
from rewards.services.candidate_scoring import SETTLED, score_new_candidates
from rewards.services.disagreement import disagreements
from rewards.services.folders import model_folder
from rewards.services.scored import ToScore
from rewards.services.scoring import score_candidates
from tests.factories import make_campaign, make_prompt
from tests.rewards.scoring import LetterEngine
from tests.rewards.views.making import make_reward_model, make_run

pytestmark = pytest.mark.django_db
TWO = (Purpose.REWARD, Purpose.STOPPING)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(name="Medicine")


@pytest.fixture
def track(campaign: Campaign) -> Track:
    return Track.objects.create(name="Main", campaigns=[str(campaign.uuid)])


@pytest.fixture
def two(campaign: Campaign, track: Track, letter_engine: LetterEngine) -> list[RewardModel]:
    """The reward model counts letters; the stopping model ten times the letters a, from 100 on.
    The judge, which is newer, is asked by nobody."""
    reward, stopping = (
        make_reward_model(campaign, track=track, purpose=purpose) for purpose in TWO
    )
    judge = make_reward_model(campaign, track=track, purpose=Purpose.JUDGE)
    letter_engine.single = {
        model_folder(reward.run): lambda text: float(len(text)),
        model_folder(stopping.run): lambda text: 100.0 + 10 * text.count("a"),
        model_folder(judge.run): lambda text: pytest.fail("the judge was asked"),
    }
    return [reward, stopping]


def answered(campaign: Campaign, asks: str, *answers: str, skill: str = "") -> None:
    make_prompt(campaign, text=asks, answers=list(answers), skill=skill)
    Candidate.objects.update(created_at=timezone.now() - 2 * SETTLED)


def score() -> None:
    score_new_candidates(goes_on=lambda: True)


def told(model: RewardModel) -> dict[str, float | None]:
    found = CandidateScore.objects.filter(reward_model=model).select_related("candidate")
    return {each.candidate.text: each.spread for each in found}


def test_the_two_that_the_policy_is_trained_with_and_never_the_judge(
    campaign: Campaign, track: Track, two: list[RewardModel]
) -> None:
    assert ensemble_of(track) == two

    newer = make_reward_model(campaign, track=track, purpose=Purpose.STOPPING)
    assert ensemble_of(track) == [two[0], newer]


def test_a_fast_head_says_by_itself_how_sure_it_is(
    campaign: Campaign, track: Track, two: list[RewardModel]
) -> None:
    head = make_reward_model(campaign, track=track, run=make_run(Method.HEAD.module))

    assert ensemble_of(track) == [head]


@pytest.mark.parametrize("purpose", TWO)
def test_where_one_of_them_is_missing_there_is_no_ensemble(
    track: Track, two: list[RewardModel], purpose: Purpose
) -> None:
    run = two[TWO.index(purpose)].run
    run.files_gone_at = timezone.now()
    run.save()

    assert ensemble_of(track) == []


def test_what_they_differ_about_is_kept_with_the_reward_model(
    campaign: Campaign, track: Track, two: list[RewardModel], letter_engine: LetterEngine
) -> None:
    """Lengths 2 and 4, 2 and 4: deviations -1, 1 of both, variance 4 / 2. The stopping model counts
    a: 120 and 140 of the first prompt (-10, 10), 100 and 100 of the second: variance 200 / 2, so
    that it is scaled by sqrt(2 / 100). The first is 1 against sqrt(2), the second 1 against 0; half
    of that, times sqrt(2)."""
    answered(campaign, "One?", "aa", "aaaa", skill="law")
    answered(campaign, "Two?", "bb", "bbbb", skill="art")

    score()

    alike, apart = (sqrt(2) - 1) / 2 * sqrt(2), 1 / 2 * sqrt(2)
    reward, stopping = two
    assert told(reward) == {
        "aa": pytest.approx(alike),
        "aaaa": pytest.approx(alike),
        "bb": pytest.approx(apart),
        "bbbb": pytest.approx(apart),
    }
    assert told(stopping) == {"aa": None, "aaaa": None, "bb": None, "bbbb": None}
    assert ensemble_that_scored(track) == reward
    assert disagreement_by_label(ensemble_that_scored(track)) == {
        ("law", "en"): pytest.approx(alike),
        ("art", "en"): pytest.approx(apart),
    }
    row = CandidateScoring.objects.get()
    assert (row.reward_model, row.state, row.done) == (reward, RunState.DONE, 4)
    score()
    assert len(letter_engine.texts) == 2  # each model was started once


def test_what_one_of_them_had_scored_before_is_told_too(
    campaign: Campaign, two: list[RewardModel], letter_engine: LetterEngine
) -> None:
    answered(campaign, "One?", "a", "bbb")
    score_candidates(reward_model=two[0], campaigns=[campaign.uuid])

    score()

    assert letter_engine.texts == [["a", "bbb"]] * 2
    assert None not in told(two[0]).values()


def test_an_answer_that_was_alone_is_told_once_another_has_come(
    campaign: Campaign, two: list[RewardModel]
) -> None:
    prompt = make_prompt(campaign, text="One?", answers=["a"])
    Candidate.objects.update(created_at=timezone.now() - 2 * SETTLED)
    score()
    assert told(two[0]) == {"a": None}

    Candidate.objects.create(
        prompt=prompt,
        digest="another",
        messages=[{"role": "assistant", "content": "bbb"}],
        source="policy",
    )
    Candidate.objects.update(created_at=timezone.now() - 2 * SETTLED)
    score()

    assert told(two[0]) == {"a": pytest.approx(sqrt(2)), "bbb": pytest.approx(sqrt(2))}


def test_answers_that_are_to_be_weighed_are_scored_by_both(two: list[RewardModel]) -> None:
    """Lengths 1 and 3 against 110 and 100: -1, 1 and, on its scale, 1, -1."""
    row = ToScore(
        [{"role": "user", "content": "Why?"}],
        [[{"role": "assistant", "content": said}] for said in ("a", "bbb")],
    )

    assert disagreements(two, [row]) == [[pytest.approx(sqrt(2))] * 2]


def test_where_one_cannot_score_its_row_says_why(
    campaign: Campaign, two: list[RewardModel], letter_engine: LetterEngine
) -> None:
    answered(campaign, "One?", "a", "bbb")
    letter_engine.fails = True

    score()

    row = CandidateScoring.objects.get()
    assert (row.reward_model, row.state) == (two[0], RunState.FAILED)
    letter_engine.fails = False
    CandidateScoring.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    score()
    assert told(two[0]) == {"a": pytest.approx(sqrt(2)), "bbb": pytest.approx(sqrt(2))}
