"""Which server mail leaves by, in one variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.mail import MailServer, mail_server_at, root_of, sender


def test_a_url_in_pieces():
    assert mail_server_at("smtp+tls://ada%40x:p%2Fw@mail.example.org") == MailServer(
        "smtp+tls", "mail.example.org", 587, "ada@x", "p/w"
    )
    assert mail_server_at("smtps://mail.example.org").port == 465
    assert mail_server_at("smtp://localhost:1025").port == 1025
    assert mail_server_at("") is None


@pytest.mark.parametrize("odd", ["smtp://", "smtp://host/path", "smtp://host?tls=1"])
def test_an_odd_url_is_named_without_its_password(odd):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_server_at(odd)


def test_no_password_is_said():
    with pytest.raises(ImproperlyConfigured) as refused:
        mail_server_at("smtp://ada:secret@host/path")

    assert "secret" not in str(refused.value)


def test_a_sender_is_an_address():
    with pytest.raises(ImproperlyConfigured, match="EMAIL_FROM"):
        sender("Laurel")


def test_the_public_url_is_a_root():
    assert root_of("https://laurel.example.org/") == "https://laurel.example.org"
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        root_of("https://example.org/laurel")
