"""A lead limits what one person does; who has come to a limit reads which, and until when."""

import pytest
from django.urls import reverse

from annotate.models import CapRules
from annotate.services.cap import set_caps
from tests.annotate.views.conftest import Cast
from tests.factories import make_ranking, make_task


def page_of(cast: Cast) -> str:
    return reverse("annotate:caps", args=[cast.campaign.uuid])


def test_a_lead_sets_limits_and_takes_them_back(cast: Cast) -> None:
    client = cast.client(cast.lead)

    client.post(page_of(cast), {"per_day": "40", "percent": "20"})
    kept = CapRules.objects.values_list("per_day", "percent").get()
    page = client.get(page_of(cast)).content.decode()
    client.post(page_of(cast), {"per_day": "", "percent": ""})

    assert kept == (40, 20)
    assert 'value="40"' in page
    assert not CapRules.objects.exists()


@pytest.mark.parametrize("said", [{"per_day": "0"}, {"percent": "100"}, {"percent": "0"}], ids=str)
def test_an_odd_limit_is_refused_with_the_page(cast: Cast, said: dict[str, str]) -> None:
    assert cast.client(cast.lead).post(page_of(cast), said).status_code == 422
    assert not CapRules.objects.exists()


def test_who_did_how_much_is_a_table_and_says_who_is_at_a_limit(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    set_caps(campaign=cast.campaign, per_day=1, percent=None, by=cast.lead)
    client = cast.client(cast.lead)

    page = client.get(page_of(cast)).content.decode()
    rows = client.get(page_of(cast), {"csv": "hands"}).content.decode().splitlines()

    assert rows[1:] == ["member,1,1,1.0,reached", "lead,0,0,0.0,"]
    assert "Everybody has come to a limit" not in page


def test_the_desk_says_which_limit_and_until_when_and_offers_nothing(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    make_task(cast.campaign)
    client = cast.client(cast.member)
    before = client.get(reverse("annotate:desk")).content.decode()
    set_caps(campaign=cast.campaign, per_day=1, percent=None, by=cast.lead)

    after = client.get(reverse("annotate:desk")).content.decode()
    taken = client.post(reverse("annotate:take"), follow=True).content.decode()
    by_program = client.post("/api/v1/tasks/take", {}, content_type="application/json")

    assert "Waiting for you" in before
    assert "Waiting for you" not in after
    assert "You have reached today’s limit of <strong>Medicine</strong>, 1 item" in after
    assert "Enough for now" in after
    assert "begins anew at midnight UTC" in taken
    assert (by_program.status_code, by_program.json()["type"]) == (409, "urn:laurel:limit-reached")


def test_limits_are_for_the_leads_of_the_campaign(cast: Cast) -> None:
    for person in (cast.member, cast.stranger):
        client = cast.client(person)

        assert client.get(page_of(cast)).status_code == 404
        assert client.post(page_of(cast), {"per_day": "1"}).status_code == 404

    assert not CapRules.objects.exists()
