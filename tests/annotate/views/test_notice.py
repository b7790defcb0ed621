"""Leads set up what they are told; nobody sees another's channels."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate.models import Campaign
from commons.models import Channel, Delivery, DeliveryState, Means, NoticeKind, User
from commons.notices.channels import add_webhook, send_test
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

NOTICES = reverse("annotate:notices")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def lead() -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(lead=lead)


@pytest.fixture
def page(client: Client, campaign: Campaign, lead: User, settings) -> Client:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    client.force_login(lead)
    return client


@pytest.fixture
def webhook(page: Client, lead: User) -> Channel:
    return add_webhook(url="http://127.0.0.1:1/a", kinds=[NoticeKind.CYCLE_HELD], by=lead)


def filled(page: Client, **changes: object) -> dict[str, object]:
    uuid = page.get(NOTICES).context["form"]["uuid"].value()
    sent = {"uuid": uuid, "url": "http://127.0.0.1:1/", "kinds": ["cycle.held"], **changes}
    return {f"webhook-{name}": value for name, value in sent.items()}


def test_the_secret_is_shown_on_the_answer_and_never_again(page):
    made = page.post(reverse("annotate:add_webhook"), filled(page))

    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    assert len(set(SECRET.findall(made.content.decode()))) == 1
    assert not SECRET.search(page.get(NOTICES).content.decode())


def test_a_new_secret_is_asked_about_first(page, webhook):
    there = reverse("annotate:renew_webhook", args=[webhook.uuid])

    asked = page.get(there)
    renewed = page.post(there)

    assert not SECRET.search(asked.content.decode())
    assert SECRET.search(renewed.content.decode())


@pytest.mark.parametrize("odd", [{"url": ""}, {"kinds": []}, {"kinds": ["all"]}, {"uuid": "x"}])
def test_an_odd_form_makes_nothing(page, odd):
    assert page.post(reverse("annotate:add_webhook"), filled(page, **odd)).status_code == 422
    assert not Channel.objects.exists()


def test_an_address_inside_is_refused_beside_its_field(page, settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = False

    answer = page.post(reverse("annotate:add_webhook"), filled(page, url="https://127.0.0.1/"))

    assert answer.status_code == 422
    assert "not on the public internet" in answer.context["form"].errors["url"][0]


def test_a_lead_cannot_make_the_installations(page, lead):
    page.post(reverse("annotate:add_webhook"), filled(page, for_installation="on"))

    assert Channel.objects.get().owner == lead


def test_an_admin_can(client, settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    client.force_login(make_user("root", admin=True))

    client.post(reverse("annotate:add_webhook"), filled(client, for_installation="on"))

    assert Channel.objects.get().owner is None


def test_mail_is_chosen_and_the_page_says_that_none_is_set_up(page, lead):
    page.post(reverse("annotate:choose_mail"), {"kinds": ["cycle.held", "worker.dead"]})

    channel = Channel.objects.get(owner=lead, means=Means.MAIL)
    assert channel.kinds == ["cycle.held", "worker.dead"]
    assert "No mail is set up here" in page.get(NOTICES).content.decode()


def test_a_test_is_sent_and_stop_stops(page, webhook):
    page.post(reverse("annotate:test_webhook", args=[webhook.uuid]))
    page.post(reverse("annotate:switch_webhook", args=[webhook.uuid]), {"active": "0"})

    webhook.refresh_from_db()
    assert Delivery.objects.get().notice.kind == NoticeKind.TEST
    assert not webhook.active


def test_a_delivery_is_sent_again(page, webhook, lead):
    delivery = send_test(channel=webhook, by=lead)
    Delivery.objects.update(state=DeliveryState.GIVEN_UP, tries=10)

    page.post(reverse("annotate:replay_delivery", args=[delivery.uuid]))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.WAITING, 0)


def test_removing_asks_first(page, webhook):
    there = reverse("annotate:remove_webhook", args=[webhook.uuid])

    page.get(there)
    assert Channel.objects.exists()
    page.post(there)

    assert not Channel.objects.exists()


ACTS = [
    ("test_webhook", "post"),
    ("switch_webhook", "post"),
    ("renew_webhook", "get"),
    ("renew_webhook", "post"),
    ("remove_webhook", "get"),
    ("remove_webhook", "post"),
]


@pytest.mark.parametrize(("name", "method"), ACTS)
def test_another_lead_does_not_find_it(client, webhook, name, method):
    other = make_user("other")
    make_campaign(lead=other)
    client.force_login(other)

    answer = getattr(client, method)(reverse(f"annotate:{name}", args=[webhook.uuid]))

    assert answer.status_code == 404
    webhook.refresh_from_db()
    assert (webhook.active, webhook.generation) == (True, 1)


def test_another_lead_sees_nothing_of_the_log_and_sends_nothing_again(client, webhook, lead):
    delivery = send_test(channel=webhook, by=lead)
    Delivery.objects.update(state=DeliveryState.GIVEN_UP)
    other = make_user("other")
    make_campaign(lead=other)
    client.force_login(other)

    again = client.post(reverse("annotate:replay_delivery", args=[delivery.uuid]))
    seen = client.get(NOTICES).content.decode()

    assert again.status_code == 404
    assert webhook.url not in seen


def test_members_and_strangers_have_no_such_page(client, campaign):
    client.force_login(make_member(campaign))
    assert client.get(NOTICES).status_code == 404

    client.logout()
    assert client.get(NOTICES).status_code == 302


def test_the_log_costs_the_same_whatever_its_length(page, webhook, lead):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page.get(NOTICES)
        return len(captured)

    send_test(channel=webhook, by=lead)
    page.get(NOTICES)
    one = queries()
    for _ in range(2):
        send_test(channel=webhook, by=lead)

    assert queries() == one
