"""What waits arrives, signed, and is tried again where it does not."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.db.models import F
from django.utils import timezone

from commons.models import Channel, Delivery, DeliveryState, NoticeKind, User
from commons.notices import sending
from commons.notices.channels import choose_mail, replay, send_test
from commons.notices.posting import post
from commons.notices.sending import PAUSES, claim_delivery, secret_of, send_waiting
from commons.notices.signing import signature
from commons.notices.telling import tell

pytestmark = pytest.mark.django_db


def tell_held(ada: User) -> Delivery:
    tell(
        kind=NoticeKind.CYCLE_HELD,
        key="held 1",
        title="“Main”: cycle 1 held its policy",
        says="too few prompts",
        path="/rewards/1/",
        facts={"number": 1},
        may_hear=[ada.pk],
    )
    return Delivery.objects.get()


def make_due() -> None:
    Delivery.objects.update(due_at=timezone.now())


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_a_webhook_gets_a_body_that_its_secret_signs(ada, webhook, receiver, settings):
    settings.PUBLIC_URL = "https://laurel.example.org"
    delivery = tell_held(ada)

    assert send_waiting() == 1

    headers, body = receiver.got[0]
    assert json.loads(body) == {
        "type": "cycle.held",
        "timestamp": delivery.notice.at.isoformat(),
        "data": {
            "number": 1,
            "title": "“Main”: cycle 1 held its policy",
            "says": "too few prompts",
            "url": "https://laurel.example.org/rewards/1/",
        },
    }
    assert headers["webhook-id"] == f"msg_{delivery.uuid.hex}"
    assert headers["webhook-signature"] == signature(
        secret_of(webhook),
        message=headers["webhook-id"],
        timestamp=int(headers["webhook-timestamp"]),
        body=body,
    )
    assert state(delivery) == DeliveryState.DELIVERED
    assert [(one.went_well, one.status) for one in delivery.log.all()] == [(True, 204)]


def test_what_fails_is_tried_again_later_each_time_and_then_given_up(ada, webhook, receiver):
    receiver.status = 500
    delivery = tell_held(ada)

    pauses = []
    while state(delivery) == DeliveryState.WAITING:
        make_due()
        before = timezone.now()
        send_waiting()
        delivery.refresh_from_db()
        pauses.append(round((delivery.due_at - before) / timedelta(minutes=1)))

    assert pauses[:-1] == [round(pause / timedelta(minutes=1)) for pause in PAUSES]
    assert state(delivery) == DeliveryState.GIVEN_UP
    assert delivery.log.count() == len(PAUSES) + 1
    assert not claim_delivery()


def test_a_delivery_that_is_not_due_waits(ada, webhook, receiver):
    tell_held(ada)
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    assert send_waiting() == 0


def test_two_senders_take_one_delivery_once_and_a_dead_ones_comes_back(ada, webhook):
    tell_held(ada)

    first, second = claim_delivery(), claim_delivery()
    Delivery.objects.update(due_at=F("due_at") - timedelta(minutes=2))
    again = claim_delivery()

    assert (first is None, second, again is None) == (False, None, False)


def test_whatever_goes_wrong_is_an_outcome(ada, webhook, receiver, monkeypatch):
    """A fault that nobody thought of is logged and tried again later, and what waits behind goes
    out."""
    first = tell_held(ada)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    second = send_test(channel=webhook, by=ada)

    def break_once(url, body, headers):
        if b"cycle.held" in body:
            raise ValueError("read on a closed socket")
        return post(url, body, headers)

    monkeypatch.setattr(sending, "post", break_once)

    assert send_waiting() == 2

    assert (state(first), state(second)) == (DeliveryState.WAITING, DeliveryState.DELIVERED)
    assert first.due_at > timezone.now()
    assert first.log.get().says == "it cannot be sent: ValueError('read on a closed socket')"


def test_what_its_senders_die_of_is_given_up(ada, webhook):
    """Nobody is left to keep an outcome."""
    delivery = tell_held(ada)

    claims = 0
    while claims < 50 and claim_delivery() is not None:
        claims += 1
        make_due()

    assert claims == len(PAUSES) + 1
    assert state(delivery) == DeliveryState.GIVEN_UP
    assert delivery.log.get().says.startswith("whoever tried it last died on it")


def test_a_redirect_is_not_followed(ada, webhook, receiver):
    receiver.status, receiver.headers = 302, {"location": receiver.url}
    delivery = tell_held(ada)

    send_waiting()

    assert len(receiver.got) == 1
    assert state(delivery) == DeliveryState.WAITING
    assert "a redirect, which is not followed" in delivery.log.get().says


def test_410_stops_the_webhook(ada, webhook, receiver):
    receiver.status = 410
    delivery = tell_held(ada)

    send_waiting()

    webhook.refresh_from_db()
    assert state(delivery) == DeliveryState.GIVEN_UP
    assert not webhook.active
    assert (
        webhook.stopped_because == "The receiver answered 410 Gone: nobody listens there any more."
    )


def test_an_address_that_turned_inward_is_refused_at_the_try(ada, webhook, receiver, settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = False
    webhook.url = receiver.url.replace("http://", "https://")
    webhook.save()
    delivery = tell_held(ada)

    send_waiting()

    assert receiver.got == []
    assert "not on the public internet" in delivery.log.get().says


def test_replay_sends_under_the_same_id(ada, webhook, receiver):
    delivery = tell_held(ada)
    send_waiting()

    assert replay(delivery=delivery, by=ada)
    assert not replay(delivery=delivery, by=ada)  # it waits already
    send_waiting()

    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_a_test_goes_to_one_channel_whatever_it_asked_for(ada, webhook, receiver):
    send_test(channel=webhook, by=ada)

    send_waiting()

    assert json.loads(receiver.got[0][1])["type"] == "notice.test"


def test_mail_reaches_its_person(ada, settings):
    settings.MAIL_IS_SET_UP, settings.PUBLIC_URL = True, "https://laurel.example.org"
    User.objects.filter(pk=ada.pk).update(email="ada@example.org")
    choose_mail(kinds=[NoticeKind.CYCLE_HELD], by=ada)
    delivery = tell_held(ada)

    send_waiting()

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (
        ["ada@example.org"],
        "Laurel: “Main”: cycle 1 held its policy",
    )
    assert sent.body.endswith("too few prompts\n\nhttps://laurel.example.org/rewards/1/")
    assert state(delivery) == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("is_set_up", "says"), [(False, "no mail is set up here"), (True, "has no e-mail address")]
)
def test_mail_that_cannot_be_sent_says_why(ada, settings, is_set_up, says):
    settings.MAIL_IS_SET_UP = is_set_up
    choose_mail(kinds=[NoticeKind.CYCLE_HELD], by=ada)
    delivery = tell_held(ada)

    send_waiting()

    assert says in delivery.log.get().says
    assert mail.outbox == []


def test_a_stopped_channel_is_given_up(ada, webhook, receiver):
    delivery = tell_held(ada)
    Channel.objects.update(active=False)

    send_waiting()

    assert (state(delivery), receiver.got) == (DeliveryState.GIVEN_UP, [])
