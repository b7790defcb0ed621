"""Whoever may hear and asked to is told, once."""

import pytest

from commons.models import Channel, Delivery, Notice, NoticeKind, User
from commons.notices.channels import add_webhook, choose_mail, set_active
from commons.notices.telling import tell
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HELD = NoticeKind.CYCLE_HELD


def told(*may_hear: User, kind: NoticeKind = HELD) -> set[str]:
    """Whose channels hear of it."""
    notice = tell(kind=kind, key=f"k{Notice.objects.count()}", title="T", may_hear=ids(*may_hear))
    assert notice
    return {
        delivery.channel.owner.username if delivery.channel.owner else "installation"
        for delivery in notice.deliveries.all()
    }


def ids(*people: User) -> list[int]:
    return [person.pk for person in people]


def test_only_who_may_hear_does_and_admins_and_the_installation_do(settings):
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    lead, stranger, admin = make_user("lead"), make_user("stranger"), make_user("root", admin=True)
    for person in (lead, stranger, admin):
        choose_mail(kinds=[HELD], by=person)
    add_webhook(url="http://127.0.0.1:1/", kinds=[HELD], by=admin, for_installation=True)

    assert told(lead) == {"lead", "root", "installation"}
    assert told() == {"root", "installation"}


def test_only_the_kinds_that_were_asked_for():
    lead = make_user("lead")
    choose_mail(kinds=[HELD], by=lead)

    assert told(lead, kind=NoticeKind.CYCLE_FAILED) == set()
    assert told(lead) == {"lead"}


def test_a_stopped_channel_and_a_switched_off_account_hear_nothing():
    lead, other = make_user("lead"), make_user("other")
    set_active(channel=choose_mail(kinds=[HELD], by=lead), active=False, by=lead)
    choose_mail(kinds=[HELD], by=other)
    User.objects.filter(pk=other.pk).update(is_active=False)

    assert told(lead, other) == set()


def test_what_happened_once_is_told_once():
    lead = make_user("lead")
    choose_mail(kinds=[HELD], by=lead)

    first = tell(kind=HELD, key="cycle 1", title="T", may_hear=ids(lead))
    second = tell(kind=HELD, key="cycle 1", title="T", may_hear=ids(lead))

    assert (first is None, second is None) == (False, True)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_choosing_again_changes_the_one_channel():
    lead = make_user("lead")
    choose_mail(kinds=[HELD], by=lead)

    choose_mail(kinds=[], by=lead)

    assert Channel.objects.get().kinds == []
