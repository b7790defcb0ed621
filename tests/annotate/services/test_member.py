"""Who does what in a campaign is changed, and a campaign keeps a lead."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate.enums import AssignmentState, Duty, Facet, Kind, Pool, Role
from annotate.errors import LastLead
from annotate.models import Assignment, Competence, Invitation, Membership
from annotate.services.assignment import take_assignment
from annotate.services.campaign import grant_competence
from annotate.services.invitation import Invited, make_invitation
from annotate.services.member import change_member, set_competences
from commons.models import AuditEvent, User
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = pytest.mark.django_db


def change(
    membership: Membership,
    role: Role = Role.ANNOTATOR,
    pool: Pool = Pool.OPEN,
    active: bool = True,
) -> None:
    lead = membership.campaign.created_by
    assert lead is not None
    change_member(membership=membership, role=role, pool=pool, active=active, by=lead)


def test_a_member_gets_another_role_and_pool() -> None:
    campaign = make_campaign()
    membership = make_member(campaign).memberships.get()

    change(membership, role=Role.REVIEWER, pool=Pool.HELD_OUT)

    membership.refresh_from_db()
    assert (membership.role, membership.pool, membership.active) == ("reviewer", "held-out", True)
    assert AuditEvent.objects.filter(verb="campaign.member").latest("pk").detail == {
        "person": str(membership.person.uuid),
        "role": "reviewer",
        "pool": "held-out",
        "active": True,
    }


@pytest.mark.parametrize(("role", "active"), [(Role.REVIEWER, True), (Role.LEAD, False)])
def test_the_only_lead_stays_one(role: Role, active: bool) -> None:
    membership = make_campaign().memberships.get()

    with pytest.raises(LastLead, match="is the only lead"):
        change(membership, role=role, active=active)

    membership.refresh_from_db()
    assert (membership.role, membership.active) == ("lead", True)


def test_of_two_leads_one_may_go_and_the_links_of_that_one_end() -> None:
    campaign = make_campaign()
    first = campaign.memberships.get()
    make_member(campaign, Role.LEAD)
    make_invitation(
        campaign=campaign, invited=Invited(), places=1, days=1, by=first.person, uuid=uuid4()
    )

    change(first, role=Role.ANNOTATOR)

    first.refresh_from_db()
    assert first.role == Role.ANNOTATOR
    assert Invitation.objects.get().revoked_at is not None


def test_a_lead_whose_account_is_closed_leads_nothing() -> None:
    campaign = make_campaign()
    gone = make_member(campaign, Role.LEAD)
    gone.is_active = False
    gone.save()

    with pytest.raises(LastLead):
        change(campaign.memberships.get(person=campaign.created_by))


def test_who_is_taken_out_holds_nothing_from_then_on() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    make_task(campaign)
    make_task(campaign)
    on_screen = take_and_show(person, campaign, kind=Kind.RANK)
    ahead = take_assignment(by=person, campaign=campaign, kind=Kind.RANK)

    change(person.memberships.get(), active=False)

    states = dict(Assignment.objects.filter(person=person).values_list("pk", "state"))
    assert states == {
        on_screen.pk: AssignmentState.EXPIRED,  # it may still be handed in
        ahead.pk: AssignmentState.EXPIRED,
    }


def test_skills_and_languages_are_set_and_duties_stay() -> None:
    lead, person = make_user(), make_user()  # who reads English
    grant_competence(person=person, facet=Facet.SKILL, values=["law"])
    grant_competence(person=person, facet=Facet.DUTY, values=[Duty.PRIVACY])

    set_competences(
        person=person, said={Facet.SKILL: ["medicine"], Facet.LANGUAGE: ["en"]}, by=lead
    )

    held = person.competences.order_by("facet").values_list("facet", "value")
    assert list(held) == [("duty", "privacy"), ("language", "en"), ("skill", "medicine")]
    told = AuditEvent.objects.get(verb="person.competences")
    assert told.detail == {"facet": "skill", "was": ["law"], "now": ["medicine"]}


def ends(person: User) -> dict[str, datetime | None]:
    held = person.competences.filter(facet=Facet.SKILL)
    return dict(held.values_list("value", "expires_at"))


def test_a_skill_that_has_run_out_is_given_anew_for_good() -> None:
    person, now = make_user(), timezone.now()
    Competence.objects.create(person=person, facet=Facet.SKILL, value="law", expires_at=now)

    set_competences(person=person, said={Facet.SKILL: ["law"], Facet.LANGUAGE: ["en"]}, by=person)

    assert ends(person) == {"law": None}
    told = AuditEvent.objects.get(verb="person.competences")
    assert told.detail == {"facet": "skill", "was": [], "now": ["law"]}


def test_a_skill_that_lasts_keeps_its_end_while_another_is_given() -> None:
    person, soon = make_user(), timezone.now() + timedelta(days=3)
    Competence.objects.create(person=person, facet=Facet.SKILL, value="law", expires_at=soon)

    set_competences(
        person=person, said={Facet.SKILL: ["law", "medicine"], Facet.LANGUAGE: ["en"]}, by=person
    )

    assert ends(person) == {"law": soon, "medicine": None}


def test_what_a_person_grants_has_no_end() -> None:
    """Named twice, it is held once."""
    person, soon = make_user(), timezone.now() + timedelta(days=3)
    Competence.objects.create(person=person, facet=Facet.SKILL, value="law", expires_at=soon)

    grant_competence(person=person, facet=Facet.SKILL, values=["law", "law", "medicine"])

    assert ends(person) == {"law": None, "medicine": None}
