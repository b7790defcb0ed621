"""Pages of tests: leads make them, people take them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from annotate.enums import LanePurpose
from annotate.models import Assignment, Competence, Qualification
from annotate.services.attempt import begin_attempt, take_test_item
from annotate.services.gold import set_gold_rules
from annotate.services.qualification import make_test
from tests.annotate.golden import gold_of
from tests.annotate.views.conftest import Cast

TERMS = {
    "skill": "law",
    "questions": "3",
    "pass_mark": "75",
    "attempts": "2",
    "wait_days": "1",
    "valid_days": "90",
    "open": "on",
}


def law_test(cast: Cast) -> Qualification:
    made = make_test(campaign=cast.campaign, skill="law", by=cast.lead, questions=3)
    for _ in range(3):
        gold_of(cast.campaign, purpose=LanePurpose.TEST, qualification=made)
    return made


def test_a_lead_makes_a_test_once_for_a_skill(cast: Cast) -> None:
    there = reverse("annotate:qualifications", args=[cast.campaign.uuid])
    client = cast.client(cast.lead)

    client.post(there, TERMS)
    again = client.post(there, TERMS)

    made = Qualification.objects.get()
    assert (made.skill, made.pass_mark, made.valid_days) == ("law", 0.75, 90)
    assert again.status_code == 422
    assert "change that one" in again.content.decode()


def test_a_lead_changes_its_terms_but_not_its_skill(cast: Cast) -> None:
    test = law_test(cast)

    cast.client(cast.lead).post(
        reverse("annotate:qualification", args=[test.uuid]), TERMS | {"skill": "art"}
    )

    test.refresh_from_db()
    assert (test.skill, test.pass_mark) == ("law", 0.75)


def test_a_test_whose_items_as_many_have_seen_as_may_has_too_few(cast: Cast) -> None:
    """One person may meet each of its three: when somebody has begun with one, two are left."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, seen_at_most=1)
    test, client = law_test(cast), cast.client(cast.lead)
    there = reverse("annotate:qualifications", args=[cast.campaign.uuid])
    before = client.get(there).content.decode()

    take_test_item(attempt=begin_attempt(qualification=test, by=cast.member), by=cast.member)

    after = client.get(there)
    assert "too few items" not in before
    assert [each.items for each in after.context["tests"]] == [2]
    assert "too few items" in after.content.decode()
    page = client.get(reverse("annotate:qualification", args=[test.uuid])).content.decode()
    assert page.count(">retired<") == 1


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_leads_make_and_change(cast: Cast, who: str) -> None:
    client, test = cast.client(getattr(cast, who)), law_test(cast)

    pages = [
        reverse("annotate:qualifications", args=[cast.campaign.uuid]),
        reverse("annotate:qualification", args=[test.uuid]),
    ]
    assert [client.get(page).status_code for page in pages] == [404, 404]


def test_a_member_takes_it_from_the_desk_to_the_end(cast: Cast) -> None:
    there = reverse("annotate:test", args=[law_test(cast).uuid])
    client = cast.client(cast.member)
    assert there in client.get(reverse("annotate:desk")).content.decode()

    for _ in range(3):
        page = client.post(there).headers["Location"]
        turn = Assignment.objects.get(person=cast.member, state="open")
        assert page == reverse("annotate:rank", args=[turn.uuid])
        client.get(page)
        said = {"key": str(uuid4()), "version": "0"}
        said |= {f"rank_{name}": str(at) for at, name in enumerate(turn.task.offered, 1)}
        assert client.post(page, said).headers["Location"] == there

    assert "Passed" in client.get(there).content.decode()
    assert Competence.objects.filter(person=cast.member, value="law").exists()
    assert there not in client.get(reverse("annotate:desk")).content.decode()


def test_a_stranger_finds_no_test(cast: Cast) -> None:
    there = reverse("annotate:test", args=[law_test(cast).uuid])

    assert cast.client(cast.stranger).get(there).status_code == 404
    assert cast.client(cast.stranger).post(there).status_code == 404
