"""Teams by program: each finds what the pages show them, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.enums import Role
from annotate.models import TeamPart
from commons.models import User
from tests.annotate.teaming import a_mate, a_part
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db

NOBODY = ("sven", "ann", "una", "stranger")


@pytest.fixture
def north() -> TeamPart:
    """Nora's team in medicine, with Ann; beside it Sven's."""
    make_user("stranger")
    campaign = make_campaign(name="Medicine", lead=make_user("lead"))
    make_member(campaign, name="una")
    part = a_part(campaign, name="North", lead=make_user("nora"), per_week=10)
    a_mate(part, "ann")
    a_mate(a_part(campaign, name="South", lead=make_user("sven")), "sam")
    return part


def client_of(name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(User.objects.get(username=name))
    return client


def get(who: str, name: str, *arguments: object) -> Any:
    return client_of(who).get(reverse(f"annotate:api:{name}", args=arguments))


def patch(who: str, part: TeamPart, said: Mapping[str, object]) -> Any:
    there = reverse("annotate:api:team_part", args=[part.uuid])
    return client_of(who).patch(there, said, format="json")


def test_each_is_told_of_the_teams_that_they_see(north: TeamPart) -> None:
    found = {
        who: [each["name"] for each in get(who, "teams").json()["results"]]
        for who in ("lead", "nora", *NOBODY)
    }

    assert found == {
        "lead": ["South", "North"],
        "nora": ["North"],
        "sven": ["South"],
        "ann": [],
        "una": [],
        "stranger": [],
    }


def test_a_team_says_how_far_it_is(north: TeamPart) -> None:
    make_ranking(north.campaign, User.objects.get(username="ann"))

    found = get("nora", "team", north.team.uuid).json()

    (part,) = found.pop("parts")
    assert found == {"id": str(north.team.uuid), "name": "North", "is_vendor": False}
    assert part.pop("expected_by_now") in range(11)
    assert part == {
        "id": str(north.uuid),
        "team": found,
        "campaign": {"id": str(north.campaign.uuid), "name": "Medicine"},
        "per_week": 10,
        "in_all": None,
        "stops": False,
        "reads_texts": False,
        "ended_at": None,
        "items_this_week": 1,
        "items_in_all": 1,
        "items_in_hand": 0,
        "reached": False,
    }


def test_its_people_are_told_in_numbers(north: TeamPart) -> None:
    ann = User.objects.get(username="ann")
    ranking = make_ranking(north.campaign, ann)

    (mate,) = get("nora", "people_of_team", north.team.uuid).json()["people"]

    assert mate.pop("last_at") == ranking.created_at.isoformat().replace("+00:00", "Z")
    assert mate == {
        "id": str(ann.uuid),
        "username": "ann",
        "campaign": {"id": str(north.campaign.uuid), "name": "Medicine"},
        "active": True,
        "paused": False,
        "items_this_week": 1,
        "seconds_this_week": 0,
        "items_in_all": 1,
    }


@pytest.mark.parametrize("who", NOBODY)
def test_to_others_there_is_nothing(north: TeamPart, who: str) -> None:
    answers = [
        get(who, "team", north.team.uuid),
        get(who, "people_of_team", north.team.uuid),
        get(who, "team_part", north.uuid),
        patch(who, north, {"per_week": 1}),
    ]

    assert [each.status_code for each in answers] == [404] * 4
    assert TeamPart.objects.get(pk=north.pk).per_week == 10


def test_a_lead_of_one_campaign_is_told_nothing_of_another(north: TeamPart) -> None:
    other = make_campaign(name="Law", lead=make_user("lex"))
    TeamPart.objects.create(team=north.team, campaign=other)

    found = get("lex", "team", north.team.uuid).json()

    assert [each["campaign"]["name"] for each in found["parts"]] == ["Law"]
    assert get("lex", "people_of_team", north.team.uuid).json() == {"people": []}
    assert get("lex", "team_part", north.uuid).status_code == 404


def test_a_quota_is_set_by_leads_of_the_campaign_and_the_rest_stays(north: TeamPart) -> None:
    TeamPart.objects.update(languages=["de"])

    refused = patch("nora", north, {"per_week": 1})
    answer = patch("lead", north, {"in_all": 500, "stops": True})

    assert refused.status_code == 403
    found = answer.json()
    assert (found["per_week"], found["in_all"], found["stops"]) == (10, 500, True)
    assert TeamPart.objects.get(pk=north.pk).languages == ["de"]


def test_a_quota_is_taken_back_by_null(north: TeamPart) -> None:
    assert patch("lead", north, {"per_week": None, "stops": True}).json()["stops"] is False


@pytest.mark.parametrize(
    "said", [{"per_week": 0}, {"in_all": "many"}, {"stops": "yes"}, {"per_week": 1e12}], ids=str
)
def test_an_odd_quota_is_refused(north: TeamPart, said: dict[str, object]) -> None:
    assert patch("lead", north, said).status_code == 400


def test_who_led_the_campaign_sets_nothing_any_more(north: TeamPart) -> None:
    lead = User.objects.get(username="lead")
    lead.memberships.update(role=Role.ANNOTATOR)

    assert patch("lead", north, {"per_week": 1}).status_code == 404
