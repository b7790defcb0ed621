"""People come into a campaign by a link: so many, so long, once each."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from annotate.enums import CampaignState, Facet, Pool, Role
from annotate.errors import InvitationMadeBefore, InvitationOver, MembershipEnded, UsernameTaken
from annotate.models import Campaign, Competence, Invitation
from annotate.selectors.invitation import invitation_behind
from annotate.services.campaign import change_campaign_state
from annotate.services.invitation import (
    Invited,
    MadeInvitation,
    accept_invitation,
    make_invitation,
    revoke_invitation,
    sign_up,
)
from annotate.services.member import change_member
from commons.models import AuditEvent, User
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


def make_link(
    campaign: Campaign, invited: Invited | None = None, places: int = 2
) -> MadeInvitation:
    return make_invitation(
        campaign=campaign,
        invited=invited or Invited(),
        places=places,
        days=7,
        by=campaign.memberships.get(role=Role.LEAD).person,
        uuid=uuid4(),
    )


def test_whoever_accepts_becomes_what_the_link_says() -> None:
    campaign, person = make_campaign(), make_user("ada")
    invited = Invited(Role.REVIEWER, Pool.HELD_OUT, skills=["law"], languages=["en", "de"])
    made = make_link(campaign, invited)

    membership = accept_invitation(invitation=made.invitation, by=person)

    assert (membership.role, membership.pool, membership.active) == ("reviewer", "held-out", True)
    held = person.competences.order_by("facet", "value").values_list("facet", "value")
    assert list(held) == [("language", "de"), ("language", "en"), ("skill", "law")]
    assert AuditEvent.objects.get(verb="invitation.accepted").actor == person


def test_a_link_is_found_by_its_token_of_which_only_the_digest_is_kept() -> None:
    made = make_link(make_campaign())

    assert invitation_behind(made.token) == made.invitation
    assert made.token not in str(Invitation.objects.values().get())
    assert made.token not in repr(made)
    assert invitation_behind(made.token[:-1]) is None


def test_a_link_lets_in_as_many_as_it_has_places_and_nobody_twice() -> None:
    campaign = make_campaign()
    made = make_link(campaign, places=2)
    first, second, third = make_user(), make_user(), make_user()

    for person in (first, first, second):
        accept_invitation(invitation=made.invitation, by=person)
    with pytest.raises(InvitationOver, match="used by as many people as it was made for"):
        accept_invitation(invitation=made.invitation, by=third)

    assert Invitation.objects.get().taken == 2
    assert not campaign.memberships.filter(person=third).exists()


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())


def revoke(invitation: Invitation) -> None:
    revoke_invitation(invitation=invitation, by=invitation.made_by)


def close(invitation: Invitation) -> None:
    change_campaign_state(
        campaign=invitation.campaign, to=CampaignState.CLOSED, by=invitation.made_by
    )


@pytest.mark.parametrize(
    ("end", "why"), [(expire, "has expired"), (revoke, "was revoked"), (close, "is closed")]
)
def test_a_link_that_is_over_says_why(end: Callable[[Invitation], None], why: str) -> None:
    made = make_link(make_campaign())
    end(made.invitation)

    with pytest.raises(InvitationOver, match=why):
        accept_invitation(invitation=made.invitation, by=make_user())


def test_a_link_is_good_for_the_days_it_was_made_for() -> None:
    made = make_link(make_campaign())

    good_for = made.invitation.expires_at - made.invitation.created_at

    assert timedelta(days=7) - good_for < timedelta(minutes=1)


def test_the_same_form_makes_one_link() -> None:
    made = make_link(make_campaign())

    with pytest.raises(InvitationMadeBefore):
        make_invitation(
            campaign=made.invitation.campaign,
            invited=Invited(),
            places=2,
            days=7,
            by=made.invitation.made_by,
            uuid=made.invitation.uuid,
        )

    assert Invitation.objects.count() == 1


def test_a_link_that_makes_a_lead_has_one_place() -> None:
    made = make_link(make_campaign(), Invited(Role.LEAD), places=20)

    assert made.invitation.places == 1
    with pytest.raises(IntegrityError, match="an_invitation_makes_one_lead"):
        Invitation.objects.update(places=2)


def test_who_was_taken_out_does_not_come_back_by_a_link() -> None:
    campaign = make_campaign()
    made, person = make_link(campaign, places=5), make_user()
    membership = accept_invitation(invitation=made.invitation, by=person)
    lead = made.invitation.made_by
    change_member(membership=membership, role=Role.ANNOTATOR, pool=Pool.OPEN, active=False, by=lead)

    with pytest.raises(MembershipEnded, match="no longer in"):
        accept_invitation(invitation=made.invitation, by=person)

    assert Invitation.objects.get().taken == 1


def test_a_stranger_makes_an_account_and_joins() -> None:
    made = make_link(make_campaign(), Invited(languages=["de"]))

    person = sign_up(
        invitation=made.invitation, username="grace", name="Grace Hopper", password="a-long-one"
    )

    assert (person.display_name, person.is_staff, person.is_superuser) == (
        "Grace Hopper",
        False,
        False,
    )
    assert person.check_password("a-long-one")
    assert person.memberships.get().campaign == made.invitation.campaign
    assert Competence.objects.get(person=person, facet=Facet.LANGUAGE).value == "de"


def test_there_is_no_account_where_the_link_is_over() -> None:
    made = make_link(make_campaign())
    expire(made.invitation)

    with pytest.raises(InvitationOver):
        sign_up(invitation=made.invitation, username="grace", name="G", password="a-long-one")

    assert not User.objects.filter(username="grace").exists()


def test_of_two_strangers_of_one_name_the_second_is_told() -> None:
    made = make_link(make_campaign())
    make_user("grace")

    with pytest.raises(UsernameTaken, match="choose another"):
        sign_up(invitation=made.invitation, username="grace", name="G", password="a-long-one")

    assert Invitation.objects.get().taken == 0
