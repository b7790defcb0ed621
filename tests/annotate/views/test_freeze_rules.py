"""A lead sets the limits of a campaign's datasets; nobody else sees them."""

import pytest
from django.urls import reverse

from annotate.export.preflight.rules import RULES
from annotate.forms.freeze_rules import GROUPS, LABELS
from tests.annotate.views.conftest import Cast


def address(cast: Cast) -> str:
    return reverse("annotate:freeze_rules", args=[cast.campaign.uuid])


def test_every_rule_has_its_label_and_its_place() -> None:
    placed = [name for names in GROUPS.values() for name in names]

    assert sorted(placed) == sorted(LABELS) == sorted(RULES)


def test_a_lead_sets_limits_and_finds_them_again(cast: Cast) -> None:
    client = cast.client(cast.lead)

    answer = client.post(
        address(cast), {"personal_data": "0", "over_length_share": "2.5", "length_bias": ""}
    )

    cast.campaign.refresh_from_db()
    assert answer.headers["Location"] == reverse(
        "annotate:campaign_settings", args=[cast.campaign.uuid]
    )
    assert cast.campaign.freeze_rules == {"personal_data": 0, "over_length_share": 0.025}
    form = client.get(address(cast)).context["form"]
    shown = {name: form[name].value() for name in RULES if form[name].value()}
    assert shown == {"personal_data": "0", "over_length_share": "2.5"}


@pytest.mark.parametrize("said", [{"length_bias": "101"}, {"equal_pairs": "-1"}])
def test_what_is_no_limit_is_refused_where_it_stands(cast: Cast, said: dict[str, str]) -> None:
    page = cast.client(cast.lead).post(address(cast), said)

    cast.campaign.refresh_from_db()
    assert (page.status_code, list(page.context["form"].errors)) == (422, list(said))
    assert cast.campaign.freeze_rules == {}


def test_the_settings_lead_there(cast: Cast) -> None:
    settings = reverse("annotate:campaign_settings", args=[cast.campaign.uuid])

    assert address(cast) in cast.client(cast.lead).get(settings).content.decode()


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_others_neither_see_nor_set_limits(cast: Cast, who: str) -> None:
    client = cast.client(getattr(cast, who))

    seen = client.get(address(cast))
    sent = client.post(address(cast), {"personal_data": "9"})

    cast.campaign.refresh_from_db()
    assert (seen.status_code, sent.status_code, cast.campaign.freeze_rules) == (404, 404, {})
