"""Members see what a campaign is about; its leads see how far it is and change it."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import CampaignState, Kind, Role
from annotate.models import Acknowledgement, Assignment, Campaign, Task
from annotate.services.campaign import add_member, publish_instructions
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    take_and_show,
)

LIST = reverse("annotate:campaigns")


def page_of(cast: Cast, name: str = "annotate:campaign") -> str:
    return reverse(name, args=[cast.campaign.uuid])


def test_a_list_shows_the_campaigns_one_belongs_to(cast: Cast) -> None:
    page = cast.client(cast.member).get(LIST)

    assert [campaign.name for campaign in page.context["campaigns"]] == ["Medicine"]


def test_a_member_sees_the_guideline_but_not_the_people(cast: Cast) -> None:
    publish_instructions(campaign=cast.campaign, guideline="Be **exact**.", by=None)

    page = cast.client(cast.member).get(page_of(cast)).content.decode()

    assert "Be <strong>exact</strong>." in page
    assert "people-title" not in page


def test_a_lead_sees_progress_and_people(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.lead).get(page_of(cast))

    people = [
        (who.membership.person.username, who.this_week, who.submitted)
        for who in page.context["people"]
    ]
    assert people == [("member", 1, 1), ("lead", 0, 0)]
    assert "Progress" in page.content.decode()


def test_a_lead_sees_what_nobody_can_do(cast: Cast) -> None:
    make_prompt(cast.campaign, skill="medicine")

    page = cast.client(cast.lead).get(page_of(cast)).content.decode()

    assert "can be done by nobody of the team" in page
    assert "for nobody" in page


@pytest.mark.parametrize("name", ["campaign", "guideline"])
def test_a_campaign_is_not_there_for_a_stranger(cast: Cast, name: str) -> None:
    publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=None)

    answer = cast.client(cast.stranger).get(page_of(cast, f"annotate:{name}"))

    assert answer.status_code == 404


def test_accepting_a_guideline_leads_straight_to_work(cast: Cast) -> None:
    make_task(cast.campaign)
    instructions = publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=None)

    answer = cast.client(cast.member).post(page_of(cast, "annotate:guideline"))

    accepted = Acknowledgement.objects.get()
    assert (accepted.person, accepted.instructions) == (cast.member, instructions)
    taken = Assignment.objects.get(person=cast.member)
    assert str(taken.uuid) in urlsplit(answer.headers["Location"]).path


def test_a_campaign_without_a_guideline_has_no_page_for_it(cast: Cast) -> None:
    assert cast.client(cast.member).get(page_of(cast, "annotate:guideline")).status_code == 404


def act_on(campaign: Campaign, act: str) -> str:
    return reverse("annotate:decide_campaign", args=[campaign.uuid, act])


@pytest.mark.parametrize("act", ["pause", "close", "weight", "clone", "ask-again"])
def test_an_act_first_says_what_it_touches_and_does_nothing(cast: Cast, act: str) -> None:
    make_assignment(cast.campaign, cast.member)
    make_ranking(cast.campaign, make_member(cast.campaign))

    page = cast.client(cast.lead).get(act_on(cast.campaign, act))

    touched = page.context["touched"]
    assert (touched.prompts, touched.open_tasks, touched.judgements) == (2, 2, 1)
    assert (touched.leases, touched.people, touched.reserved) == (1, 1, 0)
    assert Campaign.objects.get(name="Medicine").state == CampaignState.RUNNING
    assert Campaign.objects.count() == 2


def test_a_lead_pauses_starts_and_closes_a_campaign(cast: Cast) -> None:
    make_assignment(cast.campaign, cast.member)
    client = cast.client(cast.lead)

    def do(act: str) -> list[str]:
        page = client.post(act_on(cast.campaign, act), follow=True)
        return [str(message) for message in page.context["messages"]]

    assert do("pause") == ["The campaign is paused now; one lease is out."]
    assert do("start") == ["The campaign is running now; one lease is out."]
    assert do("close") == ["The campaign is closed now; one lease is out."]


def test_a_lead_who_was_too_late_is_told(cast: Cast) -> None:
    client = cast.client(cast.lead)
    client.post(act_on(cast.campaign, "close"))

    page = client.post(act_on(cast.campaign, "pause"))

    assert page.status_code == 422
    assert "is closed; clone it to go on collecting." in page.content.decode()


def test_a_lead_weighs_a_campaign(cast: Cast) -> None:
    client = cast.client(cast.lead)

    refused = client.post(act_on(cast.campaign, "weight"), {"weight": "0"})
    client.post(act_on(cast.campaign, "weight"), {"weight": "3"})

    cast.campaign.refresh_from_db()
    assert (refused.status_code, cast.campaign.weight) == (422, 3)


def test_a_lead_asks_again_what_somebody_has_begun(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    client = cast.client(cast.lead)

    asked = client.get(act_on(cast.campaign, "ask-again")).content.decode()
    page = client.post(act_on(cast.campaign, "ask-again"), {"seen": 0}, follow=True)

    said = "One new task; 0 free turns are given up. The campaign has no guideline."
    assert said in asked
    assert '<input type="hidden" name="seen" value="0" id="id_seen">' in asked
    assert "Asked again: one new task." in page.content.decode()


def test_a_double_click_asks_again_once(cast: Cast) -> None:
    """In between somebody begins the new task, so that it could be asked again."""
    make_ranking(cast.campaign, cast.member)
    client = cast.client(cast.lead)

    client.post(act_on(cast.campaign, "ask-again"), {"seen": 0})
    take_and_show(make_member(cast.campaign), kind=Kind.RANK)
    second = client.post(act_on(cast.campaign, "ask-again"), {"seen": 0})

    assert second.status_code == 422
    assert "“Medicine” was asked again since this page was opened" in second.content.decode()
    assert Task.objects.filter(kind=Kind.RANK).count() == 2


def test_nothing_is_asked_again_by_a_form_that_says_not_what_was_seen(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)

    page = cast.client(cast.lead).post(act_on(cast.campaign, "ask-again"))

    assert page.status_code == 422
    assert "open it anew and say yes there" in page.content.decode()
    assert Task.objects.filter(kind=Kind.RANK).count() == 1


def test_a_lead_clones_a_campaign_and_goes_to_it(cast: Cast) -> None:
    client = cast.client(cast.lead)

    taken = client.post(act_on(cast.campaign, "clone"), {"name": "Medicine"})
    made = client.post(act_on(cast.campaign, "clone"), {"name": "Medicine 2"}, follow=True)

    assert "choose another name" in taken.content.decode()
    assert made.context["campaign"].name == "Medicine 2"
    assert "Cloned with 2 kinds of work and 2 people" in made.content.decode()


@pytest.mark.parametrize("who", ["member", "stranger"])
@pytest.mark.parametrize("act", ["pause", "close", "weight", "clone", "ask-again"])
def test_only_its_leads_decide_over_a_campaign(cast: Cast, who: str, act: str) -> None:
    client, address = cast.client(getattr(cast, who)), act_on(cast.campaign, act)

    statuses = [client.get(address).status_code, client.post(address, {"name": "x"}).status_code]

    cast.campaign.refresh_from_db()
    assert statuses == [404, 404]
    assert (cast.campaign.state, Campaign.objects.count()) == (CampaignState.RUNNING, 2)


def test_an_act_that_is_none_is_not_there(cast: Cast) -> None:
    assert cast.client(cast.lead).get(act_on(cast.campaign, "burn")).status_code == 404


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (CampaignState.DRAFT, ["start", "weight", "ask-again", "clone", "close"]),
        (CampaignState.RUNNING, ["pause", "weight", "ask-again", "clone", "close"]),
        (CampaignState.PAUSED, ["start", "weight", "ask-again", "clone", "close"]),
        (CampaignState.CLOSED, ["clone"]),
    ],
)
def test_a_lead_is_offered_what_the_state_allows(
    cast: Cast, state: CampaignState, offered: list[str]
) -> None:
    Campaign.objects.filter(pk=cast.campaign.pk).update(state=state)

    page = cast.client(cast.lead).get(page_of(cast)).content.decode()

    acts = ("start", "pause", "weight", "ask-again", "clone", "close")
    assert {act for act in acts if act_on(cast.campaign, act) in page} == set(offered)


@pytest.mark.parametrize("more", [0, 2])
def test_a_list_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(more):
        add_member(campaign=make_campaign(), person=cast.member, role=Role.ANNOTATOR, by=None)
    client = cast.client(cast.member)

    with django_assert_num_queries(5):
        client.get(LIST)


@pytest.mark.parametrize("more", [0, 2])
def test_a_campaign_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_member(cast.campaign)
        make_prompt(cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(22):
        client.get(page_of(cast))
