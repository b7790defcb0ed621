"""Admins read everybody's notices and deliveries, send them again, and see no secret."""

import pytest
from django.test import Client
from django.urls import reverse

from commons.models import Channel, Delivery, DeliveryState
from commons.notices.channels import send_test
from commons.notices.sending import keep_outcome, secret_of, send
from tests.factories import make_user

LIST = reverse("admin:commons_delivery_changelist")


@pytest.fixture
def delivery(webhook: Channel, ada) -> Delivery:
    delivery = send_test(channel=webhook, by=ada)
    keep_outcome(delivery, send(delivery))
    delivery.refresh_from_db()
    return delivery


def test_every_page_answers_and_none_has_the_secret(client: Client, delivery):
    client.force_login(make_user("root", admin=True))
    rows = {"notice": delivery.notice, "channel": delivery.channel, "delivery": delivery}
    pages = [reverse(f"admin:commons_{name}_changelist") for name in rows]
    pages += [reverse(f"admin:commons_{name}_change", args=[row.pk]) for name, row in rows.items()]

    answers = [client.get(page) for page in pages]

    assert [answer.status_code for answer in answers] == [200] * 6
    assert not any(secret_of(delivery.channel) in each.content.decode() for each in answers)


def test_a_delivery_is_sent_again_by_an_admin_alone(client: Client, delivery):
    looker = make_user("looker")
    looker.is_staff = True
    looker.save()
    sent = {"action": "send_again", "_selected_action": [delivery.pk], "confirmed": "yes"}
    assert delivery.state == DeliveryState.DELIVERED

    client.force_login(looker)
    client.post(LIST, sent)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED

    client.force_login(make_user("root", admin=True))
    client.post(LIST, sent)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.WAITING
