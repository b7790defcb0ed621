"""What happened to a person is told to that person alone, once, by their own choice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from commons.models import Channel, Delivery, DeliveryState, Notice, NoticeKind, User
from commons.notices.channels import add_webhook, choose_mail
from commons.notices.personal import choose_own_mail, tell_people
from commons.notices.sending import send_waiting
from commons.presence import say_absence, today
from commons.sentences import sentence as _
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAUSED, REVIEWED = NoticeKind.PERSON_PAUSED, NoticeKind.PERSON_REVIEWED


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.MAIL_IS_SET_UP, settings.PUBLIC_URL = True, "https://laurel.example.org"


def reachable(name: str) -> User:
    person = make_user(name)
    User.objects.filter(pk=person.pk).update(email=f"{name}@example.org")
    person.refresh_from_db()
    return person


def told(*people: User, kind: NoticeKind = PAUSED, key: str = "k") -> set[str]:
    tell_people(
        kind=kind,
        key=key,
        title=_("You are paused in “%(campaign)s”", campaign="Medicine"),
        says=_("The answer is among your notes."),
        path="/notes/",
        people=[each.pk for each in people],
    )
    rows = Delivery.objects.filter(notice__key=key).select_related("channel__owner")
    return {each.channel.owner.username for each in rows if each.channel.owner}


def test_by_default_a_pause_is_told_and_a_review_is_not() -> None:
    ada = reachable("ada")

    assert told(ada) == {"ada"}
    assert told(ada, kind=REVIEWED, key="other") == set()


def test_who_chose_is_told_that_alone_and_leads_keep_what_they_chose_as_leads() -> None:
    ada = reachable("ada")
    choose_mail(kinds=[NoticeKind.CYCLE_HELD], by=ada)
    choose_own_mail(kinds=[REVIEWED], language="de", by=ada)

    assert told(ada) == set()
    assert told(ada, kind=REVIEWED, key="other") == {"ada"}
    assert Channel.objects.get(owner=ada).kinds == [NoticeKind.CYCLE_HELD]


def test_nobody_else_hears_of_it_neither_admin_nor_installation(settings) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    ada, admin = reachable("ada"), make_user("root", admin=True)
    User.objects.filter(pk=admin.pk).update(email="root@example.org")
    every = list(NoticeKind)
    add_webhook(url="http://127.0.0.1:1/", kinds=every, by=admin, for_installation=True)
    choose_mail(kinds=every, by=admin)

    assert told(ada) == {"ada"}
    assert Delivery.objects.count() == 1


def test_one_happening_is_one_mail_however_often_it_is_told_or_sent() -> None:
    ada = reachable("ada")

    told(ada)
    told(ada)
    send_waiting()
    send_waiting()

    assert (Notice.objects.count(), len(mail.outbox)) == (1, 1)


def test_who_has_no_address_or_is_switched_off_is_left_out() -> None:
    ada, nobody, gone = reachable("ada"), make_user("nobody"), reachable("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert told(ada, nobody, gone) == {"ada"}


def test_without_a_mail_server_nothing_is_kept(settings) -> None:
    settings.MAIL_IS_SET_UP = False

    assert told(reachable("ada")) == set()
    assert not Notice.objects.exists()


def test_it_is_said_in_the_persons_language_with_the_way_to_hear_no_more(settings) -> None:
    ada = reachable("ada")
    choose_own_mail(kinds=[PAUSED], language="en", by=ada)
    told(ada)

    send_waiting()

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.org"], "Laurel: You are paused in “Medicine”")
    assert sent.body.split("\n\n")[2] == "https://laurel.example.org/notes/"
    assert sent.body.endswith("https://laurel.example.org/profile/mail/")
    assert sent.extra_headers["List-Unsubscribe"] == "<https://laurel.example.org/profile/mail/>"


def test_what_waits_is_not_sent_to_whoever_wants_no_more_of_it() -> None:
    ada = reachable("ada")
    told(ada)
    choose_own_mail(kinds=[], language="en", by=ada)

    send_waiting()

    delivery = Delivery.objects.get()
    assert (delivery.state, mail.outbox) == (DeliveryState.GIVEN_UP, [])
    assert [line.says for line in delivery.log.all()] == ["its person wants no such mail any more"]


def test_who_is_away_is_told_when_they_are_back() -> None:
    ada = reachable("ada")
    until = today() + timedelta(days=2)
    uuid = Notice._meta.get_field("uuid").get_default()
    say_absence(by=ada, since=today(), until=until, uuid=uuid)

    told(ada)

    assert Delivery.objects.get().due_at.date() == until + timedelta(days=1)
    assert Delivery.objects.get().due_at > timezone.now()
