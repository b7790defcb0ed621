"""What a reviewer has half written is kept with the server, and comes back."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate.enums import Decision
from annotate.models import Review, ReviewDraft
from annotate.selectors.review import versions_of
from annotate.services.review import claim_review, decide_review
from commons.models import User
from tests.annotate.reviewing import accepting, make_review, make_reviewed_campaign, make_reviewer
from tests.factories import make_member

pytestmark = pytest.mark.django_db
Answer = tuple[int, dict[str, Any]]
CONTENT = {"decision": "reject", "reason": "factual", "notes": {}}


@pytest.fixture
def review() -> Review:
    return make_review(make_reviewed_campaign())


@pytest.fixture
def iris(review: Review) -> User:
    return make_reviewer(review.campaign, "iris")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(review: Review) -> str:
    return reverse("annotate:review_draft", args=[review.uuid])


def put(person: User, review: Review, content: object = CONTENT, version: object = 0) -> Answer:
    said = json.dumps({"version": version, "content": content})
    answer = client_of(person).put(address(review), said, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_draft_is_kept_version_by_version(review: Review, iris: User):
    first, said = put(iris, review)
    second, then = put(iris, review, {**CONTENT, "reason": "other"}, version=said["version"])
    again = put(iris, review, {**CONTENT, "reason": "other"}, version=1)

    assert (first, said["version"], second, then["version"]) == (200, 1, 200, 2)
    assert again == (200, {"version": 2, "saved_at": then["saved_at"]})  # its answer got lost
    assert client_of(iris).get(address(review)).json()["content"]["reason"] == "other"


def test_another_tab_that_was_first_is_a_conflict_with_its_text(review: Review, iris: User):
    put(iris, review)

    status, said = put(iris, review, {"decision": "accept"})

    assert (status, said["content"], said["version"]) == (409, CONTENT, 1)


def test_a_draft_is_its_reviewers_alone(review: Review, iris: User):
    put(iris, review)
    ivo = make_reviewer(review.campaign, "ivo")

    assert client_of(ivo).get(address(review)).status_code == 404
    assert put(ivo, review, {"decision": "accept"})[0] == 200
    for person in (make_member(review.campaign), make_reviewer(make_reviewed_campaign())):
        assert client_of(person).get(address(review)).status_code == 404
        assert client_of(person).put(address(review), "{}").status_code == 404
    assert Client().put(address(review), "{}").status_code == 302


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "{}", '{"version": 0}', '{"version": -1, "content": {}}'),
        *('{"version": 0, "content": []}', '{"version": 0, "content": {"text": "\\u0000"}}'),
    ],
)
def test_what_is_no_draft_is_refused(review: Review, iris: User, body: str):
    answer = client_of(iris).put(address(review), body, content_type="application/json")

    assert (answer.status_code, ReviewDraft.objects.count()) == (400, 0)


def test_the_page_comes_back_as_it_was_left(review: Review, iris: User):
    first, second = versions_of(review.task)
    tiers = [[each] for each in review.task.offered]
    order = {"tiers": tiers, "unrankable": [], "strengths": [None] * 3, "considered": True}
    notes = {str(first.uuid): "Look at page 2.", str(second.uuid): 7, "odd": "x"}
    content = {
        "decision": "correct",
        "reason": "factual",
        "accepted": "",
        "rejected": [str(second.uuid), 3],
        "notes": notes,
        "order": order,
    }
    put(iris, review, content)

    page = client_of(iris).get(reverse("annotate:review", args=[review.uuid]))

    form = page.context["form"]
    assert (form["decision"].value(), form["reason"].value()) == ("correct", "factual")
    assert page.context["corrected"]["tiers"] == tiers
    shown = {each.uuid: each for each in page.context["versions"]}
    assert shown[first.uuid].note.value() == "Look at page 2."
    assert shown[second.uuid].note.value() in (None, "")
    assert [each for each in shown if shown[each].is_rejected] == [second.uuid]
    assert 'data-draft-version="1"' in page.content.decode()


def test_writing_holds_the_item_and_never_takes_it(review: Review, iris: User):
    ivo = make_reviewer(review.campaign, "ivo")
    held = claim_review(review=review, by=ivo).claimed_until

    put(iris, review)
    review.refresh_from_db()
    assert (review.reviewer, review.claimed_until) == (ivo, held)

    put(ivo, review)
    review.refresh_from_db()
    assert held is not None
    assert review.claimed_until is not None
    assert review.claimed_until > held


def test_a_decision_takes_its_draft_along_and_nothing_is_kept_after_it(review: Review, iris: User):
    put(iris, review)
    decide_review(review=review, verdict=accepting(review), by=iris)

    assert ReviewDraft.objects.count() == 0
    status, said = put(iris, review)
    assert (status, "content" in said) == (409, False)


def test_a_script_that_decides_is_told_where_to_go(review: Review, iris: User):
    seen = ",".join(str(each.uuid) for each in versions_of(review.task))
    first = versions_of(review.task)[0].uuid
    sent = {"seen": seen, "decision": "reject", "reason": "careless", "rejected": str(first)}
    page, reviews = reverse("annotate:review", args=[review.uuid]), reverse("annotate:reviews")
    script = {"headers": {"Accept": "application/json"}}
    make_review(review.campaign)
    client = client_of(iris)

    assert client.post(page, {**sent, "reason": ""}, **script).status_code == 422  # type: ignore[arg-type]
    decided = client.post(page, {**sent, "stay": "1"}, **script)  # type: ignore[arg-type]

    assert decided.json() == {"go": reviews, "kept": True}
    review.refresh_from_db()
    assert (review.decision, review.rejections.get().root) == (Decision.REJECT, first)
    assert Review.objects.filter(state="open", reviewer=iris).count() == 0  # nothing taken unasked
    assert client.post(page, {**sent, "stay": "1"}, **script).json()["kept"]  # type: ignore[arg-type]
