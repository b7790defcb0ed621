"""A campaign sets limits to what may be frozen of it."""

import math

import pytest

from annotate.enums import SnapshotKind
from annotate.errors import OddFreezeRule, PolicyRefused
from annotate.export.policy import Policy
from annotate.services.freeze_rules import set_freeze_rules
from annotate.services.snapshot import request_snapshot
from commons.models import AuditEvent
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db


def test_limits_take_the_place_of_all_before_and_are_recorded() -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)
    set_freeze_rules(campaign=campaign, rules={"personal_data": 0}, by=lead)

    set_freeze_rules(campaign=campaign, rules={"length_bias": 0.1, "equal_pairs": 2}, by=lead)

    campaign.refresh_from_db()
    assert campaign.freeze_rules == {"equal_pairs": 2, "length_bias": 0.1}
    event = AuditEvent.objects.filter(verb="campaign.freeze_rules_set").latest("pk")
    assert (event.actor, event.detail) == (
        lead,
        {"was": {"personal_data": 0}, "rules": {"equal_pairs": 2, "length_bias": 0.1}},
    )


@pytest.mark.parametrize(
    ("name", "limit"),
    [("best_of_all", 1), ("length_bias", 1.5), ("equal_pairs", -1), ("equal_pairs", math.nan)],
)
def test_what_no_report_can_be_held_to_is_not_saved(name: str, limit: float) -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)

    with pytest.raises(OddFreezeRule) as refused:
        set_freeze_rules(campaign=campaign, rules={"empty_answers": 0, name: limit}, by=lead)

    campaign.refresh_from_db()
    assert (refused.value.field, campaign.freeze_rules) == (name, {})


def test_nobody_gets_round_a_limit_by_asking_for_no_report() -> None:
    lead = make_user()
    campaign = make_campaign(lead=lead)
    make_ranking(campaign, make_member(campaign))
    set_freeze_rules(campaign=campaign, rules={"personal_data": 0}, by=lead)

    with pytest.raises(PolicyRefused, match="choose the report") as refused:
        request_snapshot(
            kind=SnapshotKind.RANKED, campaigns=[campaign], by=lead, policy=Policy(report=False)
        )

    assert refused.value.field == "report"
