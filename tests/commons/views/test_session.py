"""Signing in and out."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT = reverse("commons:login"), reverse("commons:logout")


def test_a_sign_in_leads_to_where_one_was_going(client: Client) -> None:
    make_user("ada")
    there = reverse("annotate:campaigns")

    answer = client.post(LOGIN, {"username": "ada", "password": "opensesame", "next": there})

    assert answer.headers["Location"] == there


def test_a_sign_in_leads_to_no_other_host(client: Client) -> None:
    make_user("ada")

    answer = client.post(
        LOGIN, {"username": "ada", "password": "opensesame", "next": "https://elsewhere.example/"}
    )

    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_refused_in_words(client: Client) -> None:
    make_user("ada")

    page = client.post(LOGIN, {"username": "ada", "password": "wrong"})

    assert "Please enter a correct username and password." in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_link_signs_nobody_out(client: Client) -> None:
    client.force_login(make_user())

    by_link = client.get(LOGOUT)
    still_in = "_auth_user_id" in client.session
    client.post(LOGOUT)

    assert (by_link.status_code, still_in) == (405, True)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("form", "page"),
    [
        (reverse("annotate:say", args=[UUID(int=1)]), reverse("annotate:talk", args=[UUID(int=1)])),
        (reverse("annotate:release", args=[UUID(int=1)]), reverse("annotate:desk")),
        (reverse("annotate:take"), reverse("annotate:desk")),
    ],
)
def test_a_sign_in_over_a_form_leads_to_the_page_of_the_form(
    client: Client, form: str, page: str
) -> None:
    make_user("ada")
    asked = client.post(form)
    answer = client.post(
        asked.headers["Location"], {"username": "ada", "password": "opensesame", "next": form}
    )
    opened = client.get(answer.headers["Location"], headers={"Accept": "text/html,*/*"})

    assert (asked.status_code, answer.headers["Location"]) == (302, form)
    assert (opened.status_code, opened.headers["Location"]) == (302, page)


def test_a_program_that_takes_a_form_for_a_page_is_told_so(client: Client) -> None:
    client.force_login(make_user())
    form, api = reverse("annotate:take"), reverse("annotate:api:take")

    assert [
        client.get(form).status_code,
        client.get(form, headers={"Accept": "application/json"}).status_code,
        client.put(form, headers={"Accept": "text/html"}).status_code,
        client.get(api, headers={"Accept": "text/html,*/*"}).status_code,
    ] == [405] * 4
