"""A lead asks a reward model to judge, watches it and stops it; nobody else does."""

from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind
from annotate.models import CampaignWork, MachineJudge
from annotate.services.machine import stop_machine
from commons.models import RunState
from rewards.enums import Purpose
from rewards.models import Judging, RewardModel
from rewards.services.judging import judge_requested
from rewards.services.judging_request import request_judging
from tests.factories import make_campaign, make_prompt
from tests.rewards.scoring import LetterEngine
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import in_state, make_reward_model, make_run

PANEL = reverse("rewards:judgings")


@pytest.fixture
def model(cast: Cast) -> RewardModel:
    return make_reward_model(cast.campaign, track=cast.track)


def panel_of(cast: Cast) -> str:
    return f"{PANEL}?campaign={cast.campaign.uuid}"


def page_of(cast: Cast) -> str:
    return reverse("rewards:judge", args=[cast.campaign.uuid])


def ask(cast: Cast, model: RewardModel) -> Judging:
    return request_judging(reward_model=model, campaign=cast.campaign.uuid, by=cast.lead)


def test_the_panel_the_page_and_the_progress_are_for_its_leads(
    cast: Cast, model: RewardModel
) -> None:
    row = ask(cast, model)
    progress = reverse("rewards:judgings_progress", args=[cast.campaign.uuid])
    cancel = reverse("rewards:cancel_judging", args=[row.uuid])

    for page in (panel_of(cast), page_of(cast), progress, cancel):
        assert cast.statuses(page) == ONLY_ITS_LEADS
    for person in (cast.member, cast.stranger):
        client = cast.client(person)
        assert client.post(page_of(cast), {"model": str(model.uuid)}).status_code == 404
        assert client.post(cancel).status_code == 404
    row.refresh_from_db()
    assert row.state == RunState.REQUESTED


def test_an_odd_or_missing_campaign_is_not_there(cast: Cast) -> None:
    client = cast.client(cast.lead)

    for said in ("", "?campaign=x", f"?campaign={uuid4()}"):
        assert client.get(f"{PANEL}{said}").status_code == 404


def test_a_lead_asks_and_the_panel_says_how_far_it_is(
    cast: Cast, model: RewardModel, letter_engine: LetterEngine
) -> None:
    CampaignWork.objects.filter(campaign=cast.campaign, kind=Kind.RANK).update(answers=2)
    make_prompt(cast.campaign, answers=["a", "bb"])
    client = cast.client(cast.lead)
    assert "None has been asked yet." in words(client.get(panel_of(cast)))

    asked = client.post(page_of(cast), {"model": str(model.uuid), "most": "5"})

    assert asked["Location"] == reverse("annotate:machines", args=[cast.campaign.uuid])
    row = Judging.objects.get()
    assert (row.reward_model, row.most, row.requested_by) == (model, 5, cast.lead)
    waits = client.get(panel_of(cast))
    assert "Waiting for the worker" in words(waits)
    assert "every 2s" in waits.content.decode()
    judge_requested(goes_on=lambda: True)
    done = client.get(panel_of(cast))
    assert "1 item judged when it was last asked · 0 items left out" in words(done)
    assert "Judge what is new" in words(done)
    assert "every 2s" not in done.content.decode()


def test_progress_is_told_and_the_page_comes_anew_at_the_end(
    cast: Cast, model: RewardModel
) -> None:
    row = ask(cast, model)
    Judging.objects.update(**in_state(RunState.RUNNING), done=30, total=120, left_out=7)
    there = reverse("rewards:judgings_progress", args=[cast.campaign.uuid])
    client = cast.client(cast.lead)

    said = words(client.get(there))
    assert "30 of 120" in said
    assert "7 items left out, which it learned from" in said

    Judging.objects.filter(pk=row.pk).update(**in_state(RunState.DONE))
    assert client.get(there)["HX-Refresh"] == "true"


def test_a_lead_stops_it_and_asks_again(cast: Cast, model: RewardModel) -> None:
    row, client = ask(cast, model), cast.client(cast.lead)

    client.post(reverse("rewards:cancel_judging", args=[row.uuid]))
    row.refresh_from_db()
    assert row.state == RunState.CANCELLED
    assert "Go on" in words(client.get(panel_of(cast)))
    twice = client.post(reverse("rewards:cancel_judging", args=[row.uuid]))
    assert twice.status_code == 422

    client.post(page_of(cast), {"model": str(model.uuid)})
    row.refresh_from_db()
    assert row.state == RunState.REQUESTED


def test_why_it_failed_is_said(cast: Cast, model: RewardModel) -> None:
    ask(cast, model)
    Judging.objects.update(**in_state(RunState.FAILED), error="the disk is full; free some")

    assert "the disk is full; free some" in words(cast.client(cast.lead).get(panel_of(cast)))


@pytest.mark.parametrize("said", [{}, {"model": "x"}, {"most": "0"}], ids=str)
def test_what_is_odd_is_refused_at_its_field(
    cast: Cast, model: RewardModel, said: dict[str, str]
) -> None:
    given = {"model": str(model.uuid), **said} if said else {"model": ""}
    (field,) = said or ["model"]

    answer = cast.client(cast.lead).post(page_of(cast), given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Judging.objects.exists()


def test_a_paused_machine_is_refused_with_what_helps(cast: Cast, model: RewardModel) -> None:
    ask(cast, model)
    Judging.objects.update(**in_state(RunState.DONE))
    stop_machine(judge=MachineJudge.objects.get(), by=cast.lead)

    answer = cast.client(cast.lead).post(page_of(cast), {"model": str(model.uuid)})

    (said,) = answer.context["form"].errors["model"]
    assert "start it again" in said
    assert Judging.objects.get().state == RunState.DONE


def test_only_trained_reward_models_that_one_may_see_are_offered(cast: Cast) -> None:
    client = cast.client(cast.lead)
    make_reward_model(cast.campaign, track=cast.track, purpose=Purpose.JUDGE)
    make_reward_model(cast.campaign, track=cast.track, run=make_run(state=RunState.RUNNING))
    make_reward_model(make_campaign(name="Third"), by=cast.stranger)
    assert "No reward model is ready" in words(client.get(page_of(cast)))
    mine = make_reward_model(cast.campaign, by=cast.lead)

    form = client.get(page_of(cast)).context["form"]

    assert list(form.fields["model"].queryset) == [mine]


def test_three_models_take_as_many_queries_as_one(
    cast: Cast, model: RewardModel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.lead)
    ask(cast, model)
    Judging.objects.update(**in_state(RunState.DONE))
    with django_assert_num_queries(9):
        client.get(panel_of(cast))
    for _ in range(2):
        ask(cast, make_reward_model(cast.campaign, track=cast.track))
    Judging.objects.update(**in_state(RunState.DONE))

    with django_assert_num_queries(9):
        client.get(panel_of(cast))
