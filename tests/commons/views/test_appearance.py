"""Colours are chosen without scripts too."""

from django.test import Client
from django.urls import reverse

APPEARANCE = reverse("commons:appearance")


def test_a_choice_is_remembered_and_leads_back(client: Client) -> None:
    answer = client.post(APPEARANCE, {"theme": "dark", "next": "/campaigns/"})

    assert answer.headers["Location"] == "/campaigns/"
    assert answer.cookies["theme"].value == "dark"


def test_high_contrast_is_one_of_the_choices(client: Client) -> None:
    answer = client.post(APPEARANCE, {"theme": "contrast", "next": "/"})

    assert answer.cookies["theme"].value == "contrast"


def test_nonsense_is_not_remembered(client: Client) -> None:
    answer = client.post(APPEARANCE, {"theme": '"><script>', "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"
    assert "theme" not in answer.cookies
