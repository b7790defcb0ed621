"""When people are here: said by themselves, told to whoever plans, and mail waits meanwhile."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commons import presence
from commons.models import Absence, Availability, Delivery, NoticeKind, User
from commons.notices.channels import add_webhook, choose_mail
from commons.notices.telling import tell
from commons.presence import (
    FARTHEST,
    TooFarAhead,
    TooManyAbsences,
    away_on,
    back_on,
    heard_at,
    say_absence,
    say_availability,
    take_back_absence,
    today,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = reverse("commons:presence")
MONDAY = date(2026, 9, 7)
DAY = timedelta(days=1)


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def away(by: User, since: date, until: date) -> Absence:
    return say_absence(by=by, since=since, until=until, uuid=uuid4())


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_day_on_which_somebody_is_back(ada: User) -> None:
    """Two absences that touch are one."""
    away(ada, MONDAY, MONDAY + 2 * DAY)
    away(ada, MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    away(ada, MONDAY + 9 * DAY, MONDAY + 9 * DAY)

    found = [back_on(ada.pk, MONDAY + n * DAY) for n in (-1, 0, 4, 5, 9)]

    assert found == [None, MONDAY + 5 * DAY, MONDAY + 5 * DAY, None, MONDAY + 10 * DAY]
    assert away_on(MONDAY, [ada.pk, make_user().pk]) == {ada.pk: MONDAY + 5 * DAY}


def test_mail_waits_until_they_are_back_and_programs_do_not(
    ada: User, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    noon = datetime(2026, 9, 7, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    away(ada, MONDAY, MONDAY + DAY)
    kinds = [NoticeKind.SNAPSHOT_FROZEN]
    mail = choose_mail(kinds=kinds, by=ada)
    hook = add_webhook(url="http://127.0.0.1:9/", kinds=kinds, by=ada)

    tell(kind=kinds[0], key="a", title="A", may_hear=[ada.pk])

    due = dict(Delivery.objects.values_list("channel", "due_at"))
    assert due == {mail.pk: datetime(2026, 9, 9, tzinfo=UTC), hook.pk: noon}
    assert heard_at(make_user().pk) == noon


def test_a_person_says_their_week_and_days_away_and_takes_them_back(ada: User) -> None:
    client, since = client_of(ada), today() + DAY
    days = {"uuid": str(uuid4()), "since": str(since), "until": str(since + DAY)}

    client.post(PAGE, {"hours": "12", "times": "Mornings."})
    client.post(reverse("commons:away"), days)
    client.post(reverse("commons:away"), days)  # a double click
    page = client.get(PAGE).content.decode()
    made = Absence.objects.get()
    client.post(reverse("commons:back", args=[made.uuid]))

    assert Availability.objects.values_list("hours", "times").get() == (12, "Mornings.")
    assert f"{since} – {since + DAY}" in page
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    "days",
    [("2999-01-02", "2999-01-01"), ("2020-01-01", "2020-01-02"), ("", "2999-01-01")],
    ids=str,
)
def test_odd_days_are_refused_with_the_page(ada: User, days: tuple[str, str]) -> None:
    said = {"uuid": str(uuid4()), "since": days[0], "until": days[1]}

    answer = client_of(ada).post(reverse("commons:away"), said)

    assert (answer.status_code, Absence.objects.count()) == (422, 0)


def test_hours_of_a_week_have_bounds(ada: User) -> None:
    assert client_of(ada).post(PAGE, {"hours": "101"}).status_code == 422
    assert not Availability.objects.exists()


def test_nobody_takes_back_what_is_anothers(ada: User) -> None:
    made = away(ada, today(), today())

    client_of(make_user()).post(reverse("commons:back", args=[made.uuid]))

    assert Absence.objects.count() == 1
    assert not take_back_absence(by=make_user(), uuid=made.uuid)


def test_there_are_only_so_many(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "MOST", 1)
    away(ada, today(), today())

    with pytest.raises(TooManyAbsences):
        away(ada, today(), today())
    assert Absence.objects.count() == 1


def test_an_empty_week_says_nothing(ada: User) -> None:
    say_availability(by=ada, hours=None, times=" ")

    assert Availability.objects.values_list("hours", "times").get() == (None, "")


def test_nobody_is_away_for_ever(ada: User) -> None:
    """There is no day after the last of the calendar on which a letter could be heard."""
    away(ada, today(), today() + FARTHEST)
    said = {"uuid": str(uuid4()), "since": today().isoformat(), "until": date.max.isoformat()}

    refused = client_of(ada).post(reverse("commons:away"), said)

    assert refused.status_code == 422
    assert (today() + FARTHEST).isoformat() in refused.content.decode()
    with pytest.raises(TooFarAhead):
        away(ada, today(), today() + FARTHEST + DAY)
    assert back_on(ada.pk, today()) == today() + FARTHEST + DAY
    assert heard_at(ada.pk).date() == today() + FARTHEST + DAY
