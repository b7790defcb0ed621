"""Who is paused, answered, addressed or reviewed is told of it by mail, and of nobody's text."""

from uuid import uuid4

import pytest

from annotate.enums import Appeal, PauseCause, Role
from annotate.models import Campaign, Membership
from annotate.services.announcement import announce
from annotate.services.pause import appeal_pause, decide_pause, pause_member
from annotate.services.person_notice import tell_of_review
from annotate.services.question import answer_question, ask_question
from commons.models import Delivery, User
from tests.annotate.reviewing import make_review, make_reviewed_campaign
from tests.factories import make_assignment, make_campaign, make_member

pytestmark = pytest.mark.django_db

SECRET = "A text that may harm."


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.MAIL_IS_SET_UP = True


def member_of(campaign: Campaign, role: Role = Role.ANNOTATOR) -> User:
    person = make_member(campaign, role)
    User.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
    return person


def told(person: User) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel__owner=person).order_by("pk").select_related("notice")
    assert not any(SECRET in each.notice.title + each.notice.says for each in rows)
    return [(each.notice.kind, each.notice.title) for each in rows]


def test_a_pause_its_appeal_and_its_lift_are_each_told_once() -> None:
    campaign = make_campaign()
    person, lead = member_of(campaign), member_of(campaign, Role.LEAD)
    membership = Membership.objects.get(campaign=campaign, person=person)
    pause = pause_member(membership=membership, cause=PauseCause.LEAD, reason=SECRET, by=lead)
    appeal_pause(pause=pause, text=SECRET)
    decide_pause(pause=pause, decision=Appeal.UPHELD, answer=SECRET, by=lead)
    decide_pause(pause=pause, decision=Appeal.LIFTED, answer=SECRET, by=lead)

    name = campaign.name
    assert told(person) == [
        ("person.paused", f"You are paused in “{name}”"),
        ("person.answered", f"A pause of yours in “{name}” is upheld"),
        ("person.answered", f"A pause of yours in “{name}” is lifted"),
    ]
    assert told(lead) == []


def test_a_lift_that_nobody_appealed_for_is_news_of_the_pause() -> None:
    campaign = make_campaign()
    person, lead = member_of(campaign), member_of(campaign, Role.LEAD)
    membership = Membership.objects.get(campaign=campaign, person=person)
    pause = pause_member(membership=membership, cause=PauseCause.GOLD, by=None)
    decide_pause(pause=pause, decision=Appeal.LIFTED, answer="", by=lead)

    assert [kind for kind, _ in told(person)] == ["person.paused"] * 2


def test_whoever_asked_hears_that_it_is_answered() -> None:
    campaign = make_campaign()
    person, lead = member_of(campaign), member_of(campaign, Role.LEAD)
    turn = make_assignment(campaign, person)
    question = ask_question(assignment=turn, text=SECRET, by=person, key=uuid4())
    answer_question(question=question, answer=SECRET, by=lead)

    assert told(person) == [
        ("person.answered", f"A question of yours in “{campaign.name}” is answered")
    ]


def test_an_announcement_reaches_those_it_is_for_and_a_second_sending_nobody() -> None:
    campaign = make_campaign()
    person, other = member_of(campaign), member_of(campaign)
    lead = member_of(campaign, Role.LEAD)
    mine = Membership.objects.filter(campaign=campaign, person=person)
    announce(campaign=campaign, text=SECRET, by=lead, uuid=uuid4(), to=list(mine))

    assert told(person) == [("person.announced", f"An announcement in “{campaign.name}”")]
    assert told(other) == told(lead) == []


def test_a_review_is_told_only_to_those_of_its_authors_who_want_it() -> None:
    review = make_review(make_reviewed_campaign())
    person = member_of(review.campaign)

    tell_of_review(review, [person.pk])

    assert told(person) == []
