"""Members see what a campaign is about; its leads see how far it is and change it."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import CampaignState, Role
from annotate.models import Acknowledgement, Assignment
from annotate.services.campaign import add_member, publish_instructions
from annotate.views.campaign import Progress, progress_of
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
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

    people = [(who.person.username, who.this_week, who.submitted) for who in page.context["people"]]
    assert people == [("member", 1, 1), ("lead", 0, 0)]
    assert "Progress" in page.content.decode()


def test_progress_counts_turns_by_kind(cast: Cast) -> None:
    make_assignment(cast.campaign, cast.member)  # one turn held; its prompt may be written too
    make_prompt(cast.campaign)

    assert progress_of(cast.campaign) == [
        Progress("Write an answer", tasks=2, wanted=2, free=2, held=0),
        Progress("Rank answers", tasks=1, wanted=1, free=0, held=0),
    ]


@pytest.mark.parametrize("name", ["campaign", "guideline", "campaign_state"])
def test_a_campaign_is_not_there_for_a_stranger(cast: Cast, name: str) -> None:
    publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=None)
    client, address = cast.client(cast.stranger), page_of(cast, f"annotate:{name}")

    answer = client.post(address) if name == "campaign_state" else client.get(address)

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


def test_a_lead_pauses_a_campaign(cast: Cast) -> None:
    cast.client(cast.lead).post(page_of(cast, "annotate:campaign_state"), {"state": "paused"})

    cast.campaign.refresh_from_db()
    assert cast.campaign.state == CampaignState.PAUSED


def test_a_member_does_not_pause_a_campaign(cast: Cast) -> None:
    answer = cast.client(cast.member).post(
        page_of(cast, "annotate:campaign_state"), {"state": "paused"}
    )

    cast.campaign.refresh_from_db()
    assert (answer.status_code, cast.campaign.state) == (404, CampaignState.RUNNING)


@pytest.mark.parametrize("more", [0, 2])
def test_a_list_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(more):
        add_member(campaign=make_campaign(), person=cast.member, role=Role.ANNOTATOR, by=None)
    client = cast.client(cast.member)

    with django_assert_num_queries(4):
        client.get(LIST)


@pytest.mark.parametrize("more", [0, 2])
def test_a_campaign_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(more):
        make_member(cast.campaign)
        make_prompt(cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(11):
        client.get(page_of(cast))
