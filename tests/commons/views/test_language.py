"""Pages in the reader's language."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.languages import catalogue_address


@pytest.mark.django_db
def test_a_page_speaks_the_language_that_was_chosen(client: Client):
    client.post(reverse("commons:language"), {"language": "de", "next": "/login/"})

    page = client.get("/login/").content.decode()

    assert '<html lang="de"' in page
    assert "Anmelden" in page


@pytest.mark.django_db
def test_a_page_speaks_the_browsers_language_where_none_was_chosen(client: Client):
    page = client.get("/login/", headers={"accept-language": "de-AT,de;q=0.9"}).content.decode()

    assert '<html lang="de"' in page


@pytest.mark.django_db
def test_an_english_page_brings_no_catalogue(client: Client):
    assert "/catalogue/" not in client.get("/login/").content.decode()


@pytest.mark.django_db
def test_a_german_page_brings_what_its_scripts_say(client: Client):
    page = client.get("/login/", headers={"accept-language": "de"}).content.decode()
    address = page.split('<script src="/catalogue/')[1].split('"')[0]

    answer = client.get(f"/catalogue/{address}")

    assert '"Not saved yet": "Noch nicht gespeichert"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, immutable, max-age=31536000"


def test_english_needs_no_catalogue():
    assert catalogue_address() == ""


def test_a_language_that_nobody_speaks_has_no_catalogue(client: Client):
    assert client.get("/catalogue/xx/0.js").status_code == 404
