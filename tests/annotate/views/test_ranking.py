"""The ranking page, as a plain form and with what its scripts send."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, CampaignWork, Ranking
from annotate.services.assignment import take_assignment
from annotate.services.draft import save_draft
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.turn import release_assignment
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_task

SCRIPT = {"accept": "application/json"}


@pytest.fixture
def held(cast: Cast) -> Assignment:
    return make_assignment(cast.campaign, cast.member)


def page_of(assignment: Assignment) -> str:
    return reverse("annotate:rank", args=[assignment.uuid])


def numbers(assignment: Assignment, *ranks: str) -> dict[str, str]:
    """What the plain form sends: a rank for each answer in the order shown."""
    given = {f"rank_{each}": rank for each, rank in zip(assignment.order, ranks, strict=True)}
    return {"key": str(uuid4()), "version": "0", **given}


def change_of(
    assignment: Assignment, *ranks: str, ranking: str = "", revision: int = 1
) -> dict[str, str]:
    """What the page of a submitted item sends."""
    order = {"ranking": ranking} if ranking else numbers(assignment, *ranks)
    return {**order, "key": str(uuid4()), "version": str(revision), "change": "1"}


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


def test_a_script_is_told_where_the_next_page_is(cast: Cast, held: Assignment) -> None:
    make_task(cast.campaign)

    answer = cast.client(cast.member).post(
        page_of(held), numbers(held, "1", "2", "3", "4"), headers=SCRIPT
    )

    following = Assignment.objects.get(person=cast.member, state=AssignmentState.OPEN)
    assert answer.json() == {"go": page_of(following), "kept": True}


def test_a_script_that_only_delivers_takes_no_next_item(cast: Cast, held: Assignment) -> None:
    make_task(cast.campaign)
    sent = numbers(held, "1", "2", "3", "4") | {"stay": "1"}

    answer = cast.client(cast.member).post(page_of(held), sent, headers=SCRIPT)

    assert answer.json() == {"go": "/", "kept": True}
    assert Assignment.objects.filter(person=cast.member).count() == 1


def test_a_script_that_is_refused_gets_no_page(cast: Cast, held: Assignment) -> None:
    answer = cast.client(cast.member).post(
        page_of(held), numbers(held, "1", "2", "", ""), headers=SCRIPT
    )

    assert (answer.status_code, answer.content) == (422, b"")


def test_an_order_that_another_tab_saved_is_shown_beside_ones_own(
    cast: Cast, held: Assignment
) -> None:
    a, b, c, d = held.order
    theirs = {"tiers": [[d], [b, c]], "unrankable": [a], "strengths": [None]}
    save_draft(assignment=held, body=theirs, version=0, by=cast.member)
    mine = {"tiers": [[a], [b], [c], [d]], "strengths": [None] * 3}

    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "ranking": json.dumps(mine)}
    )

    assert page.status_code == 409
    assert (page.context["mine"], page.context["theirs"]) == (
        "A: rank 1\nB: rank 2\nC: rank 3\nD: rank 4",
        "A: unrankable\nB: rank 2, tied with C\nC: rank 2, tied with B\nD: rank 1",
    )
    assert page.context["theirs"] in page.content.decode()
    assert not Ranking.objects.exists()


def test_whoever_has_seen_both_orders_may_hand_in_their_own(cast: Cast, held: Assignment) -> None:
    theirs = {"tiers": [[each] for each in reversed(held.order)], "unrankable": []}
    save_draft(assignment=held, body=theirs, version=0, by=cast.member)
    client, sent = cast.client(cast.member), numbers(held, "1", "2", "3", "4")

    page = client.post(page_of(held), sent)
    newest = page.context["standing"].version
    client.post(page_of(held), sent | {"version": str(newest)})

    assert page.status_code == 409
    assert Ranking.objects.get().tiers == [[each] for each in held.order]


def test_a_draft_comes_back_to_the_page(cast: Cast, held: Assignment) -> None:
    kept = {"tiers": [held.order], "unrankable": [], "strengths": [], "considered": True}
    save_draft(assignment=held, body=kept, version=0, by=cast.member)

    page = cast.client(cast.member).get(page_of(held))

    assert page.context["kept_draft"] == kept
    assert page.context["version_of_page"] == 1


def test_an_order_that_nobody_means_any_more_fills_no_plain_form(
    cast: Cast, held: Assignment
) -> None:
    kept = {"tiers": [held.order], "unrankable": [], "strengths": [], "considered": False}
    save_draft(assignment=held, body=kept, version=0, by=cast.member)

    page = cast.client(cast.member).get(page_of(held))

    assert [answer.field.value() for answer in page.context["answers"]] == [None] * 4


def test_a_lease_that_was_loaded_ahead_has_its_full_time_once_it_is_shown(cast: Cast) -> None:
    make_task(cast.campaign)
    ahead = take_assignment(by=cast.member, campaign=cast.campaign, kind=Kind.RANK)
    Assignment.objects.update(expires_at=timezone.now() + timedelta(minutes=2))

    page = cast.client(cast.member).get(page_of(ahead))

    ahead.refresh_from_db()
    assert ahead.shown_at
    assert ahead.expires_at
    assert ahead.expires_at - ahead.shown_at >= timedelta(minutes=60)
    assert 3590 <= page.context["seconds_left"] <= 3600


def test_a_submission_may_be_changed_for_a_while(cast: Cast, held: Assignment) -> None:
    a, b, c, d = held.order
    given = RankingAnswer([[b], [a, c]], [d], [3], reason="B names the dose.")
    submit_ranking(assignment=held, answer=given, by=cast.member)
    client = cast.client(cast.member)

    page = client.get(page_of(held))
    changed = {"tiers": [[a], [b], [c]], "unrankable": [d], "strengths": [1, None]}
    answer = client.post(page_of(held), change_of(held, ranking=json.dumps(changed)), follow=True)

    assert page.context["kept_draft"] == {
        "tiers": [[b], [a, c]],
        "unrankable": [d],
        "strengths": [3],
        "considered": True,
    }
    assert "You handed this in at" in page.content.decode()
    assert answer.redirect_chain == [("/", 302)]
    assert "Your change is kept." in answer.content.decode()
    kept = Ranking.objects.get(current=True)
    assert (kept.revision, kept.tiers, kept.unrankable, kept.strengths, kept.reason) == (
        2,
        [[a], [b], [c]],
        [d],
        [1, None],
        "B names the dose.",
    )


def test_a_change_without_scripts_begins_with_what_was_handed_in(
    cast: Cast, held: Assignment
) -> None:
    a, b, c, d = held.order
    submit_ranking(assignment=held, answer=RankingAnswer([[b], [a, c]], [d], [3]), by=cast.member)

    page = cast.client(cast.member).get(page_of(held))
    ranks = {answer.letter: answer.field.value() for answer in page.context["answers"]}
    cast.client(cast.member).post(page_of(held), change_of(held, "2", "1", "2", "apart"))

    assert ranks == {"A": "2", "B": "1", "C": "2", "D": "apart"}
    assert Ranking.objects.get().strengths == [3]  # nothing was changed


def test_a_change_that_is_sent_twice_is_one_revision(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))
    sent = change_of(held, "4", "3", "2", "1")

    first, second = client.post(page_of(held), sent), client.post(page_of(held), sent)

    assert (first.headers["Location"], second.headers["Location"]) == ("/", "/")
    assert [each.revision for each in Ranking.objects.order_by("revision")] == [1, 2]


def test_a_change_of_something_that_was_changed_elsewhere_shows_both(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))
    client.post(page_of(held), change_of(held, "4", "3", "2", "1"))

    page = client.post(page_of(held), change_of(held, "1", "1", "1", "1"))

    assert page.status_code == 409
    assert page.context["theirs"] == "A: rank 4\nB: rank 3\nC: rank 2\nD: rank 1"
    assert Ranking.objects.count() == 2


def test_a_submission_whose_time_is_over_is_not_shown_any_more(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))
    Assignment.objects.update(closed_at=timezone.now() - timedelta(minutes=61))

    answer = client.get(page_of(held), follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "A submission can be changed for 60 minutes" in answer.content.decode()


def test_a_change_that_comes_too_late_is_refused_and_stays_on_the_page(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))
    CampaignWork.objects.update(edit_minutes=0)
    changed = {"tiers": [[each] for each in reversed(held.order)]}

    page = client.post(page_of(held), change_of(held, ranking=json.dumps(changed)))

    assert page.status_code == 409
    assert "copy from here what you need of it" in page.content.decode()
    assert page.context["kept_draft"]["tiers"] == changed["tiers"]
    assert "data-submit" not in page.content.decode()
    assert Ranking.objects.count() == 1


def test_what_another_tab_has_handed_in_otherwise_may_be_changed_into_it(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))
    mine = {"tiers": [[each] for each in reversed(held.order)], "strengths": [None] * 3}
    other = {"key": str(uuid4()), "version": "0", "ranking": json.dumps(mine)}

    page = client.post(page_of(held), other)
    revision = page.context["standing"].version
    client.post(page_of(held), other | {"change": "1", "version": str(revision)})

    assert page.status_code == 409
    assert "save it as a change" in page.content.decode()
    assert page.context["kept_draft"]["tiers"] == mine["tiers"]
    assert Ranking.objects.get(current=True).tiers == mine["tiers"]


def test_what_another_tab_has_handed_in_just_so_leads_home(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))

    answer = client.post(page_of(held), numbers(held, "1", "2", "3", "4"), follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "already submitted" in answer.content.decode()


def test_nothing_is_changed_that_was_not_handed_in(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(page_of(held), change_of(held, "1", "2", "3", "4"))

    assert page.status_code == 409
    assert "not submitted yet" in page.content.decode()
    assert not Ranking.objects.exists()


def test_an_item_that_was_given_back_shows_what_it_cannot_take(
    cast: Cast, held: Assignment
) -> None:
    release_assignment(assignment=held, by=cast.member)
    order = {"tiers": [[each] for each in held.order]}
    sent = {"key": str(uuid4()), "version": "0", "ranking": json.dumps(order)}
    client = cast.client(cast.member)

    page = client.post(page_of(held), sent)
    home = client.get(page_of(held), follow=True)

    assert page.status_code == 409
    assert page.context["kept_draft"]["tiers"] == order["tiers"]
    assert "This item is no longer yours (released)" in page.content.decode()
    assert "This item is no longer yours (released)" in home.content.decode()


def test_an_item_whose_time_is_over_may_still_be_handed_in(cast: Cast, held: Assignment) -> None:
    Assignment.objects.update(state=AssignmentState.EXPIRED, closed_at=timezone.now())
    client = cast.client(cast.member)

    page = client.get(page_of(held))
    client.post(page_of(held), numbers(held, "1", "2", "3", "4"))

    assert "what you hand in is kept all the same" in page.content.decode()
    assert Ranking.objects.get().tiers == [[each] for each in held.order]


@pytest.mark.parametrize("who", ["lead", "stranger"])
def test_nobody_sees_or_changes_an_item_that_another_holds(
    cast: Cast, held: Assignment, who: str
) -> None:
    cast.client(cast.member).post(page_of(held), numbers(held, "1", "2", "3", "4"))
    client = cast.client(getattr(cast, who))

    seen = client.get(page_of(held))
    changed = client.post(page_of(held), change_of(held, "4", "3", "2", "1"))

    assert (seen.status_code, changed.status_code) == (404, 404)
    assert Ranking.objects.count() == 1


def test_a_rank_page_asks_for_a_sign_in(client: Client, held: Assignment) -> None:
    assert client.get(page_of(held)).status_code == 302


def test_a_writing_item_is_not_found_on_the_rank_page(cast: Cast) -> None:
    writing = make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)

    assert cast.client(cast.member).get(page_of(writing)).status_code == 404
