"""The page of people, and the door that a link opens."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Facet, Role
from annotate.models import Competence, Invitation
from annotate.services.campaign import publish_instructions
from annotate.views import invitation as door
from commons.models import User
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_user

PASSWORD = "correct horse battery"


def page_of(cast: Cast) -> str:
    return reverse("annotate:people", args=[cast.campaign.uuid])


def asked(**others: str) -> dict[str, str]:
    said = {"uuid": str(uuid4()), "role": "annotator", "pool": "open", "places": "3", "days": "7"}
    return said | {"languages": "en, de", "skills": "law"} | others


def make_link(cast: Cast, **others: str) -> str:
    page = cast.client(cast.lead).post(page_of(cast), asked(**others)).content.decode()
    found = re.search(r'value="(http://[^"]+/join/[^"]+)"', page)
    assert found
    return found[1].removeprefix("http://testserver")


def account(**others: str) -> dict[str, str]:
    said = {"username": "grace", "name": "Grace", "password": PASSWORD, "again": PASSWORD}
    return said | others


def test_a_link_is_shown_once(cast: Cast) -> None:
    link = make_link(cast)

    page = cast.client(cast.lead).get(page_of(cast)).content.decode()

    assert link not in page
    assert "0 of 3 used" in page


def test_a_stranger_makes_an_account_and_comes_to_the_guideline(cast: Cast) -> None:
    publish_instructions(campaign=cast.campaign, guideline="Be exact.", by=cast.lead)
    link, browser = make_link(cast), Client()

    door_page = browser.get(link)
    answer = browser.post(link, account())

    assert "lead invites you to join as annotator" in door_page.content.decode()
    assert answer.headers["Location"] == reverse("annotate:guideline", args=[cast.campaign.uuid])
    assert browser.get("/").context["user"].username == "grace"
    held = User.objects.get(username="grace").competences.order_by("value")
    assert [each.value for each in held] == ["de", "en", "law"]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"username": "MEMBER"}, "Somebody is called so already"),
        ({"username": "a b"}, "Enter a valid username"),
        ({"password": "12345678", "again": "12345678"}, "too common"),
        ({"again": "something else"}, "The two passwords differ"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_an_odd_account_is_refused_in_words(cast: Cast, sent: dict[str, str], says: str) -> None:
    link = make_link(cast)

    page = Client().post(link, account(**sent))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert not User.objects.filter(username="grace").exists()


def test_who_is_signed_in_joins_with_one_press(cast: Cast) -> None:
    link, client = make_link(cast, role="reviewer"), cast.client(cast.stranger)
    before = client.get(link)

    client.post(link)

    assert not before.context.get("form")
    assert cast.campaign.memberships.get(person=cast.stranger).role == Role.REVIEWER


def test_a_member_is_led_to_the_campaign(cast: Cast) -> None:
    answer = cast.client(cast.member).get(make_link(cast))

    assert answer.headers["Location"] == reverse("annotate:campaign", args=[cast.campaign.uuid])
    assert Invitation.objects.get().taken == 0


def test_a_revoked_link_says_what_to_do(cast: Cast) -> None:
    link = make_link(cast)
    revoke = reverse("annotate:revoke_invitation", args=[Invitation.objects.get().uuid])
    cast.client(cast.lead).post(revoke)

    pages = [Client().get(link), cast.client(cast.stranger).post(link)]

    assert [page.status_code for page in pages] == [410, 410]
    assert "This link was revoked; ask whoever sent it" in pages[0].content.decode()


def test_an_unknown_link_says_what_to_do(db: None) -> None:
    page = Client().get("/join/nothing/")

    assert page.status_code == 404
    assert "perhaps a part of it is missing" in page.content.decode()


def test_the_door_is_not_tried_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PER_MINUTE", 0)

    page = Client().get(make_link(cast))

    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 60


def test_a_lead_changes_a_member(cast: Cast) -> None:
    page = reverse("annotate:member", args=[cast.campaign.uuid, cast.member.uuid])
    sent = {"role": "reviewer", "pool": "open", "active": "on", "languages": "fr", "skills": ""}

    answer = cast.client(cast.lead).post(page, sent)

    assert answer.headers["Location"] == page_of(cast)
    assert cast.campaign.memberships.get(person=cast.member).role == Role.REVIEWER
    assert [each.value for each in cast.member.competences.all()] == ["fr"]


def test_a_skill_that_has_run_out_is_not_on_the_pages_of_its_person(cast: Cast) -> None:
    """The page of a member sends back what it showed: it would be given for good by that."""
    member = cast.member
    Competence.objects.create(
        person=member, facet=Facet.SKILL, value="law", expires_at=timezone.now()
    )
    page = reverse("annotate:member", args=[cast.campaign.uuid, member.uuid])

    form = cast.client(cast.lead).get(page).context["form"]
    team = cast.client(cast.lead).get(page_of(cast)).content.decode()

    assert form["skills"].value() == ""
    assert ">law<" not in team


def test_a_page_that_was_drawn_before_another_leads_change_writes_over_nothing(cast: Cast) -> None:
    page = reverse("annotate:member", args=[cast.campaign.uuid, cast.member.uuid])
    client = cast.client(cast.lead)
    drawn = client.get(page).context["form"]["seen"].value()
    cast.member.memberships.update(active=False)

    answer = client.post(
        page, {"seen": drawn, "role": "lead", "pool": "open", "active": "on", "languages": "fr"}
    )

    assert answer.status_code == 422
    assert "Somebody else changed this person meanwhile" in answer.content.decode()
    kept = cast.campaign.memberships.get(person=cast.member)
    assert (kept.role, kept.active) == (Role.ANNOTATOR, False)


def test_the_only_lead_is_told_why_they_stay(cast: Cast) -> None:
    page = reverse("annotate:member", args=[cast.campaign.uuid, cast.lead.uuid])

    answer = cast.client(cast.lead).post(
        page, {"role": "annotator", "pool": "open", "active": "on", "languages": "fr"}
    )

    assert answer.status_code == 422
    assert "is the only lead; make somebody else a lead first" in answer.content.decode()
    assert [each.value for each in cast.lead.competences.all()] == ["en"]


def test_people_are_for_the_leads_of_the_campaign(cast: Cast) -> None:
    make_link(cast)
    invitation = Invitation.objects.get()
    addresses = [
        page_of(cast),
        reverse("annotate:member", args=[cast.campaign.uuid, cast.member.uuid]),
        reverse("annotate:revoke_invitation", args=[invitation.uuid]),
    ]

    for person in (cast.member, cast.stranger):
        answers = [cast.client(person).post(each, asked()).status_code for each in addresses]
        assert answers == [404, 404, 404]

    assert Client().get(addresses[0]).status_code == 302
    outsider = reverse("annotate:member", args=[cast.campaign.uuid, make_user().uuid])
    assert cast.client(cast.lead).get(outsider).status_code == 404


@pytest.mark.parametrize("more", [0, 2])
def test_the_team_asks_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_member(cast.campaign)
        make_link(cast)
    client = cast.client(cast.lead)

    with django_assert_num_queries(11):
        client.get(page_of(cast))
