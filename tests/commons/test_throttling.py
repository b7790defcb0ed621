"""So many requests a minute for a person, fewer for an address; counted exactly."""

import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import RequestFactory
from redis.exceptions import ConnectionError as NoRedis
from rest_framework.exceptions import Throttled
from rest_framework.settings import api_settings
from rest_framework.test import APIClient
from rest_framework.views import APIView

from commons import throttling
from commons.throttling import PerMinute, count_refused, counter, file_counter, redis_counter
from tests.factories import make_user

HALF_PAST = 1_000 * 60 + 30.0  # 30 s into a minute of the clock


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(throttling.time, "time", lambda: HALF_PAST)


@pytest.fixture
def request_of():
    def make(user=None, address="192.0.2.1", **headers):
        request = APIView().initialize_request(
            RequestFactory().get("/api/v1/assignments", REMOTE_ADDR=address, headers=headers)
        )
        request.user = user or AnonymousUser()
        return request

    return make


def allowed(request) -> bool:
    return PerMinute().allow_request(request, APIView())


@pytest.mark.django_db
def test_a_person_may_ask_as_often_as_is_set_and_then_waits_for_the_next_minute(
    request_of, settings, monkeypatch
):
    settings.API_RATE = 3
    request = request_of(make_user())

    this_minute = [allowed(request) for _ in range(4)]
    monkeypatch.setattr(throttling.time, "time", lambda: HALF_PAST + 30)
    next_minute = allowed(request)

    assert this_minute == [True, True, True, False]
    assert next_minute is True


@pytest.mark.django_db
def test_persons_are_counted_apart_wherever_they_sit(request_of, settings):
    settings.API_RATE = 1
    ada, bea = make_user(), make_user()

    assert [allowed(request_of(each)) for each in (ada, bea)] == [True, True]
    assert allowed(request_of(ada, address="192.0.2.99")) is False


def test_strangers_are_counted_by_address(request_of, settings):
    settings.API_RATE_ANONYMOUS = 1

    assert allowed(request_of(address="192.0.2.1")) is True
    assert allowed(request_of(address="192.0.2.2")) is True
    assert allowed(request_of(address="192.0.2.1")) is False


def test_nobody_chooses_the_address_that_they_are_counted_under(request_of, settings):
    settings.API_RATE_ANONYMOUS = 1
    allowed(request_of())

    assert allowed(request_of(**{"X-Forwarded-For": "203.0.113.7"})) is False


def test_behind_a_proxy_its_word_is_taken_and_nobody_elses(request_of, settings, monkeypatch):
    """The proxy writes the last address; those before it, the visitor may have made up."""
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    settings.API_RATE_ANONYMOUS = 1
    allowed(request_of(address="10.0.0.1", **{"X-Forwarded-For": "203.0.113.7"}))

    same = request_of(address="10.0.0.1", **{"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
    other = request_of(address="10.0.0.1", **{"X-Forwarded-For": "203.0.113.7, 198.51.100.1"})

    assert (allowed(same), allowed(other)) == (False, True)


def test_a_stranger_who_is_refused_too_often_is_told_when_to_come_again(request_of, settings):
    settings.API_RATE_ANONYMOUS = 2
    for _ in range(2):
        count_refused(request_of())

    with pytest.raises(Throttled) as refused:
        count_refused(request_of())

    assert refused.value.wait == 30


@pytest.mark.django_db
def test_the_answer_says_how_long_to_wait(client, settings):
    settings.API_RATE = 1
    api = APIClient()
    api.force_authenticate(make_user())
    api.get("/api/v1/assignments")

    answer = api.get("/api/v1/assignments")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:laurel:throttled",
        "title": "Throttled",
        "status": 429,
        "detail": "You asked too often; wait 30 seconds, then go on.",
    }


def test_files_count_every_request_of_every_thread_once(tmp_path):
    count = file_counter(tmp_path)
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.extend(count("ada", 7) for _ in range(50)))
        for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == list(range(1, 201))


def test_files_of_past_minutes_are_removed(tmp_path):
    count = file_counter(tmp_path)
    for minute in (7, 8, 9, 10):
        count("ada", minute)

    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["10", "9"]


def test_no_name_leads_out_of_the_folder(tmp_path):
    file_counter(tmp_path / "requests")("../../elsewhere", 7)

    assert [path.name for path in tmp_path.iterdir()] == ["requests"]


@pytest.mark.services
def test_the_counter_of_this_installation_counts():
    name = cache.make_key("counted")

    assert [counter()(name, 7), counter()(name, 7), counter()(name, 8)] == [1, 2, 1]


def test_while_redis_does_not_answer_nobody_is_held_back(monkeypatch, caplog):
    count = redis_counter("redis://192.0.2.1:1/0")

    def refuse(*_):
        raise NoRedis("refused")

    monkeypatch.setattr("redis.client.Pipeline.execute", refuse)

    assert count("ada", 7) == 0
    assert "nobody is held back" in caplog.text
