"""A policy that a person puts in service is told of, as one that a cycle promotes."""

import pytest

from annotate.enums import Role
from annotate.models import Campaign
from commons.models import Channel, Delivery, Means, Notice, NoticeKind, User
from rewards.enums import Act
from rewards.models import Policy, Track
from rewards.services.policy import decide
from tests.factories import make_member, make_user

pytestmark = pytest.mark.django_db


def listening(person: User) -> Channel:
    return Channel.objects.create(owner=person, means=Means.MAIL, kinds=[NoticeKind.CYCLE_PROMOTED])


@pytest.fixture
def policy(track: Track) -> Policy:
    return Policy.objects.create(track=track, number=1, folder="runs/x/model")


def test_a_promotion_by_hand_is_told_to_leads_and_to_nobody_else(
    policy: Policy, campaign: Campaign
) -> None:
    lead = make_member(campaign, name="lead", role=Role.LEAD)
    hears = listening(lead)
    listening(make_member(campaign, name="member"))
    listening(make_user("stranger"))

    decide(policy=policy, act=Act.PROMOTE, by=lead, reasons=["it reads better"])

    notice = Notice.objects.get()
    assert (notice.kind, notice.title) == (
        NoticeKind.CYCLE_PROMOTED,
        f"“{policy.track.name}”: policy 1 is in service, by lead",
    )
    assert notice.says.startswith("it reads better\n")
    assert (notice.facts["policy"], notice.facts["folder"]) == (str(policy.uuid), "runs/x/model")
    assert str(policy.uuid) in notice.path
    assert [each.channel for each in Delivery.objects.all()] == [hears]


def test_each_decision_is_told_once_and_holding_is_not(policy: Policy, campaign: Campaign) -> None:
    lead, first = (
        make_member(campaign, name="lead", role=Role.LEAD),
        policy.track.policies.get(number=0),
    )

    decide(policy=policy, act=Act.HOLD, by=lead, reasons=["no"])
    assert Notice.objects.count() == 0
    decide(policy=policy, act=Act.PROMOTE, by=lead, reasons=["yes"])
    decide(policy=first, act=Act.ROLL_BACK, by=lead, reasons=["no"])

    assert [notice.facts["act"] for notice in Notice.objects.order_by("pk")] == [
        "promote",
        "roll-back",
    ]


def test_the_gate_s_own_decision_is_its_cycle_s_to_tell(policy: Policy) -> None:
    decide(policy=policy, act=Act.PROMOTE, by=None)

    assert not Notice.objects.exists()
