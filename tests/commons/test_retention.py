"""What is over is let go, in batches; what is not is left, whoever looks at the same time."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from commons import retention
from commons.models import ApiToken, Scope, WorkerHeartbeat
from commons.retention import RULES, counts_of_past_minutes, delete_in_batches, sessions_over
from commons.throttling import file_counter
from commons.tokens import Lifetime, make_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def ago(**time: int):
    return timezone.now() - timedelta(**time)


def make_sessions(count: int, *, name: str, until) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{name}{number}", expire_date=until) for number in range(count)
    )


def prune(what: str) -> int:
    (rule,) = (rule for rule in RULES if what in rule.what)
    due, pruned = rule.count(), rule.prune()
    assert due == pruned
    assert (rule.count(), rule.prune()) == (0, 0)  # safe to run twice
    return pruned


def test_sessions_that_are_over_go_and_others_stay():
    make_sessions(3, name="over", until=ago(seconds=1))
    make_sessions(1, name="live", until=ago(seconds=-60))

    assert prune("sessions") == 3

    assert Session.objects.get().session_key == "live0"


def test_batches_go_on_until_nothing_is_due(monkeypatch, django_assert_num_queries):
    """Two, two, one and none: four looks and three deletions."""
    monkeypatch.setattr(retention, "BATCH", 2)
    make_sessions(5, name="over", until=ago(days=1))

    with django_assert_num_queries(7):
        assert delete_in_batches(sessions_over()) == 5


def test_a_session_that_is_renewed_meanwhile_stays(monkeypatch):
    """Its expiry moves between the look and the deletion: the due rows are asked for anew."""
    make_sessions(1, name="over", until=ago(days=1))
    due = sessions_over()
    looked = list(due.values_list("pk", flat=True))
    Session.objects.update(expire_date=ago(days=-1))

    assert due.filter(pk__in=looked).delete()[0] == 0


@pytest.mark.parametrize(
    ("columns", "stays"),
    [
        ({"expires_at": ago(days=29)}, True),
        ({"expires_at": ago(days=31)}, False),
        ({"revoked_at": ago(days=29)}, True),
        ({"revoked_at": ago(days=31)}, False),
        ({}, True),
    ],
)
def test_a_token_stays_for_a_month_after_its_end(columns, stays):
    made = make_token(by=make_user(), name="loader", scopes=[Scope.READ], lifetime=Lifetime.YEAR)
    ApiToken.objects.filter(pk=made.token.pk).update(**columns)

    assert prune("API tokens") == (0 if stays else 1)


def test_signs_of_workers_stay_for_a_week():
    for name, seen_at in (("lately", ago(days=6)), ("long ago", ago(days=8))):
        WorkerHeartbeat.objects.create(name=name, pid=1, started_at=seen_at, seen_at=seen_at)

    assert prune("workers") == 1

    assert WorkerHeartbeat.objects.get().name == "lately"


def test_counts_of_past_minutes_go_and_this_one_stays(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    count, minute = file_counter(tmp_path / "requests"), int(time.time()) // 60
    count("ann", minute)
    (tmp_path / "requests" / str(minute - 3)).mkdir()
    (tmp_path / "requests" / "note").mkdir()

    assert prune("counted requests") == 1

    assert {each.name for each in (tmp_path / "requests").iterdir()} == {str(minute), "note"}


def test_where_nothing_is_counted_in_files_there_is_nothing_to_remove(settings, tmp_path):
    settings.VAR_DIR = tmp_path

    assert counts_of_past_minutes() == []
