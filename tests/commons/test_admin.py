"""Admins see everybody's tokens and end them; nobody reads a digest or changes a token."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.models import ApiToken, AuditEvent, Scope
from commons.tokens import Lifetime, make_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:commons_apitoken_changelist")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user("root", admin=True))
    return client


@pytest.fixture
def token() -> ApiToken:
    return make_token(
        by=make_user("ada"), name="laptop", scopes=[Scope.WORK], lifetime=Lifetime.WEEK
    ).token


def test_the_list_names_whose_it_is_and_hides_the_digest(admin, token):
    pages = [LIST, reverse("admin:commons_apitoken_change", args=[token.pk])]

    seen = "".join(admin.get(page).content.decode() for page in pages)

    assert "laptop" in seen
    assert "ada" in seen
    assert token.digest not in seen


def test_a_token_is_revoked_once_the_admin_has_confirmed_it(admin, token):
    sent = {"action": "revoke", "_selected_action": [token.pk]}

    asked = admin.post(LIST, sent)
    before = ApiToken.objects.get().revoked_at
    admin.post(LIST, {**sent, "confirmed": "yes"})

    assert "Revoke these tokens?" in asked.content.decode()
    assert before is None
    assert ApiToken.objects.get().revoked_at is not None
    assert AuditEvent.objects.get(verb="token.revoked").actor.username == "root"


def test_nothing_of_a_token_is_written_in_the_admin(admin, token):
    change = reverse("admin:commons_apitoken_change", args=[token.pk])
    delete = reverse("admin:commons_apitoken_delete", args=[token.pk])

    answers = [
        admin.post(change, {"name": "other"}),
        admin.post(delete, {"post": "yes"}),
        admin.get(reverse("admin:commons_apitoken_add")),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert ApiToken.objects.get().name == "laptop"
