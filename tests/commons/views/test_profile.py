"""One's own account."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

PROFILE, PASSWORD = reverse("commons:profile"), reverse("commons:password")


def test_a_profile_keeps_the_name_and_the_zone(client: Client) -> None:
    person = make_user("ada")
    client.force_login(person)

    client.post(PROFILE, {"first_name": "Ada", "last_name": "Quill", "time_zone": "Europe/Berlin"})

    person.refresh_from_db()
    assert (person.display_name, person.time_zone) == ("Ada Quill", "Europe/Berlin")


def test_a_profile_gives_nobody_a_role(client: Client) -> None:
    person = make_user("ada")
    client.force_login(person)

    client.post(PROFILE, {"first_name": "Ada", "is_superuser": "on", "username": "root"})

    person.refresh_from_db()
    assert (person.is_superuser, person.username) == (False, "ada")


def test_an_odd_zone_is_refused(client: Client) -> None:
    client.force_login(make_user())

    assert client.post(PROFILE, {"time_zone": "Mars/Olympus"}).status_code == 422


@pytest.mark.parametrize("page", [PROFILE, PASSWORD])
def test_a_profile_asks_for_a_sign_in(client: Client, page: str) -> None:
    assert client.get(page).headers["Location"] == f"{reverse('commons:login')}?next={page}"
