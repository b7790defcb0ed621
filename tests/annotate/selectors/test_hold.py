"""Each report waits for those whose decision it is, and tells them no more than they need."""

import pytest

from annotate.enums import Duty, Facet, Hold, Kind, Role, SkipReason
from annotate.models import Campaign
from annotate.selectors.hold import (
    Standing,
    as_read_by,
    count_of_reports,
    may_decide,
    reports_for,
    standing_of,
)
from annotate.services.campaign import grant_competence
from annotate.services.hold import return_to_queue
from annotate.services.turn import skip_assignment
from commons.models import User
from tests.annotate.leading import make_officer, make_report
from tests.factories import make_campaign, make_member, make_user, take_and_show

SKIPS = {
    SkipReason.UNCLEAR: Hold.UNCLEAR,
    SkipReason.PERSONAL_DATA: Hold.PERSONAL_DATA,
    SkipReason.HARMFUL: Hold.HARMFUL,
    SkipReason.BROKEN: Hold.BROKEN,
}


@pytest.fixture
def lead(db: None) -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    """A campaign of which one item is held for each reason."""
    campaign = make_campaign(lead=lead)
    for reason in SKIPS:
        make_report(campaign, make_member(campaign), reason)
    return campaign


def waiting_for(person: User) -> list[str]:
    return [task.held for task in reports_for(person)]


def test_each_report_waits_for_those_who_decide_over_it(campaign: Campaign, lead: User) -> None:
    privacy, safety = make_officer(Duty.PRIVACY), make_officer(Duty.SAFETY)
    admin = make_user(admin=True)

    assert waiting_for(lead) == ["unclear"]
    assert waiting_for(privacy) == ["personal-data"]
    assert waiting_for(safety) == ["harmful"]
    assert waiting_for(admin) == ["broken", "harmful", "personal-data", "unclear"]


def test_nobody_else_has_reports(campaign: Campaign) -> None:
    annotator, reviewer = make_member(campaign), make_member(campaign, Role.REVIEWER)
    lead_elsewhere = make_member(make_campaign(), Role.LEAD)

    assert [waiting_for(each) for each in (annotator, reviewer, lead_elsewhere)] == [[], [], []]


def test_where_nobody_active_has_the_duty_the_leads_decide(campaign: Campaign, lead: User) -> None:
    gone, admin = make_officer(Duty.PRIVACY), make_user(admin=True)
    User.objects.filter(pk__in=[gone.pk, admin.pk]).update(is_active=False)

    assert waiting_for(lead) == ["broken", "harmful", "personal-data", "unclear"]


def test_a_lead_of_the_past_decides_nothing(campaign: Campaign, lead: User) -> None:
    lead.memberships.update(active=False)

    assert waiting_for(lead) == []


def test_what_is_not_held_for_a_report_is_nobodys_to_decide(campaign: Campaign, lead: User) -> None:
    admin, task = make_user(admin=True), reports_for(lead).first()
    assert task is not None

    decided = {hold: may_decide(admin, task, hold) for hold in Hold}

    assert decided == {hold: hold != Hold.WITHDRAWN for hold in Hold}


def test_the_count_is_that_of_the_list(campaign: Campaign, lead: User) -> None:
    assert count_of_reports(lead) == len(waiting_for(lead)) == 4


def test_standing_says_who_leads_who_decides_and_who_reviews(
    campaign: Campaign, lead: User
) -> None:
    skilled, reviewer = make_member(campaign), make_member(campaign, Role.REVIEWER)
    grant_competence(person=skilled, facet=Facet.SKILL, values=[Duty.PRIVACY])

    def standing(*what: str) -> Standing:
        return Standing(**{each: each in what for each in ("leads", "decides", "reviews")})

    assert standing_of(lead) == standing("leads", "decides", "reviews")
    assert standing_of(reviewer) == standing("reviews")
    assert standing_of(make_officer(Duty.SAFETY)) == standing("decides")
    assert standing_of(skilled) == standing()
    assert standing_of(make_user(admin=True)) == standing("leads", "decides", "reviews")


def test_an_officer_reads_the_note_and_not_the_name(lead: User) -> None:
    campaign, officer = make_campaign(lead=lead), make_officer(Duty.PRIVACY)
    reporter = make_member(campaign, name="mallory")
    task = make_report(campaign, reporter, SkipReason.PERSONAL_DATA, note="an address")

    [to_officer], [to_lead] = as_read_by(officer, [task]), as_read_by(lead, [task])

    assert [(said.what, said.note, said.who) for said in to_officer.said] == [
        ("Contains personal data", "an address", None)
    ]
    assert [said.who for said in to_lead.said] == ["mallory"]


def test_a_report_tells_what_was_decided_before(lead: User) -> None:
    campaign = make_campaign(lead=lead)
    task = make_report(campaign, make_member(campaign), note="which unit?")
    return_to_queue(task=task, seen=Hold.UNCLEAR, by=lead, note="Milligrams.")
    again = take_and_show(make_member(campaign), kind=Kind.RANK)
    skip_assignment(assignment=again, reason=SkipReason.UNCLEAR, by=again.person, note="still")

    [report] = as_read_by(lead, [task])

    assert [(said.is_decision, said.note) for said in report.said] == [
        (False, "which unit?"),
        (True, "Milligrams."),
        (False, "still"),
    ]


def test_answers_are_shown_as_offered_and_blind(lead: User) -> None:
    campaign = make_campaign(lead=lead)
    task = make_report(campaign, make_member(campaign))

    [report] = as_read_by(lead, [task])

    assert [str(answer.uuid) for answer in report.answers] == task.offered
    assert all("source" in answer.get_deferred_fields() for answer in report.answers)
