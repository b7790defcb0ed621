"""Members see their campaigns, leads how far they are, strangers nothing."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.enums import CampaignState, Kind, Role
from annotate.models import Membership
from annotate.selectors.tally import week_start
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    change_campaign_state,
    publish_instructions,
)
from commons.models import User
from tests.factories import (
    make_assignment,
    make_campaign,
    make_member,
    make_ranking,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("annotate:api:campaigns")


def client_of(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def of(campaign, name: str = "campaign") -> str:
    return reverse(f"annotate:api:{name}", args=[campaign.uuid])


def test_one_sees_the_campaigns_that_one_is_a_member_of_the_newest_first():
    first, second, gone, _others = (make_campaign(name=name) for name in "abcd")
    person = make_member(first)
    Membership.objects.create(campaign=second, person=person, role=Role.LEAD)
    Membership.objects.create(campaign=gone, person=person, active=False)
    change_campaign_state(campaign=first, to=CampaignState.PAUSED, by=None)

    answer = client_of(person).get(LIST)

    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {"id": str(second.uuid), "name": "b", "summary": "", "state": "running"},
            {"id": str(first.uuid), "name": "a", "summary": "", "state": "paused"},
        ],
    }


def test_an_admin_sees_all_of_them():
    make_campaign()

    assert len(client_of(make_user(admin=True)).get(LIST).json()["results"]) == 1


def test_one_campaign_says_what_it_asks_for_and_under_which_guideline():
    campaign = make_campaign(name="Medicine", works=[Work(Kind.RANK, wanted=2, answers=4)])
    person = make_member(campaign)
    old = publish_instructions(campaign=campaign, guideline="Old.", by=None)
    acknowledge_instructions(instructions=old, by=person)
    publish_instructions(campaign=campaign, guideline="*New.*", by=None)

    answer = client_of(person).get(of(campaign))

    work = campaign.works.get()
    assert answer.json() == {
        "id": str(campaign.uuid),
        "name": "Medicine",
        "summary": "",
        "state": "running",
        "role": "annotator",
        "guideline": {"version": 2, "text": "*New.*", "accepted": False},
        "works": [
            {
                "kind": "rank",
                "wanted": 2,
                "answers": 4,
                "strengths": work.strengths,
                "lease_minutes": work.lease_minutes,
                "edit_minutes": work.edit_minutes,
            }
        ],
    }


def test_a_guideline_that_was_accepted_says_so_and_an_admin_has_no_role():
    campaign = make_campaign()
    admin = make_user(admin=True)
    newest = publish_instructions(campaign=campaign, guideline="Be kind.", by=None)
    acknowledge_instructions(instructions=newest, by=admin)

    answer = client_of(admin).get(of(campaign)).json()

    assert answer["guideline"]["accepted"] is True
    assert answer["role"] is None


def test_nobody_learns_by_which_chance_an_item_is_asked_twice():
    campaign = make_campaign()
    campaign.works.update(second_opinion_share=0.1234, third_below=0.5678, held_out_share=0.9012)

    answer = client_of(make_member(campaign)).get(of(campaign))

    assert not [said for said in (b"0.1234", b"0.5678", b"0.9012") if said in answer.content]


@pytest.mark.parametrize("name", ["campaign", "progress"])
def test_a_stranger_finds_no_campaign(name):
    campaign = make_campaign()

    assert client_of(make_member(make_campaign())).get(of(campaign, name)).status_code == 404
    assert APIClient().get(of(campaign, name)).status_code == 401


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER])
def test_a_member_who_is_no_lead_is_told_whom_to_ask(role):
    campaign = make_campaign()

    answer = client_of(make_member(campaign, role)).get(of(campaign, "progress"))

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:laurel:not-allowed"
    assert "lead" in answer.json()["detail"]


def test_a_lead_sees_how_far_each_kind_is_and_what_this_week_brought():
    campaign = make_campaign(name="Medicine", works=[Work(Kind.RANK, wanted=2, answers=4)])
    lead = make_member(campaign, Role.LEAD)
    make_ranking(campaign, make_member(campaign))
    make_assignment(campaign, make_member(campaign))
    make_task(campaign)

    answer = client_of(lead).get(of(campaign, "progress")).json()

    assert answer["campaign"] == {"id": str(campaign.uuid), "name": "Medicine"}
    assert len(answer["works"]) == 1
    work = answer["works"][0]
    assert (work["kind"], work["tasks"], work["wanted"]) == ("rank", 3, 6)
    assert (work["done"], work["leased"], work["reserved"], work["free"]) == (1, 1, 0, 4)
    assert work["held"] == []
    week = answer["week"]
    assert week["since"] == week_start().isoformat()
    assert (week["rankings"], week["comparisons"], week["prompts"]) == (1, 6, 3)


def test_held_tasks_are_counted_by_reason():
    campaign = make_campaign()
    lead = make_member(campaign, Role.LEAD)
    task = make_task(campaign)
    type(task).objects.filter(pk=task.pk).update(held="harmful")

    works = client_of(lead).get(of(campaign, "progress")).json()["works"]

    assert [each["held"] for each in works if each["kind"] == "rank"] == [
        [{"reason": "harmful", "tasks": 1}]
    ]


def test_a_list_asks_the_database_as_often_for_three_campaigns_as_for_one(
    django_assert_num_queries,
):
    client = client_of(make_user(admin=True))
    for _ in range(3):
        make_campaign()
        with django_assert_num_queries(1):
            client.get(LIST)
