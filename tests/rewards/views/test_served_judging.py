"""A lead lets a chat model of a server judge, and asks it again; nobody else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from annotate.enums import Kind
from annotate.models import CampaignWork, Candidate, MachineJudge, MachineVerdict
from annotate.services.machine import stop_machine
from commons.models import RunState
from rewards.models import Judging
from rewards.services.judging import judge_requested
from rewards.services.judging_request import request_judging, request_served_judging
from rewards.services.served_judge import ServedJudge
from tests.factories import make_prompt
from tests.rewards.engine.standin import StandIn, serving
from tests.rewards.served import mumbling
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.making import in_state, make_reward_model

SENT = {"server": "gpu", "model": "org/large", "max_new_tokens": "64", "concurrency": "2"}


@pytest.fixture
def stand_in(settings: Settings, tmp_path: Path) -> Iterator[StandIn]:
    with serving(StandIn(mumbling("Mumble!"))) as one:
        settings.GENERATORS, settings.ARTIFACTS = {"gpu": one.url}, tmp_path / "artifacts"
        yield one


@pytest.fixture(autouse=True)
def named(settings: Settings) -> None:
    settings.GENERATORS = {"gpu": "http://127.0.0.1:9/v1"}


def ask(cast: Cast, model: str = "org/large") -> Judging:
    judge = ServedJudge("gpu", model)
    return request_served_judging(judge=judge, campaign=cast.campaign.uuid, by=cast.lead)


def panel_of(cast: Cast) -> str:
    return f"{reverse('rewards:judgings')}?campaign={cast.campaign.uuid}"


def page_of(cast: Cast) -> str:
    return reverse("rewards:judge_by_server", args=[cast.campaign.uuid])


def test_only_its_leads_ask(cast: Cast) -> None:
    row = ask(cast)
    Judging.objects.update(**in_state(RunState.DONE))
    again = reverse("rewards:judge_again", args=[row.uuid])

    assert cast.statuses(page_of(cast)) == ONLY_ITS_LEADS
    for person in (cast.member, cast.stranger):
        client = cast.client(person)
        assert client.post(page_of(cast), SENT).status_code == 404
        assert client.post(again).status_code == 404
    assert cast.client(cast.lead).get(again).status_code == 405
    assert list(Judging.objects.values_list("state", flat=True)) == [RunState.DONE]


def test_a_lead_asks_and_the_panel_says_what_came_of_it(cast: Cast, stand_in: StandIn) -> None:
    CampaignWork.objects.filter(campaign=cast.campaign, kind=Kind.RANK).update(answers=2)
    make_prompt(cast.campaign, text="Mumble!", answers=["a", "bb"])
    make_prompt(cast.campaign, text="Why?", answers=["a", "bb"])
    Candidate.objects.filter(messages__0__content="bb").update(source="server:gpu/org/large")
    client = cast.client(cast.lead)

    asked = client.post(page_of(cast), {**SENT, "most": "5"})

    assert asked["Location"] == reverse("annotate:machines", args=[cast.campaign.uuid])
    row = Judging.objects.get()
    assert (row.reward_model, row.server, row.model) == (None, "gpu", "org/large")
    assert (row.most, row.concurrency, row.requested_by) == (5, 2, cast.lead)
    machine = MachineJudge.objects.get()
    assert machine.setup["max_new_tokens"] == 64
    assert "Waiting for the worker" in words(client.get(panel_of(cast)))
    judge_requested(goes_on=lambda: True)
    done = words(client.get(panel_of(cast)))
    assert "org/large (gpu)" in done
    assert "Asked for 5 items at most" in done
    assert "1 item judged when it was last asked · 1 item left out, without a judgement" in done
    assert "2 answers in this campaign were written by the same model." in done
    assert "which it learned from" not in done.partition("org/large (gpu)")[2]
    facts = words(client.get(reverse("annotate:machine", args=[machine.uuid])))
    assert "Temperature 0" in facts
    assert "Seed 0" in facts
    assert "Wording laurel-judge-prompt-1" in facts
    assert "What it said could not be read 1" in facts


def test_asked_again_it_judges_what_came_since(cast: Cast, stand_in: StandIn) -> None:
    row, client = ask(cast), cast.client(cast.lead)
    judge_requested(goes_on=lambda: True)
    assert "Judge what is new" in words(client.get(panel_of(cast)))
    CampaignWork.objects.filter(campaign=cast.campaign, kind=Kind.RANK).update(answers=2)
    make_prompt(cast.campaign, answers=["a", "bb"])

    client.post(reverse("rewards:judge_again", args=[row.uuid]))
    judge_requested(goes_on=lambda: True)

    row.refresh_from_db()
    assert (row.state, row.done, MachineVerdict.objects.count()) == (RunState.DONE, 1, 1)


def test_a_reward_model_is_not_asked_again_there(cast: Cast) -> None:
    model = make_reward_model(cast.campaign, track=cast.track)
    row = request_judging(reward_model=model, campaign=cast.campaign.uuid, by=cast.lead)

    there = reverse("rewards:judge_again", args=[row.uuid])

    assert cast.client(cast.lead).post(there).status_code == 404


def test_a_lead_stops_it(cast: Cast) -> None:
    row, client = ask(cast), cast.client(cast.lead)
    cancel = reverse("rewards:cancel_judging", args=[row.uuid])
    assert "Let org/large (gpu) judge no more?" in words(client.get(cancel))

    client.post(cancel)

    row.refresh_from_db()
    assert row.state == RunState.CANCELLED
    assert "Go on" in words(client.get(panel_of(cast)))


def test_who_asks_for_what_waits_already_is_told(cast: Cast) -> None:
    client = cast.client(cast.lead)
    told = "It was asked already and goes on as it was asked then."

    first = client.post(page_of(cast), {**SENT, "most": "5"}, follow=True)
    again = client.post(page_of(cast), {**SENT, "most": "9"}, follow=True)

    assert told not in first.content.decode()
    assert told in again.content.decode()
    assert Judging.objects.get().most == 5


def test_two_machines_of_one_model_are_told_apart_by_their_names(cast: Cast) -> None:
    first = ask(cast)
    judge = ServedJudge("gpu", "org/large", 64)
    other = request_served_judging(judge=judge, campaign=cast.campaign.uuid, by=cast.lead)
    MachineJudge.objects.filter(uuid=first.machine).update(name="Careful")
    client = cast.client(cast.lead)

    assert "Stop Careful" in words(client.get(panel_of(cast)))
    assert "Stop org/large (gpu) 2" in words(client.get(panel_of(cast)))
    for row, name in ((first, "Careful"), (other, "org/large (gpu) 2")):
        cancel = reverse("rewards:cancel_judging", args=[row.uuid])
        assert f"Let {name} judge no more?" in words(client.get(cancel))
    Judging.objects.update(**in_state(RunState.DONE))
    assert "Judge what is new Careful" in words(client.get(panel_of(cast)))


def test_a_paused_machine_is_refused_with_what_helps(cast: Cast) -> None:
    row = ask(cast)
    Judging.objects.update(**in_state(RunState.DONE))
    stop_machine(judge=MachineJudge.objects.get(), by=cast.lead)
    client = cast.client(cast.lead)

    answer = client.post(page_of(cast), {**SENT, "max_new_tokens": "1024"})
    again = client.post(reverse("rewards:judge_again", args=[row.uuid]), follow=True)

    assert "start it again" in answer.context["form"].errors["model"][0]
    assert "start it again" in again.content.decode()
    assert Judging.objects.get().state == RunState.DONE


@pytest.mark.parametrize(
    "said",
    [
        {"server": "mars"},
        {"model": ""},
        {"model": "m" * 201},
        {"most": "0"},
        {"max_new_tokens": "1"},
        {"concurrency": "65"},
    ],
    ids=str,
)
def test_what_is_odd_is_refused_at_its_field(cast: Cast, said: dict[str, str]) -> None:
    (field,) = said

    answer = cast.client(cast.lead).post(page_of(cast), {**SENT, **said})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Judging.objects.exists()


def test_without_a_server_the_page_says_what_to_do(cast: Cast, settings: Settings) -> None:
    settings.GENERATORS = {}

    said = words(cast.client(cast.lead).get(page_of(cast)))

    assert "No server is named" in said
    assert "GENERATORS" in said


def test_three_take_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.client(cast.lead)
    ask(cast)
    Judging.objects.update(**in_state(RunState.DONE), own_answers=3)
    with django_assert_num_queries(8):
        client.get(panel_of(cast))
    for model in ("b", "c"):
        ask(cast, model)
    Judging.objects.update(**in_state(RunState.DONE), own_answers=3)

    with django_assert_num_queries(8):
        client.get(panel_of(cast))
