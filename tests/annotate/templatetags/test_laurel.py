"""Where the header leads, by role."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


def nav_of(client: Client) -> list[str]:
    page = client.get(reverse("annotate:desk"))
    return [entry.label for entry in page.context["entries"]]


def test_an_annotator_goes_to_the_desk_and_the_campaigns(client: Client) -> None:
    client.force_login(make_member(make_campaign()))

    assert nav_of(client) == ["Desk", "Campaigns"]


def test_a_lead_goes_everywhere(client: Client) -> None:
    lead = make_user()
    make_campaign(lead=lead)
    client.force_login(lead)

    assert nav_of(client) == [
        "Desk",
        "Campaigns",
        "Review",
        "Explore",
        "Datasets",
        "Reward models",
        "Cycle",
        "Dashboard",
        "Notices",
    ]


def test_a_page_wears_the_colours_that_were_chosen(client: Client) -> None:
    login = reverse("commons:login")

    client.cookies["theme"] = "dark"
    chosen = client.get(login).content.decode()
    client.cookies["theme"] = '"><script>'
    nonsense = client.get(login).content.decode()

    assert '<html lang="en" dir="ltr" data-theme="dark">' in chosen
    assert '<html lang="en" dir="ltr">' in nonsense
