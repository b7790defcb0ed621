"""A token speaks for its person on the API, within its scopes, and nowhere else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from annotate.api.campaign import Campaigns
from annotate.api.urls import urlpatterns
from commons.models import ApiToken, Scope, User
from commons.tokens import Lifetime, hour_of, make_token
from tests.factories import make_assignment, make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

MINE = "/api/v1/assignments"


def key_of(person: User, *scopes: Scope) -> str:
    return make_token(by=person, name="x", scopes=scopes, lifetime=Lifetime.WEEK).key


def bearer(key: str, scheme: str = "Bearer") -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {key}")
    return client


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:laurel:")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_shows_its_person_what_is_theirs(scheme):
    campaign = make_campaign()
    person = make_member(campaign)
    held = make_assignment(campaign, person)
    make_assignment(campaign, make_member(campaign))

    answer = bearer(key_of(person, Scope.WORK), scheme).get(MINE)

    assert [each["id"] for each in answer.json()["results"]] == [str(held.uuid)]


def test_a_token_opens_nothing_of_another_person():
    campaign = make_campaign()
    held = make_assignment(campaign, make_member(campaign))
    key = key_of(make_member(campaign), *Scope)

    answer = bearer(key).get(f"{MINE}/{held.uuid}")

    assert refusal(answer) == (404, "not-found")


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ({"revoked_at": timezone.now()}, "revoked-token"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired-token"),
        ({"digest": "0" * 64}, "unknown-token"),
    ],
)
def test_a_token_that_does_not_hold_says_why(broken, kind):
    key = key_of(make_user(), *Scope)
    ApiToken.objects.update(**broken)

    answer = bearer(key).get(MINE)

    assert refusal(answer) == (401, kind)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="laurel"'
    assert ApiToken.objects.get().last_used_at is None


def test_a_token_ends_with_its_account():
    person = make_user()
    key = key_of(person, *Scope)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert refusal(bearer(key).get(MINE)) == (401, "inactive-account")


@pytest.mark.parametrize("key", ["", "laurel_", "laurel_" + "a" * 43, "ä", "a b c", "x" * 9000])
def test_what_is_no_key_is_unknown(key):
    assert refusal(bearer(key).get(MINE)) == (401, "unknown-token")


@pytest.mark.parametrize("scheme", ["Basic", "Token"])
def test_another_scheme_is_no_login(scheme):
    key = key_of(make_user(), *Scope)

    assert refusal(bearer(key, scheme).get(MINE)) == (401, "not-authenticated")


def test_a_broken_token_is_refused_though_a_session_is_there():
    client = bearer("laurel_" + "a" * 43)
    client.force_login(make_user())

    assert refusal(client.get(MINE)) == (401, "unknown-token")


@pytest.mark.parametrize(
    ("scopes", "status"),
    [([Scope.READ], 200), ([Scope.WORK, Scope.MANAGE], 403), (list(Scope), 200)],
)
def test_a_scope_limits_what_a_token_may_do(scopes, status):
    key = key_of(make_user(), *scopes)

    answer = bearer(key).get("/api/v1/campaigns")

    assert answer.status_code == status


def test_a_missing_scope_is_named():
    answer = bearer(key_of(make_user(), Scope.READ)).get(MINE)

    assert refusal(answer) == (403, "missing-scope")
    assert "“work”" in answer.json()["detail"]


def test_a_view_that_names_no_scope_lets_no_token_in(monkeypatch):
    monkeypatch.delattr(Campaigns, "required_scope")

    assert refusal(bearer(key_of(make_user(), *Scope)).get("/api/v1/campaigns"))[0] == 403


def test_a_request_notes_when_its_token_was_used():
    bearer(key_of(make_user(), Scope.READ)).get("/api/v1/campaigns")

    assert ApiToken.objects.get().last_used_at == hour_of(timezone.now())


@pytest.mark.parametrize("header", [{}, {"HTTP_AUTHORIZATION": f"Bearer laurel_{'a' * 43}"}])
def test_strangers_are_held_back_as_well(settings, header):
    settings.API_RATE_ANONYMOUS = 2
    client = APIClient()
    client.credentials(**header)

    answers = [client.get(MINE) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "broken",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
)
def test_whoever_sends_a_token_that_ended_is_held_back_and_its_person_is_not(settings, broken):
    settings.API_RATE_ANONYMOUS, settings.API_RATE = 2, 1
    person = make_user()
    ended = bearer(key_of(person, *Scope))
    ApiToken.objects.update(**broken)

    answers = [ended.get(MINE) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert bearer(key_of(person, *Scope)).get(MINE).status_code == 200


def test_whoever_sends_the_token_of_a_closed_account_is_held_back(settings):
    settings.API_RATE_ANONYMOUS = 2
    person = make_user()
    client = bearer(key_of(person, *Scope))
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert [client.get(MINE).status_code for _ in range(3)] == [401, 401, 429]


def test_requests_for_which_a_token_lacks_the_scope_count_as_its_persons(settings):
    settings.API_RATE, settings.API_RATE_ANONYMOUS = 2, 0
    person = make_user()
    client = bearer(key_of(person, Scope.READ))

    refused = [client.get(MINE).status_code for _ in range(3)]

    assert refused == [403, 403, 429]
    assert client.get("/api/v1/campaigns").status_code == 429
    assert bearer(key_of(make_user(), Scope.READ)).get("/api/v1/campaigns").status_code == 200


def test_requests_without_a_csrf_token_count_as_their_persons(settings):
    settings.API_RATE, settings.API_RATE_ANONYMOUS = 2, 0
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_user())

    answers = [client.post("/api/v1/tasks/take", {}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert client.get("/api/v1/campaigns").status_code == 429


def test_a_scope_gives_nobody_a_role():
    campaign = make_campaign()
    key = key_of(make_member(campaign), *Scope)

    answer = bearer(key).get(f"/api/v1/campaigns/{campaign.uuid}/progress")

    assert refusal(answer) == (403, "not-allowed")


def test_a_session_has_every_scope_and_asks_for_a_csrf_token():
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_user())

    read = client.get("/api/v1/campaigns")
    written = client.post("/api/v1/tasks/take", {})

    assert read.status_code == 200
    assert refusal(written) == (403, "permission-denied")
    assert "“X-CSRFToken”" in written.json()["detail"]


@pytest.mark.parametrize("page", ["/", "/profile/", "/profile/tokens/", "/admin/"])
def test_a_token_opens_no_page(page):
    key = key_of(make_user(admin=True), *Scope)

    answer = Client(headers={"authorization": f"Bearer {key}"}).get(page)

    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_every_view_of_the_api_says_which_scope_it_takes():
    views = [getattr(each.callback, "view_class", None) for each in urlpatterns]
    closed = [view for view in views if view and AllowAny not in view.permission_classes]

    assert len(closed) > 10
    assert [view for view in closed if view.required_scope not in Scope] == []


def test_a_request_with_a_token_costs_one_statement_to_let_in(django_assert_num_queries):
    client = bearer(key_of(make_user(), Scope.READ))
    client.get("/api/v1/campaigns")  # this hour's use is noted

    with django_assert_num_queries(2):  # who asks, and what is asked for
        client.get("/api/v1/campaigns")
