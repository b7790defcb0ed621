"""Reviews are there for reviewers and leads, blind, and cost the same however many wait."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind, Role
from annotate.models import Campaign, Candidate, Ranking, Rejection, Review
from annotate.selectors.review import versions_of
from annotate.services.ranking import RankingAnswer, revise_ranking
from annotate.services.review import decide_review
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.annotate.reviewing import (
    accepting,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rank_as,
    tiers_of,
    turn_of,
    write_as,
)
from tests.factories import make_campaign, make_member, make_task, make_user

pytestmark = pytest.mark.django_db
REVIEWS = reverse("annotate:reviews")
NEXT = reverse("annotate:next_review")


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_reviewed_campaign()


@pytest.fixture
def review(campaign: Campaign) -> Review:
    return make_review(campaign)


@pytest.fixture
def iris(campaign: Campaign) -> User:
    return make_reviewer(campaign, "iris")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(review: Review) -> str:
    return reverse("annotate:review", args=[review.uuid])


def decided(review: Review, **said: object) -> dict[str, object]:
    """What the page sends, with all that it showed."""
    seen = [str(each.uuid) for each in versions_of(review.task)]
    return {"seen": seen, "ranking": "", **said}


@pytest.mark.parametrize("path", ["list", "item", "next", "leave"])
def test_reviews_are_not_there_for_annotators_and_strangers(review: Review, path: str) -> None:
    address = {
        "list": REVIEWS,
        "item": page_of(review),
        "next": NEXT,
        "leave": reverse("annotate:leave_review", args=[review.uuid]),
    }[path]
    member, stranger = make_member(review.campaign), make_user()

    for person in (member, stranger):
        assert client_of(person).get(address).status_code == 404
        assert client_of(person).post(address, decided(review)).status_code == 404

    assert Review.objects.get().reviewer is None


def test_who_reviews_elsewhere_finds_nothing_of_this_campaign(review: Review) -> None:
    elsewhere = client_of(make_member(make_campaign(), Role.LEAD))

    listed = elsewhere.get(REVIEWS)
    opened = elsewhere.get(page_of(review))

    assert list(listed.context["waiting"]) == []
    assert opened.status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD])
def test_reviewers_and_leads_read_it_and_find_the_way(review: Review, role: Role) -> None:
    client = client_of(make_member(review.campaign, role))

    html = client.get(REVIEWS).content.decode()

    assert page_of(review) in html
    assert f'href="{REVIEWS}" aria-current="page"' in html
    assert client.get(page_of(review)).status_code == 200


def test_ones_own_item_is_not_there(campaign: Campaign, iris: User) -> None:
    task = make_task(campaign)
    rank_as(task, "abcd", by=iris)
    rank_as(task, "dcba")
    find_reviews()

    assert client_of(iris).get(page_of(Review.objects.get())).status_code == 404


def test_a_review_is_blind(campaign: Campaign, iris: User) -> None:
    task = make_task(campaign)
    rank_as(task, "abcd", by=make_member(campaign, name="mallory"))
    rank_as(task, "dcba", by=make_member(campaign, name="trent"))
    Candidate.objects.update(source="whose-model-7b")
    find_reviews()

    html = client_of(iris).get(page_of(Review.objects.get())).content.decode()

    assert "First rater" in html
    assert [name for name in ("mallory", "trent", "whose-model-7b") if name in html] == []
    raters = Ranking.objects.values_list("rater__uuid", "rater__user__uuid")
    assert [uuid for pair in raters for uuid in pair if str(uuid) in html] == []


def test_the_order_of_versions_and_answers_is_each_reviewers_own(campaign: Campaign) -> None:
    """Of sixteen reviewers not all see the same order; each sees theirs again."""
    review = make_review(campaign)

    def order_for(person: User) -> tuple[str, ...]:
        Review.objects.update(reviewer=None, claimed_until=None)
        page = client_of(person).get(page_of(review))
        versions = [str(each.uuid) for each in page.context["versions"]]
        return (*versions, *(each.id for each in page.context["answers"]))

    people = [make_reviewer(campaign) for _ in range(16)]
    orders = [order_for(each) for each in people]

    assert [order_for(each) for each in people] == orders
    assert len({each[:2] for each in orders}) == 2
    assert len({each[2:] for each in orders}) > 4


def test_what_is_common_is_folded_and_what_is_not_is_said(campaign: Campaign, iris: User) -> None:
    review = make_review(campaign, ["abcd", "bacd"])

    page = client_of(iris).get(page_of(review))

    assert len(page.context["common"]) == 5
    assert sorted(page.context["apart"][0].words) == sorted(
        f"{letter} better"
        for letter in (page.context["apart"][0].one, page.context["apart"][0].other)
    )


def test_to_decide_leads_to_the_next_item_and_at_last_to_the_list(
    campaign: Campaign, iris: User
) -> None:
    first, other = make_review(campaign), make_review(campaign, ["abcd", "bacd"])
    client = client_of(iris)
    said = {"decision": "accept", "reason": "tie-break"}

    begun = client.post(NEXT).headers["Location"]
    places = [
        client.post(
            page_of(each),
            decided(each, accepted=str(versions_of(each.task)[0].uuid), **said),
        ).headers["Location"]
        for each in (first, other)
    ]

    assert [begun, *places] == [page_of(first), page_of(other), REVIEWS]


def test_a_decision_that_is_sent_twice_stands_once(review: Review, iris: User) -> None:
    version = versions_of(review.task)[0]
    said = decided(review, decision="reject", reason="careless", rejected=[str(version.uuid)])
    client = client_of(iris)

    answers = [client.post(page_of(review), said) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    assert Rejection.objects.count() == 1


def test_without_scripts_an_order_is_corrected_by_numbers(review: Review, iris: User) -> None:
    a, b, c, d = review.task.offered
    ranks = {f"rank_{a}": "2", f"rank_{b}": "1", f"rank_{c}": "2", f"rank_{d}": "apart"}

    client_of(iris).post(
        page_of(review), decided(review, decision="correct", reason="factual", **ranks)
    )

    review.refresh_from_db()
    assert review.ranking is not None
    assert [set(tier) for tier in review.ranking.tiers] == [{b}, {a, c}]
    assert review.ranking.unrankable == [d]


def test_what_is_missing_is_said_and_what_was_typed_comes_back(review: Review, iris: User) -> None:
    version = versions_of(review.task)[0]
    note = {f"note_{version.uuid}": "Read line two."}
    client = client_of(iris)

    nothing = client.post(page_of(review), decided(review, **note))
    no_reason = client.post(
        page_of(review),
        decided(review, decision="reject", rejected=[str(version.uuid)], **note),
    )

    assert (nothing.status_code, no_reason.status_code) == (422, 422)
    assert "Decide: accept one version, correct, or reject." in nothing.content.decode()
    assert "Give a reason" in no_reason.content.decode()
    assert "Read line two." in no_reason.content.decode()
    [shown] = [each for each in no_reason.context["versions"] if each.uuid == version.uuid]
    assert shown.is_rejected


def test_a_judgement_that_was_changed_meanwhile_is_shown_anew(
    campaign: Campaign, iris: User
) -> None:
    task, ada = make_task(campaign), make_member(campaign)
    kept, _ = rank_as(task, "abcd", by=ada), rank_as(task, "dcba")
    find_reviews()
    review = Review.objects.get()
    said = decided(review, decision="reject", reason="other", rejected=[str(kept.uuid)])
    changed = RankingAnswer(tiers=tiers_of(task, "bacd"))
    new = revise_ranking(assignment=turn_of(kept), answer=changed, by=ada)

    answer = client_of(iris).post(page_of(review), said)

    assert answer.status_code == 409
    assert "look again" in answer.content.decode()
    assert new.uuid in {each.uuid for each in answer.context["versions"]}


def test_what_another_reviewer_reads_is_not_opened(review: Review, iris: User) -> None:
    client_of(iris).get(page_of(review))
    grace = client_of(make_reviewer(review.campaign))

    answer = grace.get(page_of(review), follow=True)

    assert [str(each) for each in answer.context["messages"]] == [
        "Somebody else is reading this item; take the next one."
    ]
    assert list(answer.context["waiting"]) == []


def test_what_came_too_late_stays_in_sight(review: Review, iris: User) -> None:
    """Another reviewer took the item when the time was over, and decided."""
    client = client_of(iris)
    client.get(page_of(review))
    version = versions_of(review.task)[0]
    note = {f"note_{version.uuid}": "An hour of thought."}
    rejected = [str(version.uuid)]
    sent = decided(review, decision="reject", reason="careless", rejected=rejected, **note)
    Review.objects.update(reviewer=None, claimed_until=None)
    decide_review(
        review=review, verdict=accepting(review), by=make_reviewer(review.campaign, "late")
    )

    page = client.post(page_of(review), sent)

    assert page.status_code == 409
    assert "This item needs no review any more" in page.content.decode()
    assert "An hour of thought." in page.content.decode()


def test_an_answer_is_given_back(review: Review, iris: User) -> None:
    client = client_of(iris)
    client.get(page_of(review))

    client.post(reverse("annotate:leave_review", args=[review.uuid]))

    assert Review.objects.get().reviewer is None


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_the_database_equally_often(
    campaign: Campaign, iris: User, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(1 + more):
        make_review(campaign)
    client = client_of(iris)

    with django_assert_num_queries(8):
        client.get(REVIEWS)


@pytest.mark.parametrize("orders", [["abcd", "dcba"], ["abcd", "dcba", "bcda"]])
def test_an_item_asks_the_database_equally_often(
    orders: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = make_reviewed_campaign(third_below=0.5 if len(orders) == 3 else None)
    review = make_review(campaign, orders)
    client = client_of(make_reviewer(campaign))

    with django_assert_num_queries(16):
        client.get(page_of(review))


def test_a_text_is_reviewed_as_it_reads(iris: User) -> None:
    campaign = make_reviewed_campaign(reviewed_share=1.0)
    write_as(campaign, "Take *two* <script>alert(1)</script>")
    find_reviews()
    review = Review.objects.get(task__kind=Kind.DEMONSTRATE)

    html = client_of(make_reviewer(campaign)).get(page_of(review)).content.decode()

    assert "<em>two</em>" in html
    assert "<script>alert" not in html
