"""What people set up is theirs, and leads nowhere inside."""

import pytest

from commons.models import AuditEvent, Channel, Delivery, NoticeKind
from commons.notices.addresses import AddressRefused
from commons.notices.channels import (
    MOST,
    ChannelRefused,
    add_webhook,
    remove_channel,
    renew_secret,
    send_test,
)
from commons.notices.sending import secret_of
from commons.notices.shown import channels_of, deliveries_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db

KINDS = [NoticeKind.CYCLE_HELD]


def test_an_address_inside_is_refused_when_it_is_added(ada):
    with pytest.raises(AddressRefused, match="not on the public internet"):
        add_webhook(url="https://127.0.0.1/", kinds=KINDS, by=ada)

    assert not Channel.objects.exists()


def test_only_an_admin_adds_the_installations(ada, receiver):
    with pytest.raises(ChannelRefused, match="Only an admin"):
        add_webhook(url=receiver.url, kinds=KINDS, by=ada, for_installation=True)


def test_a_form_sent_twice_makes_one(ada, webhook, receiver):
    with pytest.raises(ChannelRefused, match="a moment ago"):
        add_webhook(url=receiver.url, kinds=KINDS, by=ada, uuid=webhook.uuid)


def test_there_are_at_most_so_many(ada, receiver):
    for _ in range(MOST):
        add_webhook(url=receiver.url, kinds=KINDS, by=ada)

    with pytest.raises(ChannelRefused, match="remove one first"):
        add_webhook(url=receiver.url, kinds=KINDS, by=ada)


def test_a_renewed_secret_is_another(ada, webhook):
    before = secret_of(webhook)

    assert secret_of(renew_secret(channel=webhook, by=ada)) != before


def test_no_row_holds_a_secret(ada, webhook):
    kept = [str(value) for row in Channel.objects.values() for value in row.values()]
    kept += [str(event.detail) for event in AuditEvent.objects.all()]

    assert not any("whsec_" in each or secret_of(webhook) in each for each in kept)


def test_everyone_sees_their_own_and_an_admin_the_installations_too(ada, webhook, receiver):
    admin, stranger = make_user("root", admin=True), make_user("stranger")
    shared = add_webhook(url=receiver.url, kinds=KINDS, by=admin, for_installation=True)
    for channel in (webhook, shared):
        send_test(channel=channel, by=admin)

    assert list(channels_of(ada)) == [webhook]
    assert list(channels_of(admin)) == [shared]
    assert not channels_of(stranger).exists()
    assert [each.channel for each in deliveries_of(ada)] == [webhook]


def test_a_removed_webhook_takes_its_log_along(ada, webhook):
    send_test(channel=webhook, by=ada)

    remove_channel(channel=webhook, by=ada)

    assert not Channel.objects.exists()
    assert not Delivery.objects.exists()
