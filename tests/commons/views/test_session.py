"""Signing in and out."""

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
