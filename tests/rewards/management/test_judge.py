"""The command lets a reward model judge a campaign, here or by the train worker."""

from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from annotate.enums import Kind
from annotate.models import Campaign, MachineVerdict
from annotate.services.campaign import Work
from commons.models import RunState
from rewards.models import Judging, RewardModel
from tests.factories import make_campaign, make_prompt
from tests.rewards.engine.standin import StandIn, serving
from tests.rewards.scoring import LetterEngine
from tests.rewards.served import mumbling
from tests.rewards.views.making import make_reward_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    campaign = make_campaign(name="Medicine", works=[Work(Kind.RANK, answers=2)])
    for _ in range(3):
        make_prompt(campaign, answers=["a", "bb"])
    return campaign


@pytest.fixture
def model(campaign: Campaign) -> RewardModel:
    return make_reward_model(campaign)


def told(*arguments: object) -> str:
    out = StringIO()
    call_command("judge", *map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_judges_and_says_how_many_and_how_many_it_left_out(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    first = told("Medicine", "--model", model.uuid, "--limit", 2)
    rest = told("Medicine", "--model", model.uuid)

    assert first == (
        f"2 items judged by reward model {model.uuid}; 0 left out, which it learned from.\n"
    )
    assert rest.startswith("1 items judged")
    assert MachineVerdict.objects.count() == 3


def test_a_model_of_a_server_judges_and_what_it_left_out_is_said(
    campaign: Campaign, settings: Settings, tmp_path: Path
) -> None:
    prompt = make_prompt(campaign, text="Mumble!", answers=["a", "bb"])
    prompt.candidates.update(source="large")
    settings.ARTIFACTS = tmp_path / "artifacts"
    with serving(StandIn(mumbling("Mumble!"))) as stand_in:
        settings.GENERATORS = {"gpu": stand_in.url}
        named = ("--server", "gpu", "--model", "large", "--max-new-tokens", 99, "--concurrency", 1)
        said = told("Medicine", *named)

    assert said == (
        "3 items judged by large (gpu); 1 left out, of which it gave no judgement. 2 answers of "
        "the campaign are its own.\n"
    )
    assert {body["max_tokens"] for body in stand_in.asked} == {99}
    assert Judging.objects.get().concurrency == 1


def test_a_limit_other_than_that_of_what_waits_already_is_refused(
    campaign: Campaign, settings: Settings
) -> None:
    settings.GENERATORS = {"gpu": "http://127.0.0.1:9/v1"}
    named = ("Medicine", "--server", "gpu", "--model", "large")
    told(*named, "--background")

    with pytest.raises(CommandError, match="It is requested already, for all items; leave out"):
        told(*named, "--limit", 2)

    row = Judging.objects.get()
    assert (row.state, row.most) == (RunState.REQUESTED, None)
    Judging.objects.update(most=3)
    with pytest.raises(CommandError, match="for 3 items at most"):
        told(*named, "--limit", 2)
    err = StringIO()
    call_command("judge", *named, "--background", stdout=StringIO(), stderr=err)
    assert err.getvalue() == "It was asked for already, for 3 items at most.\n"


def test_who_stops_it_leaves_nothing_for_the_worker_to_go_on_with(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    letter_engine.during = stop

    with pytest.raises(CommandError, match=r"Stopped at 0 of 2; .* with --limit 2\."):
        told("Medicine", "--model", model.uuid, "--limit", 2)

    row = Judging.objects.get()
    assert (row.state, row.token) == (RunState.CANCELLED, None)


def test_it_may_be_left_to_the_train_worker(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    assert "train worker" in told("Medicine", "--model", model.uuid, "--background")
    assert Judging.objects.get().state == RunState.REQUESTED
    assert not MachineVerdict.objects.exists()


def test_what_cannot_be_is_refused_in_words(
    model: RewardModel, letter_engine: LetterEngine
) -> None:
    with pytest.raises(CommandError, match="no campaign"):
        told("Nowhere", "--model", model.uuid)
    with pytest.raises(CommandError, match="no reward model"):
        told("Medicine", "--model", uuid4())
    with pytest.raises(CommandError, match="--limit must be 1 or more"):
        told("Medicine", "--model", model.uuid, "--limit", 0)
    with pytest.raises(CommandError, match="A model of a server is named with --server"):
        told("Medicine", "--model", "large")
    with pytest.raises(CommandError, match="There is no server 'mars'"):
        told("Medicine", "--model", "large", "--server", "mars")
    with pytest.raises(CommandError, match="--concurrency must be 1 or more"):
        told("Medicine", "--model", "large", "--server", "mars", "--concurrency", 0)
    letter_engine.fails = True
    with pytest.raises(CommandError, match="no memory"):
        told("Medicine", "--model", model.uuid)
