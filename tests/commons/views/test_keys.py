"""Keys of one's own."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

KEYS = reverse("commons:keys")


@pytest.fixture
def ada(client: Client) -> User:
    person = make_user("ada")
    client.force_login(person)
    return person


def kept(person: User) -> dict[str, str] | None:
    person.refresh_from_db()
    return person.keys


def test_a_key_is_kept_for_its_person_alone(client: Client, ada: User) -> None:
    bea = make_user("bea")

    answer = client.post(KEYS, {"act": "tie", "key": "#"})

    assert (answer.json(), kept(ada), kept(bea)) == ({"tie": "#"}, {"tie": "#"}, None)


def test_a_key_does_one_thing(client: Client, ada: User) -> None:
    client.post(KEYS, {"act": "tie", "key": "#"})

    client.post(KEYS, {"act": "undo", "key": "#"})

    assert kept(ada) == {"undo": "#"}


def test_no_key_means_ours_again(client: Client, ada: User) -> None:
    client.post(KEYS, {"act": "tie", "key": "#"})
    client.post(KEYS, {"act": "undo", "key": "U"})

    client.post(KEYS, {"act": "tie", "key": ""})

    assert kept(ada) == {"undo": "U"}


def test_all_keys_are_ours_again(client: Client, ada: User) -> None:
    client.post(KEYS, {"act": "tie", "key": "#"})

    client.post(KEYS, {})

    assert kept(ada) is None


@pytest.mark.parametrize("sent", [{"act": "Not so", "key": "#"}, {"act": "tie", "key": "x" * 21}])
def test_odd_keys_are_refused(client: Client, ada: User, sent: dict[str, str]) -> None:
    assert client.post(KEYS, sent).status_code == 422
    assert kept(ada) is None


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.post(KEYS, {"act": "tie", "key": "#"}).status_code == 302
