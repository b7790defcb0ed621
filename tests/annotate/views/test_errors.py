"""Pages for what went wrong say what to do next."""

from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.annotate.views.conftest import Cast


@pytest.mark.django_db
def test_an_address_without_a_page_leads_to_the_desk(client: Client) -> None:
    page = client.get("/nothing/")

    assert page.status_code == 404
    assert 'href="/">To the desk</a>' in page.content.decode()


def test_a_page_that_was_open_too_long_says_that_the_text_is_kept(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.member)

    page = client.post(reverse("annotate:demonstrate", args=[uuid4()]), {"text": "Mine."})

    assert page.status_code == 403
    assert "your text is kept in this browser" in page.content.decode()


def test_a_broken_server_shows_a_page_without_asking_anything():
    assert "Something broke here" in render_to_string("500.html")
