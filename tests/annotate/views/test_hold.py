"""Reports are there for those who decide over them, and for nobody else."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Duty, Hold, Role, SkipReason
from annotate.models import Candidate, Task
from tests.annotate.leading import make_officer, make_report
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_user

REPORTS = reverse("annotate:reports")


def decide(client: Client, task: Task, act: str, *, seen: str = "", note: str = "") -> list[str]:
    """Send a decision as the page does; what the next page says of it."""
    answer = client.post(
        reverse("annotate:decide_report", args=[task.uuid]),
        {"act": act, "seen": seen or task.held, "note": note},
        follow=True,
    )
    if answer.status_code == 404:
        return ["not there"]
    return [str(message) for message in answer.context["messages"]]


def test_reports_ask_for_a_sign_in(client: Client, db: None) -> None:
    assert reverse("commons:login") in client.get(REPORTS).headers["Location"]


def test_a_lead_reads_what_was_reported_by_whom_and_why(cast: Cast) -> None:
    make_report(cast.campaign, cast.member, note="Which unit is meant?")

    page = cast.client(cast.lead).get(REPORTS)

    html = page.content.decode()
    [reason] = page.context["reasons"]
    assert (reason.label, len(reason.reports)) == ("Unclear", 1)
    assert "Which unit is meant?" in html
    assert "member" in html


def test_a_report_is_blind(cast: Cast) -> None:
    make_report(cast.campaign, cast.member)
    Candidate.objects.update(source="whose-model-7b")

    html = cast.client(cast.lead).get(REPORTS).content.decode()

    assert html.count('class="letter"') == 4
    assert "whose-model-7b" not in html


def test_an_officer_of_no_campaign_decides_and_is_told_no_name(cast: Cast) -> None:
    reporter = make_member(cast.campaign, name="mallory")
    task = make_report(cast.campaign, reporter, SkipReason.PERSONAL_DATA, note="an address")
    client = cast.client(make_officer(Duty.PRIVACY))

    html = client.get(REPORTS).content.decode()
    said = decide(client, task, "withdraw", note="Removed.")

    assert "an address" in html
    assert "mallory" not in html
    assert said == ["Withdrawn: nobody is given the item any more. What was judged of it is kept."]


def test_what_may_harm_is_covered_until_one_asks_for_it(cast: Cast) -> None:
    make_report(cast.campaign, cast.member, SkipReason.HARMFUL)
    make_report(cast.campaign, cast.member, SkipReason.UNCLEAR)

    page = cast.client(make_user(admin=True)).get(REPORTS)

    covered = {
        each.hold: [report.is_covered for report in each.reports]
        for each in page.context["reasons"]
    }
    assert covered == {Hold.HARMFUL: [True], Hold.UNCLEAR: [False]}


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_report_is_not_there_for_whoever_may_not_decide(cast: Cast, who: str) -> None:
    task = make_report(cast.campaign, cast.member, note="secret note")
    client = cast.client(getattr(cast, who))

    page, said = client.get(REPORTS), decide(client, task, "return")

    task.refresh_from_db()
    assert page.status_code == (200 if who == "stranger" else 404)  # they lead another campaign
    assert "secret note" not in page.content.decode()
    assert said == ["not there"]
    assert task.held == Hold.UNCLEAR


def test_naming_another_reason_opens_no_door(cast: Cast) -> None:
    """The stranger may decide over what is unclear in their campaign, not over this one."""
    task = make_report(cast.campaign, cast.member, SkipReason.PERSONAL_DATA)
    make_officer(Duty.PRIVACY)

    as_seen = [
        decide(cast.client(cast.lead), task, "withdraw", seen=seen)
        for seen in (Hold.PERSONAL_DATA, Hold.UNCLEAR, Hold.WITHDRAWN, "")
    ]

    task.refresh_from_db()
    assert as_seen[0] == as_seen[2] == as_seen[3] == ["not there"]
    assert as_seen[1] == [
        "Somebody has decided over this report meanwhile; nothing more was changed."
    ]
    assert task.held == Hold.PERSONAL_DATA


def test_a_lead_returns_an_item_and_the_second_lead_is_told(cast: Cast) -> None:
    task = make_report(cast.campaign, cast.member)
    leads = [cast.lead, make_member(cast.campaign, Role.LEAD)]

    said = [decide(cast.client(each), task, "return", seen="unclear") for each in leads]

    assert said == [
        ["Returned: others can be given the item now."],
        ["Somebody has decided over this report meanwhile; nothing more was changed."],
    ]


def test_an_act_that_is_none_is_not_there(cast: Cast) -> None:
    task = make_report(cast.campaign, cast.member)

    assert decide(cast.client(cast.lead), task, "burn") == ["not there"]


def test_the_navigation_counts_reports_for_whoever_has_any(cast: Cast) -> None:
    desk = reverse("annotate:desk")
    before = cast.client(cast.lead).get(desk).content.decode()
    for _ in range(2):
        make_report(cast.campaign, make_member(cast.campaign))

    lead, member = (
        cast.client(each).get(desk).content.decode() for each in (cast.lead, cast.member)
    )

    assert REPORTS not in before
    assert '<span class="nav-count">2</span>' in lead
    assert REPORTS not in member


def test_a_page_without_reports_says_so(cast: Cast) -> None:
    page = cast.client(cast.lead).get(REPORTS).content.decode()

    assert "Nothing waits for your decision" in page


@pytest.mark.parametrize("more", [0, 2])
def test_reports_ask_the_database_equally_often(
    cast: Cast, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_report(cast.campaign, make_member(cast.campaign))
    client = cast.client(cast.lead)

    with django_assert_num_queries(13):
        client.get(REPORTS)
