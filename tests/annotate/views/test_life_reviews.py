"""What reviewers decided over an item is part of its life."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from annotate.enums import ReviewReason, Role
from annotate.models import Review
from annotate.selectors.review import versions_of
from annotate.services.review import decide_review
from commons.models import User
from tests.annotate.reviewing import (
    make_review,
    make_reviewed_campaign,
    make_reviewer,
    rejecting,
    turn_of,
)
from tests.factories import make_member


@pytest.fixture
def review(db: None) -> Review:
    return make_review(make_reviewed_campaign())


def told(review: Review, reader: User) -> str:
    """The words of the section about reviews."""
    client = Client()
    client.force_login(reader)
    page = client.get(reverse("annotate:life", args=[review.task.prompt.uuid])).content.decode()
    part = page[page.index('id="reviews-title"') : page.index('id="moments-title"')]
    said = part[part.index(">") + 1 : part.index("</section>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", said)).split())


def named(person: User, first: str, last: str) -> str:
    User.objects.filter(pk=person.pk).update(first_name=first, last_name=last)
    return f"{first} {last}"


def test_what_is_not_decided_yet_waits(review: Review):
    lead = make_member(review.campaign, Role.LEAD)

    assert told(review, lead) == "Reviews It waits for a reviewer. Its judgements disagreed."


def test_a_lead_reads_who_decided_what_and_why(review: Review):
    iris = make_reviewer(review.campaign, "iris")
    first, second = versions_of(review.task)
    reviewer, author = named(iris, "Iris", "Vale"), turn_of(first).person
    rater = named(author, "Ada", "Quill")
    note = {first.uuid: "See page <2>.", second.uuid: ""}
    verdict = rejecting(review, first.uuid, reason=ReviewReason.FACTUAL, notes=note)
    decided = decide_review(review=review, verdict=verdict, by=iris)
    moment = f"{decided.decided_at:%Y-%m-%d %H:%M} UTC"

    assert told(review, make_member(review.campaign, Role.LEAD)) == (
        f"Reviews Reject Factually wrong {reviewer} · {moment} Its judgements disagreed. "
        f"Turned down: {rater} To {rater}: See page <2>."
    )


def test_a_reviewer_reads_it_without_names(review: Review):
    iris = make_reviewer(review.campaign, "iris")
    first, _ = versions_of(review.task)
    names = [named(iris, "Iris", "Vale"), named(turn_of(first).person, "Ada", "Quill")]
    verdict = rejecting(review, first.uuid, notes={first.uuid: "Look again."})
    decide_review(review=review, verdict=verdict, by=iris)

    said = told(review, make_reviewer(review.campaign, "ivo"))

    assert "Look again." in said
    assert re.search(r"Turned down: Rater \d To Rater \d: Look again\.", said)
    assert not [name for name in names if name in said]
