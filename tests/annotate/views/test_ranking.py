"""The ranking page, as a plain form and with what its scripts send."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Ranking
from annotate.services.draft import save_draft
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_task


@pytest.fixture
def held(cast: Cast) -> Assignment:
    return make_assignment(cast.campaign, cast.member)


def page_of(assignment: Assignment) -> str:
    return reverse("annotate:rank", args=[assignment.uuid])


def numbers(assignment: Assignment, *ranks: str) -> dict[str, str]:
    """What the plain form sends: a rank for each answer in the order shown."""
    given = {f"rank_{each}": rank for each, rank in zip(assignment.order, ranks, strict=True)}
    return {"key": str(uuid4()), "version": "0", **given}


def test_a_rank_page_is_blind(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).get(page_of(held)).content.decode()

    assert [page.count(text) for text in ("One.", "Two.", "Three.", "Four.")] == [1, 1, 1, 1]
    assert "model-a" not in page


def test_a_rank_page_shows_the_answers_in_the_stored_order(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).get(page_of(held))

    shown = [(answer.letter, answer.id) for answer in page.context["answers"]]
    assert shown == list(zip("ABCD", held.order, strict=True))


def test_equal_numbers_tie(cast: Cast, held: Assignment) -> None:
    a, b, c, d = held.order

    cast.client(cast.member).post(page_of(held), numbers(held, "2", "1", "2", "apart"))

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c]], [d], [])


def test_scripts_send_tiers_and_strengths_in_one_field(cast: Cast, held: Assignment) -> None:
    a, b, c, d = held.order
    order = {"tiers": [[b], [a, c]], "unrankable": [d], "strengths": [3]}

    cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "ranking": json.dumps(order)}
    )

    kept = Ranking.objects.get()
    assert (kept.tiers, kept.unrankable, kept.strengths) == ([[b], [a, c]], [d], [3])


def test_an_answer_without_a_rank_is_asked_for(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(page_of(held), numbers(held, "1", "2", "", ""))

    assert page.status_code == 422
    assert "2 candidate(s) are not placed yet; rank every one." in page.content.decode()
    assert not Ranking.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        "{",
        "[]",
        '{"tiers": "abc"}',
        '{"tiers": [[1]]}',
        '{"tiers": [], "strengths": [true]}',
        '{"tiers": [], "unrankable": [null]}',
    ],
)
def test_an_order_that_did_not_arrive_whole_is_refused(
    cast: Cast, held: Assignment, odd: str
) -> None:
    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "ranking": odd}
    )

    assert page.status_code == 422
    assert "reload the page and submit again" in page.content.decode()
    assert not Ranking.objects.exists()


def test_a_submitted_ranking_leads_straight_to_the_next(cast: Cast, held: Assignment) -> None:
    make_task(cast.campaign)

    answer = cast.client(cast.member).post(page_of(held), numbers(held, "1", "2", "3", "4"))

    following = Assignment.objects.get(person=cast.member, state=AssignmentState.OPEN)
    assert answer.headers["Location"] == page_of(following)


def test_a_double_click_on_submit_makes_one_ranking_and_takes_one_item(
    cast: Cast, held: Assignment
) -> None:
    make_task(cast.campaign)
    make_task(cast.campaign)
    sent, client = numbers(held, "1", "2", "3", "4"), cast.client(cast.member)

    first, second = client.post(page_of(held), sent), client.post(page_of(held), sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert Ranking.objects.count() == 1
    assert Assignment.objects.filter(person=cast.member).count() == 2


def test_a_draft_that_another_tab_changed_is_not_overwritten(cast: Cast, held: Assignment) -> None:
    theirs = {"tiers": [[each] for each in reversed(held.order)], "unrankable": []}
    save_draft(assignment=held, body=theirs, version=0, by=cast.member)
    order = {"tiers": [[each] for each in held.order], "strengths": [None] * 3}

    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "ranking": json.dumps(order)}
    )

    assert page.status_code == 409
    assert not Ranking.objects.exists()


def test_a_draft_comes_back_to_the_page(cast: Cast, held: Assignment) -> None:
    kept = {"tiers": [held.order], "unrankable": [], "strengths": [], "considered": True}
    save_draft(assignment=held, body=kept, version=0, by=cast.member)

    page = cast.client(cast.member).get(page_of(held))

    assert page.context["kept_draft"] == kept
    assert page.context["version_of_page"] == 1


def test_a_submitted_item_leads_back_to_the_desk(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))

    answer = client.get(page_of(held), follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "no longer yours (submitted)" in answer.content.decode()


def test_an_item_whose_time_is_over_may_still_be_handed_in(cast: Cast, held: Assignment) -> None:
    Assignment.objects.update(state=AssignmentState.EXPIRED, closed_at=timezone.now())
    client = cast.client(cast.member)

    page = client.get(page_of(held))
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))

    assert "what you hand in is kept all the same" in page.content.decode()
    assert Ranking.objects.get().tiers == [[each] for each in held.order]


@pytest.mark.parametrize("who", ["lead", "stranger"])
def test_nobody_sees_an_item_that_another_holds(cast: Cast, held: Assignment, who: str) -> None:
    answer = cast.client(getattr(cast, who)).get(page_of(held))

    assert answer.status_code == 404


def test_a_rank_page_asks_for_a_sign_in(client: Client, held: Assignment) -> None:
    assert client.get(page_of(held)).status_code == 302


def test_a_writing_item_is_not_found_on_the_rank_page(cast: Cast) -> None:
    writing = make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)

    assert cast.client(cast.member).get(page_of(writing)).status_code == 404
