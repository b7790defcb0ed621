"""The cast of the page tests: who leads, who belongs, who does not."""

from dataclasses import dataclass

import pytest
from django.test import Client

from annotate.enums import Kind, Role
from annotate.models import Campaign
from annotate.services.campaign import Work
from commons.models import User
from tests.factories import make_campaign, make_member, make_user


@dataclass(frozen=True)
class Cast:
    """One campaign, its lead, one annotator of it, and somebody who leads only another one."""

    campaign: Campaign
    lead: User
    member: User
    stranger: User

    def client(self, person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    lead, stranger = make_user("lead"), make_user("stranger")
    campaign = make_campaign(
        name="Medicine",
        lead=lead,
        works=[Work(Kind.RANK, answers=4), Work(Kind.DEMONSTRATE)],
    )
    make_campaign(name="Elsewhere", lead=stranger)
    member = make_member(campaign, Role.ANNOTATOR, name="member")
    return Cast(campaign, lead, member, stranger)
