import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_a_stranger_learns_that_pages_can_be_served(client):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


def test_without_its_database_the_process_says_so_and_tells_no_more(client, monkeypatch):
    def refuse():
        raise OperationalError("password authentication failed for user laurel")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down"}


def test_behind_https_a_probe_is_not_sent_away(client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.post("/healthz").status_code == 405
    assert client.get("/login/").status_code == 301
