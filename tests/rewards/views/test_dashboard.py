"""The panel that annotate's dashboard loads."""

import csv
from io import StringIO

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import Access
from commons.models import RunState
from rewards.enums import Act, Stage
from rewards.models import EngineRun
from rewards.services.policy import decide
from rewards.services.track import create_track
from rewards.stats.evidence import Evidence
from tests.rewards.views.conftest import ANY_LEAD, Cast, words
from tests.rewards.views.making import CARD, make_cycle, make_policy, make_reward_model

PANEL = reverse("rewards:dashboard_panel")


def test_the_panel_is_for_leads(cast: Cast):
    assert cast.statuses(PANEL) == ANY_LEAD


def test_long_work_of_either_app_is_on_the_dashboard(cast: Cast):
    EngineRun.objects.create(module="train_reward")

    (length,) = cast.client(cast.lead).get(reverse("annotate:dashboard")).context["lengths"]

    assert (length.label, length.waiting) == ("Trainings and measurings", 1)


def test_the_panel_says_where_the_loop_stands(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.RUNNING)
    make_reward_model(cast.campaign, track=cast.track, card=CARD)
    policy = make_policy(cast.track, cycle=cycle)
    decide(policy=policy, act=Act.HOLD, by=None, reasons=["it wins too seldom"])

    said = words(cast.client(cast.lead).get(PANEL))

    assert "Cycle 1: Write next candidates, station 10 of 10." in said
    assert "Agrees with people on 64.0 % of held-out pairs (58.0 to 70.0 %); " in said
    assert "the longer answer on 55.0 %." in said
    assert "The gate held policy 1" in said
    assert "it wins too seldom" in said


@pytest.mark.parametrize("overruled", [False, True])
def test_the_panel_says_how_often_the_policy_won_and_leads_to_the_leaderboard(
    cast: Cast, overruled: bool
):
    """A person who overrules the gate has no evidence of their own: the gate's stands."""
    policy = make_policy(cast.track, cycle=make_cycle(cast.track, stage=Stage.DECIDING))
    compared = {"prompts": 80, "win_rate": {"value": 0.62, "low": 0.51, "high": 0.73}}
    evidence = Evidence.of(comparison=compared, card={}).as_json()
    decide(policy=policy, act=Act.HOLD, by=None, reasons=["it refuses more"], evidence=evidence)
    if overruled:
        decide(policy=policy, act=Act.PROMOTE, by=cast.lead, reasons=["read"])

    page = cast.client(cast.lead).get(PANEL)

    said = "It won 62.0 % of the comparisons on held-out prompts (51.0 to 73.0 %)"
    assert said in words(page)
    for name in ("leaderboard", "arena"):
        assert reverse(f"rewards:{name}", args=[cast.track.uuid]) in page.content.decode()


def test_the_panel_says_nothing_of_a_policy_that_was_never_compared(cast: Cast):
    decide(policy=make_policy(cast.track), act=Act.HOLD, by=None, reasons=["no evaluation"])

    assert "It won" not in words(cast.client(cast.lead).get(PANEL))


def test_the_panel_tells_nobody_of_the_tracks_of_others(cast: Cast):
    make_reward_model(cast.campaign, track=cast.track, card=CARD)

    said = words(cast.client(cast.stranger).get(PANEL))

    assert "Everyday" not in said
    assert "No track yet: begin one" in said


def test_the_panel_takes_as_many_queries_for_three_tracks_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client = cast.client(cast.lead)
    campaigns = [cast.campaign.uuid]
    others = [create_track(name=name, campaigns=campaigns, by=None) for name in ("Two", "Three")]
    for track in (cast.track, *others):
        cycle = make_cycle(track, stage=Stage.DECIDING, step=RunState.RUNNING)
        make_reward_model(cast.campaign, track=track, card=CARD)
        decide(policy=make_policy(track, cycle=cycle), act=Act.HOLD, by=None, reasons=["no"])
    with django_assert_num_queries(13):
        client.get(PANEL)
    for track in others:
        track.campaigns = []
        track.save()

    with django_assert_num_queries(13):
        client.get(PANEL)


def test_the_panel_has_a_file(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.RUNNING)
    model = make_reward_model(cast.campaign, track=cast.track, card=CARD)
    decide(policy=make_policy(cast.track, cycle=cycle), act=Act.HOLD, by=None, reasons=["seldom"])
    client = cast.client(cast.lead)

    page = client.get(PANEL).content.decode()
    answer = client.get(PANEL, {"csv": "loop"})
    elsewhere = cast.client(cast.stranger).get(PANEL, {"csv": "loop"})

    [row] = csv.DictReader(StringIO(answer.content.decode()))
    assert f'href="{PANEL}?csv=loop"' in page
    assert answer["Content-Type"].startswith("text/csv")
    assert [row[name] for name in ("track", "cycle", "stage", "state", "reward_model")] == [
        str(cast.track),
        "1",
        "answering",
        "running",
        str(model.uuid),
    ]
    assert [row[name] for name in ("accuracy", "accuracy_low", "accuracy_high", "longer")] == [
        "0.64",
        "0.58",
        "0.7",
        "0.55",
    ]
    assert (row["decided"], row["decided_policy"], row["won"]) == ("hold", "1", "")
    assert str(cast.track) not in elsewhere.content.decode()
    noted = Access.objects.get()
    assert (noted.person, noted.part, noted.subject) == (cast.lead, "loop", PANEL)
