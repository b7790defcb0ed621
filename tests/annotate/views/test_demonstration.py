"""The writing page and its preview."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.enums import Kind
from annotate.models import Assignment, Demonstration
from annotate.services.draft import save_draft
from tests.annotate.views.conftest import Cast
from tests.factories import make_assignment, make_user

PREVIEW = reverse("annotate:preview")


@pytest.fixture
def held(cast: Cast) -> Assignment:
    return make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)


def page_of(assignment: Assignment) -> str:
    return reverse("annotate:demonstrate", args=[assignment.uuid])


def test_an_answer_is_kept_as_written(cast: Cast, held: Assignment) -> None:
    text = "First  line\n\n    code\n"

    cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": text}
    )

    kept = Demonstration.objects.get()
    assert kept.messages == [{"role": "assistant", "content": "First  line\n\n    code"}]


def test_an_empty_answer_is_refused_in_words(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": " \n "}
    )

    assert page.status_code == 422
    assert "The answer is empty; write something or skip the item." in page.content.decode()


def test_what_was_refused_stays_on_the_page(cast: Cast, held: Assignment) -> None:
    page = cast.client(cast.member).post(page_of(held), {"version": "0", "text": "Mine."})

    assert page.status_code == 422
    assert "Mine.</textarea>" in page.content.decode()


def test_a_text_that_another_tab_saved_is_shown_beside_ones_own(
    cast: Cast, held: Assignment
) -> None:
    save_draft(assignment=held, body={"text": "Theirs."}, version=0, by=cast.member)

    page = cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."}
    )

    assert page.status_code == 409
    assert "Mine.</textarea>" in page.content.decode()
    assert "Mine.</pre>" in page.content.decode()
    assert "Theirs.</pre>" in page.content.decode()
    assert not Demonstration.objects.exists()


def test_a_text_ends_its_lines_alike_however_it_was_sent(cast: Cast, held: Assignment) -> None:
    save_draft(assignment=held, body={"text": "One\nTwo"}, version=0, by=cast.member)

    cast.client(cast.member).post(
        page_of(held), {"key": str(uuid4()), "version": "0", "text": "One\r\nTwo"}
    )

    assert Demonstration.objects.get().text == "One\nTwo"


def test_a_lost_answer_and_a_second_try_are_one_row(cast: Cast, held: Assignment) -> None:
    sent = {"key": str(uuid4()), "version": "0", "text": "Mine."}
    client = cast.client(cast.member)

    first, second = client.post(page_of(held), sent), client.post(page_of(held), sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert Demonstration.objects.count() == 1


def test_an_answer_may_be_changed_for_a_while(cast: Cast, held: Assignment) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "First."})

    page = client.get(page_of(held))
    client.post(
        page_of(held), {"key": str(uuid4()), "version": "1", "change": "1", "text": "Second."}
    )

    assert "First.</textarea>" in page.content.decode()
    assert "Save the change" in page.content.decode()
    assert [(each.revision, each.text) for each in Demonstration.objects.order_by("revision")] == [
        (1, "First."),
        (2, "Second."),
    ]


def test_a_text_that_another_tab_was_faster_than_stays_on_the_page(
    cast: Cast, held: Assignment
) -> None:
    client = cast.client(cast.member)
    client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Theirs."})

    page = client.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."})

    assert page.status_code == 409
    assert "Mine.</textarea>" in page.content.decode()
    assert "save it as a change" in page.content.decode()
    assert Demonstration.objects.get().text == "Theirs."


def test_a_draft_comes_back_to_the_page(cast: Cast, held: Assignment) -> None:
    save_draft(assignment=held, body={"text": "Half a sentence"}, version=0, by=cast.member)

    page = cast.client(cast.member).get(page_of(held)).content.decode()

    assert "Half a sentence</textarea>" in page


def test_a_preview_is_rendered_by_the_one_renderer(cast: Cast) -> None:
    answer = cast.client(cast.member).post(PREVIEW, {"text": "**bold** <script>alert(1)</script>"})

    assert "<strong>bold</strong>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_whoever_is_signed_out_gets_no_preview_and_no_other_page_in_its_place(
    client: Client,
) -> None:
    answer = client.post(PREVIEW, {"text": "x"})

    assert (answer.status_code, answer.content) == (401, b"")


def test_nobody_writes_for_another(cast: Cast, held: Assignment) -> None:
    other = cast.client(make_user("passer-by"))

    answer = other.post(page_of(held), {"key": str(uuid4()), "version": "0", "text": "Mine."})

    assert answer.status_code == 404
    assert not Demonstration.objects.exists()
