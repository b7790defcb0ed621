"""The panel that annotate's dashboard loads."""

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commons.models import RunState
from rewards.enums import Act, Stage
from rewards.services.policy import decide
from rewards.services.track import create_track
from tests.rewards.views.conftest import ANY_LEAD, Cast, words
from tests.rewards.views.making import CARD, make_cycle, make_policy, make_reward_model

PANEL = reverse("rewards:dashboard_panel")


def test_the_panel_is_for_leads(cast: Cast):
    assert cast.statuses(PANEL) == ANY_LEAD


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
    with django_assert_num_queries(12):
        client.get(PANEL)
    for track in others:
        track.campaigns = []
        track.save()

    with django_assert_num_queries(12):
        client.get(PANEL)
