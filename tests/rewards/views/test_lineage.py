"""The panel of an item's page: which models learned from its snapshots."""

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from rewards.enums import Stage
from tests.factories import make_campaign
from tests.rewards.views.conftest import ANY_LEAD, Cast, words
from tests.rewards.views.making import make_cycle, make_policy, make_reward_model, make_snapshot

PANEL = reverse("rewards:models_of_snapshots")


def test_the_panel_is_for_leads(cast: Cast):
    assert cast.statuses(PANEL) == ANY_LEAD


def test_the_panel_names_reward_models_and_policies(cast: Cast):
    model = make_reward_model(cast.campaign, track=cast.track)
    cycle = make_cycle(cast.track, stage=Stage.DECIDING)
    frozen = make_snapshot(cast.campaign)
    cycle.steps.filter(stage=Stage.FREEZING).update(result={"ranked": str(frozen.uuid), "sft": ""})
    make_policy(cast.track, cycle=cycle)
    asked = {"snapshot": [str(model.snapshot.uuid), str(frozen.uuid)]}

    said = words(cast.client(cast.lead).get(PANEL, asked))

    assert str(model) in said
    assert "Policy 1 candidate Everyday" in said


def test_the_panel_tells_nothing_of_snapshots_that_one_may_not_see(cast: Cast):
    make_campaign(name="Third", lead=cast.stranger)
    model = make_reward_model(cast.campaign, track=cast.track)
    asked = {"snapshot": str(model.snapshot.uuid)}

    said = words(cast.client(cast.stranger).get(PANEL, asked))

    assert said == "Models that learned from it None yet, of those that you may see."


def test_an_odd_id_is_not_there(cast: Cast):
    assert cast.client(cast.lead).get(PANEL, {"snapshot": "x"}).status_code == 404


def test_three_models_take_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client, models = cast.client(cast.lead), [make_reward_model(cast.campaign, track=cast.track)]
    asked = {"snapshot": str(models[0].snapshot.uuid)}
    with django_assert_num_queries(10):
        client.get(PANEL, asked)
    snapshot = models[0].snapshot
    for _ in range(2):
        other = make_reward_model(cast.campaign, track=cast.track)
        other.snapshot = snapshot
        other.save()

    with django_assert_num_queries(10):
        assert client.get(PANEL, asked).content.count(b"<li>") == 3
