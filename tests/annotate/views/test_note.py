"""A note is there for the person to whom it was written, and says nobody's name."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Decision, ReviewReason
from annotate.models import Campaign, Note, Review
from annotate.selectors.review import seen_of, versions_of
from annotate.services.ranking import RankingAnswer
from annotate.services.resolving import Verdict
from annotate.services.review import decide_review
from annotate.services.reviewing import find_reviews
from commons.models import User
from tests.annotate.reviewing import (
    accepting,
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rank_as,
    rejecting,
    tiers_of,
    write_as,
)
from tests.factories import make_member, make_task, make_user

pytestmark = pytest.mark.django_db
DESK, NOTES = reverse("annotate:desk"), reverse("annotate:notes")


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_reviewed_campaign(reviewed_share=1.0)


@pytest.fixture
def ada(campaign: Campaign) -> User:
    return make_member(campaign, name="ada")


@pytest.fixture
def iris(campaign: Campaign) -> User:
    return make_reviewer(campaign, "iris")


@pytest.fixture
def review(campaign: Campaign, ada: User) -> Review:
    """Ada ranks abcd, somebody else the other way round."""
    task = make_task(campaign)
    rank_as(task, "abcd", by=ada)
    rank_as(task, "dcba", by=make_member(campaign, name="mallory"))
    find_reviews()
    return Review.objects.get(task=task)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(note: Note) -> str:
    return reverse("annotate:note", args=[note.uuid])


def turn_down(review: Review, iris: User, text: str = "Read line two.") -> Note:
    mine, _ = versions_of(review.task)
    verdict = rejecting(review, mine.uuid, notes={mine.uuid: text})
    decide_review(review=review, verdict=verdict, by=iris)
    return Note.objects.get()


def test_a_note_is_on_the_desk_until_it_is_read_and_then_still_there(
    review: Review, ada: User, iris: User
) -> None:
    note = turn_down(review, iris)
    client = client_of(ada)

    before = client.get(DESK).content.decode()
    opened = client.get(page_of(note)).content.decode()
    after = client.get(DESK).content.decode()

    assert "1 new" in before
    assert "Read line two." in opened
    assert ("1 new" in after, page_of(note) in after) == (False, True)


def test_a_note_says_what_was_decided_why_and_by_nobody_in_particular(
    review: Review, ada: User, iris: User
) -> None:
    note = turn_down(review, iris)

    page = client_of(ada).get(page_of(note))

    html = page.content.decode()
    assert page.context["headline"] == "A reviewer turned your version down"
    assert page.context["reason"] == "Careless"
    assert [name for name in ("iris", "mallory", "model-a") if name in html] == []


def test_an_author_sees_what_stands_by_the_letters_that_they_saw(
    review: Review, ada: User, iris: User
) -> None:
    mine, other = versions_of(review.task)
    decide_review(review=review, verdict=accepting(review, other.uuid), by=iris)

    page = client_of(ada).get(page_of(Note.objects.get(person=ada)))

    assert page.context["headline"] == "A reviewer accepted another version than yours"
    letters = dict(zip(mine.assignment.order, "ABCD", strict=True))  # type: ignore[union-attr]
    in_order = {letters[name]: str(4 - at) for at, name in enumerate(review.task.offered)}
    assert page.context["label"].split("\n") == [f"{a}: rank {in_order[a]}" for a in "ABCD"]


@pytest.mark.parametrize(
    ("decision", "headline"),
    [
        (Decision.ACCEPT, "A reviewer read this item; your version stands"),
        (Decision.CORRECT, "A reviewer put another version in the place of all"),
        (Decision.REJECT, "A reviewer read this item; your version stands"),
    ],
)
def test_each_decision_is_told_as_it_is(
    review: Review, ada: User, iris: User, decision: Decision, headline: str
) -> None:
    mine, other = versions_of(review.task)
    verdict = Verdict(
        decision=decision,
        seen=seen_of([mine, other]),
        reason=ReviewReason.OTHER,
        accepted=mine.uuid,
        corrected=RankingAnswer(tiers=tiers_of(review.task, "bacd")),
        rejected=[other.uuid] if decision == Decision.REJECT else (),
        notes={mine.uuid: "Well seen."},
    )
    decide_review(review=review, verdict=verdict, by=iris)

    page = client_of(ada).get(page_of(Note.objects.get(person=ada)))

    assert page.context["headline"] == headline
    assert "Well seen." in page.content.decode()


def test_a_text_is_shown_beside_the_one_that_stands(
    campaign: Campaign, ada: User, iris: User
) -> None:
    write_as(campaign, "Teh *dose*.", by=ada)
    find_reviews()
    review = Review.objects.get()
    [mine] = versions_of(review.task)
    decide_review(review=review, verdict=accepting(review, notes={mine.uuid: "Good."}), by=iris)

    page = client_of(ada).get(page_of(Note.objects.get()))

    assert "<em>dose</em>" in page.context["mine"]
    assert page.context["label"] == ""


@pytest.mark.parametrize("who", ["author of the other version", "reviewer", "lead", "stranger"])
def test_a_note_is_there_for_nobody_else(review: Review, iris: User, who: str) -> None:
    note = turn_down(review, iris, text="secret words")
    others = {
        "author of the other version": User.objects.get(username="mallory"),
        "reviewer": iris,
        "lead": review.campaign.created_by,
        "stranger": make_user(),
    }
    person = others[who]
    assert person is not None

    answers = [client_of(person).get(address) for address in (page_of(note), NOTES, DESK)]

    assert [each.status_code for each in answers] == [404, 200, 200]
    assert [each for each in answers if "secret words" in each.content.decode()] == []
    note.refresh_from_db()
    assert note.read_at is None


def test_a_person_without_notes_is_told_when_there_are_some(ada: User) -> None:
    html = client_of(ada).get(NOTES).content.decode()

    assert "No notes yet" in html


@pytest.mark.parametrize("items", [1, 3])
def test_the_notes_ask_the_database_equally_often(
    campaign: Campaign, iris: User, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(items):
        review = make_review(campaign)
        decide_review(review=review, verdict=accepting(review), by=iris)
    author = make_member(campaign)
    Note.objects.update(person=author)
    client = client_of(author)

    with django_assert_num_queries(6):
        client.get(NOTES)
