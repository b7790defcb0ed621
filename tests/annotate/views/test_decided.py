"""The list of decided reviews, for reviewers and leads, and for nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Role
from annotate.models import Campaign, Review
from annotate.selectors.review import versions_of
from annotate.services.care import agree_to_harm, set_care
from annotate.services.review import decide_review
from commons.models import User
from tests.annotate.reviewing import (
    accepting,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rejecting,
)
from tests.factories import make_campaign, make_member, make_user

PAGE = reverse("annotate:decided_reviews")
MAY = datetime(2026, 5, 4, tzinfo=UTC)  # a Monday


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_reviewed_campaign()


@pytest.fixture
def iris(campaign: Campaign) -> User:
    return make_reviewer(campaign, "iris")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def decided(campaign: Campaign, by: User, *, rejects: bool = False, at: datetime = MAY) -> Review:
    review = make_review(campaign)
    first = versions_of(review.task)[0].uuid
    verdict = rejecting(review, first) if rejects else accepting(review)
    decide_review(review=review, verdict=verdict, by=by)
    Review.objects.filter(pk=review.pk).update(decided_at=at)
    return review


def listed(person: User, **asked: str) -> list[Review]:
    answer = client_of(person).get(PAGE, asked)
    assert answer.status_code == 200, answer.context["form"].errors
    return list(answer.context["reviews"])


def test_only_who_reviews_or_leads_reads_it(campaign: Campaign, iris: User):
    decided(campaign, iris)
    elsewhere = make_member(make_campaign(), Role.LEAD)

    assert len(listed(iris)) == len(listed(make_member(campaign, Role.LEAD))) == 1
    assert listed(elsewhere) == []
    foreign = {"campaign": str(campaign.uuid)}
    assert client_of(elsewhere).get(PAGE, foreign).status_code == 404
    for person in (make_member(campaign), make_user()):
        assert client_of(person).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_the_queue_leads_there(campaign: Campaign, iris: User):
    assert f'href="{PAGE}"' in client_of(iris).get(reverse("annotate:reviews")).content.decode()


def test_reviews_are_found_by_decision_and_week(campaign: Campaign, iris: User):
    before = decided(campaign, iris, at=MAY - timedelta(seconds=1))
    rejected = decided(campaign, iris, rejects=True)
    later = decided(campaign, iris, at=MAY + timedelta(hours=1))
    make_review(campaign)  # which nobody has decided

    assert listed(iris) == [later, rejected, before]
    assert listed(iris, decision="reject") == [rejected]
    assert listed(iris, week="2026-W19") == [later, rejected]
    assert listed(iris, week="2026-W19", decision="accept") == [later]
    assert listed(iris, decision="correct") == []


@pytest.mark.parametrize("odd", [{"decision": "maybe"}, {"week": "May"}])
def test_an_odd_filter_is_refused_in_words(iris: User, odd: dict[str, str]):
    answer = client_of(iris).get(PAGE, odd)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_who_decided_is_told_to_leads_and_to_oneself(campaign: Campaign, iris: User):
    User.objects.filter(pk=iris.pk).update(first_name="Iris", last_name="Vale")
    decided(campaign, iris)

    def said(person: User) -> str:
        page = client_of(person).get(PAGE).content.decode()
        return page[page.index("<main") :]

    assert "Iris Vale" in said(make_member(campaign, Role.LEAD))
    assert "by you" in said(iris)
    assert "Iris" not in said(make_reviewer(campaign, "ivo"))


def test_ones_own_work_is_left_out(campaign: Campaign, iris: User):
    review = decided(campaign, iris)
    author = versions_of(review.task)[0].rater.user
    assert author is not None
    campaign.memberships.filter(person=author).update(role=Role.REVIEWER)

    assert listed(author) == []
    assert listed(iris) == [review]


def test_a_page_goes_on_exactly_where_the_last_ended(
    campaign: Campaign, iris: User, monkeypatch: pytest.MonkeyPatch
):
    """Three of one moment, of two decisions, two a page."""
    monkeypatch.setattr("annotate.selectors.decided.PAGE", 2)
    made = [decided(campaign, iris, rejects=at == 1) for at in range(3)]

    first = client_of(iris).get(PAGE)
    second = client_of(iris).get(PAGE + first.context["older"])

    assert [*first.context["reviews"], *second.context["reviews"]] == made[::-1]
    assert second.context["older"] == ""


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_database_equally_often(
    campaign: Campaign, iris: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _ in range(many):
        decided(campaign, iris)
    client = client_of(iris)

    with django_assert_num_queries(12):
        client.get(PAGE)


def test_what_may_harm_is_not_quoted(campaign: Campaign, iris: User):
    question = decided(campaign, iris).task.prompt.question
    set_care(campaign=campaign, skills=[""], words="Threats.", by=make_user())
    agree_to_harm(campaign=campaign, version=1, by=iris)

    page = client_of(iris).get(PAGE).content.decode()

    assert "May hold harmful text" in page
    assert question not in page
