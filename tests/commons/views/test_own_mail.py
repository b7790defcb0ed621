"""What one is told by mail is one's own to choose, and its log one's own to read."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.models import Channel, DeliveryState, NoticeKind, User
from tests.commons.notices.test_personal import reachable, told

pytestmark = pytest.mark.django_db

PAGE = reverse("commons:own_mail")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_page_begins_with_what_is_sensible_and_keeps_what_is_chosen() -> None:
    ada = reachable("ada")
    client = signed_in(ada)

    before = client.get(PAGE).content.decode()
    client.post(PAGE, {"kinds": ["person.reviewed"], "language": "de"})

    ada.refresh_from_db()
    assert before.count("checked") == 3
    assert Channel.objects.get(owner=ada).personal == [NoticeKind.PERSON_REVIEWED]
    assert ada.language == "de"


@pytest.mark.parametrize(
    "said", [{"kinds": ["cycle.held"], "language": "en"}, {"language": "xx"}], ids=str
)
def test_what_is_odd_is_refused(said: dict[str, object]) -> None:
    assert signed_in(reachable("ada")).post(PAGE, said).status_code == 422
    assert not Channel.objects.exists()


def test_ones_own_log_is_ones_own(settings) -> None:
    settings.MAIL_IS_SET_UP = True
    ada, stranger = reachable("ada"), reachable("stranger")
    told(ada)
    delivery = Channel.objects.get(owner=ada).deliveries.get()
    delivery.state = DeliveryState.GIVEN_UP
    delivery.save()
    again = reverse("commons:own_mail_again", args=[delivery.uuid])

    assert "You are paused in “Medicine”" in signed_in(ada).get(PAGE).content.decode()
    assert "Medicine" not in signed_in(stranger).get(PAGE).content.decode()
    assert signed_in(stranger).post(again).status_code == 404
    assert Client().get(PAGE).status_code == 302
    signed_in(ada).post(again)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING


def test_mail_speaks_the_language_that_a_person_chose_for_pages() -> None:
    ada = reachable("ada")

    signed_in(ada).post(reverse("commons:language"), {"language": "de"})

    ada.refresh_from_db()
    assert ada.language == "de"
