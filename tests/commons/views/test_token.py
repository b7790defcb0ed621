"""One's own tokens: made on a page, shown on one answer only, revoked once that is confirmed."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commons.models import ApiToken, AuditEvent, Scope, User
from commons.tokens import KEY, Lifetime, make_token, presented_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TOKENS = reverse("commons:tokens")


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def page(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def filled(client: Client, **changes) -> dict[str, object]:
    uuid = client.get(TOKENS).context["form"]["uuid"].value()
    return {"uuid": uuid, "name": "laptop", "scopes": ["work"], "lifetime": "30", **changes}


def key_in(answer) -> str:
    found = KEY.search(answer.content.decode())
    assert found
    return found[0]


def test_the_key_is_shown_on_the_answer_and_never_again(page, ada):
    made = page.post(TOKENS, filled(page))

    key = key_in(made)
    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    assert presented_token(key).person == ada
    assert not KEY.search(page.get(TOKENS).content.decode())


def test_what_was_ticked_and_chosen_is_what_the_token_has(page):
    page.post(TOKENS, filled(page, name="nightly", scopes=["manage", "read"], lifetime="365"))

    token = ApiToken.objects.get()
    days = round((token.expires_at - token.created_at).total_seconds() / 86_400, 3)
    assert (token.name, token.scopes, days) == ("nightly", ["read", "manage"], 365)


@pytest.mark.parametrize(
    "odd",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"lifetime": "0"},
        {"lifetime": "3650"},
        {"uuid": "x"},
    ],
)
def test_an_odd_form_makes_nothing(page, odd):
    answer = page.post(TOKENS, filled(page, **odd))

    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_the_same_form_sent_again_makes_no_second_token_and_shows_no_key(page):
    form = filled(page)
    page.post(TOKENS, form)

    again = page.post(TOKENS, form, follow=True)

    assert ApiToken.objects.count() == 1
    assert "made a moment ago" in again.content.decode()
    assert not KEY.search(again.content.decode())


def test_a_form_cannot_make_a_token_for_another(page, ada):
    page.post(TOKENS, filled(page, user=make_user("bea").pk))

    assert ApiToken.objects.get().user == ada


def test_one_sees_ones_own_tokens_alone_and_how_they_stand(page, ada):
    live, revoked, expired = [
        make_token(by=ada, name=name, scopes=[Scope.READ], lifetime=Lifetime.WEEK).token
        for name in ("live", "revoked", "expired")
    ]
    ApiToken.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    ApiToken.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    make_token(by=make_user("bea"), name="not mine", scopes=[], lifetime=Lifetime.WEEK)

    seen = page.get(TOKENS).content.decode()

    assert re.findall(r'<th scope="row">(.*?)</th>', seen) == ["expired", "revoked", "live"]
    assert seen.count("/revoke/") == 1
    assert reverse("commons:revoke_token", args=[live.uuid]) in seen


def test_asking_revokes_nothing_and_confirming_does(page, ada):
    made = make_token(by=ada, name="old", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    address = reverse("commons:revoke_token", args=[made.token.uuid])

    page.get(address)
    asked = ApiToken.objects.get().revoked_at
    page.post(address)
    page.post(address)

    assert asked is None
    assert ApiToken.objects.get().revoked_at is not None
    assert AuditEvent.objects.filter(actor=ada, verb="token.revoked").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_revokes_the_token_of_another(page, method):
    token = make_token(by=make_user(), name="x", scopes=[], lifetime=Lifetime.WEEK).token

    answer = getattr(page, method)(reverse("commons:revoke_token", args=[token.uuid]))

    token.refresh_from_db()
    assert (answer.status_code, token.revoked_at) == (404, None)


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(TOKENS).headers["Location"] == f"{reverse('commons:login')}?next={TOKENS}"


def test_the_list_asks_the_database_as_often_for_three_tokens_as_for_one(
    page, ada, django_assert_num_queries
):
    asked = []
    for _ in range(3):
        make_token(by=ada, name="x", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
        with django_assert_num_queries(4, exact=False) as queries:
            page.get(TOKENS)
        asked.append(len(queries))

    assert len(set(asked)) == 1
