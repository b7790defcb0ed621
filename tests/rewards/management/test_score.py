"""The command scores a file or a campaign, by the newest good model or a named one."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotate.models import Campaign
from rewards.models import CandidateScore, Evaluation, RewardModel
from tests.factories import make_campaign, make_prompt
from tests.rewards.views.making import CARD, make_reward_model

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter_engine")]


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(name="Medicine")


@pytest.fixture
def model(campaign: Campaign) -> RewardModel:
    return make_reward_model(campaign, card=CARD)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"prompt": "Why?", "answers": ["So.", "It is so."]}) + "\n")
    return path


def told(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("score", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_a_file_is_shown_best_first(model: RewardModel, file: Path) -> None:
    assert told(file).splitlines() == [
        "Why?",
        "   9.000 ± 0.50  It is so.",
        "   3.000 ± 0.50  So.",
    ]


def test_json_has_a_line_for_each_line(model: RewardModel, file: Path) -> None:
    assert json.loads(told(file, "--json")) == {
        "scores": [{"score": 3.0, "uncertainty": 0.5}, {"score": 9.0, "uncertainty": 0.5}]
    }


def test_a_campaign_is_scored(model: RewardModel, campaign: Campaign) -> None:
    make_prompt(campaign, text="One?", answers=["a", "bb"])

    assert "2 candidates scored" in told("--campaign", "Medicine")
    assert CandidateScore.objects.count() == 2


def test_the_newest_good_model_is_taken(model: RewardModel, campaign: Campaign, file: Path) -> None:
    bad = make_reward_model(campaign, card=CARD)
    Evaluation.objects.filter(reward_model=bad).update(refusals=["too few pairs"])
    make_reward_model(campaign)  # not measured yet

    told(file)

    assert model.answer_scores.count() == 2
    told(file, "--model", bad.uuid)
    assert bad.answer_scores.count() == 2


def test_what_cannot_be_is_refused_in_words(campaign: Campaign, file: Path) -> None:
    with pytest.raises(CommandError, match="name one by --model"):
        told(file)
    with pytest.raises(CommandError, match="either a file or a --campaign"):
        told()
    model = make_reward_model(campaign)
    with pytest.raises(CommandError, match="no campaign"):
        told("--campaign", "Nowhere", "--model", model.uuid)
    with pytest.raises(CommandError, match="There is no reward model"):
        told(file, "--model", campaign.uuid)
    file.write_text("{")
    with pytest.raises(CommandError, match="line 1"):
        told(file, "--model", model.uuid)
