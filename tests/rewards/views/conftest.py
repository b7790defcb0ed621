"""The cast of the page tests: who leads, who belongs, who does not."""

import re
from dataclasses import dataclass
from typing import Protocol

import pytest
from django.test import Client

from annotate.models import Campaign
from commons.models import User
from rewards.models import Track
from rewards.services.track import create_track
from tests.factories import make_campaign, make_member, make_user

BY_ATTRIBUTE = re.compile(r"<[^>]*\s(style|on[a-z]+)\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Cast:
    """A track, who leads its campaign, an annotator of it, a lead elsewhere, and an admin."""

    campaign: Campaign
    track: Track
    lead: User
    member: User
    stranger: User
    admin: User

    def client(self, person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def statuses(self, address: str) -> dict[str, int]:
        """What each of them is answered to a GET of this page."""
        people = {"lead": self.lead, "member": self.member, "stranger": self.stranger}
        people["admin"] = self.admin
        return {name: self.client(who).get(address).status_code for name, who in people.items()}


ONLY_ITS_LEADS = {"lead": 200, "member": 404, "stranger": 404, "admin": 200}
ANY_LEAD = {"lead": 200, "member": 404, "stranger": 200, "admin": 200}


@pytest.fixture
def cast(db: None) -> Cast:
    lead, stranger = make_user("lead"), make_user("stranger")
    campaign = make_campaign(name="Medicine", lead=lead)
    make_campaign(name="Elsewhere", lead=stranger)
    return Cast(
        campaign=campaign,
        track=create_track(name="Everyday", campaigns=[campaign.uuid], by=lead),
        lead=lead,
        member=make_member(campaign, name="member"),
        stranger=stranger,
        admin=make_user("admin", admin=True),
    )


class Answer(Protocol):
    """A response of Django's or of its test client."""

    @property
    def content(self) -> bytes: ...


def words(answer: Answer) -> str:
    """What a page says, as one line without its tags; inline styles and handlers fail the test."""
    html = answer.content.decode()
    assert not BY_ATTRIBUTE.search(html)
    body = html.partition("<main")[2] or html
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
