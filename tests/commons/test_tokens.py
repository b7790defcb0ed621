"""A token is made, shown once, used, noted, and ended; and nothing but its digest is kept."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commons.models import ApiToken, AuditEvent, Scope
from commons.tokens import (
    KEY,
    Lifetime,
    MadeToken,
    TokenMadeBefore,
    hour_of,
    make_token,
    note_use,
    presented_token,
    revoke_token,
    tokens_of,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def made(scopes=(Scope.WORK,), lifetime=Lifetime.WEEK, by=None, **more) -> MadeToken:
    return make_token(by=by or make_user(), name="laptop", scopes=scopes, lifetime=lifetime, **more)


def test_of_a_key_only_its_digest_and_its_first_letters_are_kept():
    new = made()

    row = ApiToken.objects.filter(pk=new.token.pk).values().get()
    assert KEY.fullmatch(new.key)
    assert row["digest"] == hashlib.sha256(new.key.encode()).hexdigest()
    assert row["hint"] == new.key[7:13]
    assert not [column for column, kept in row.items() if new.key in str(kept)]
    assert new.key not in repr(new)


def test_no_two_keys_are_alike():
    assert len({made().key for _ in range(20)}) == 20


def test_a_token_lives_as_long_as_was_chosen_and_may_do_what_was_ticked():
    before = timezone.now()

    token = made(scopes=[Scope.MANAGE, Scope.WORK], lifetime=Lifetime.YEAR).token

    assert token.scopes == ["work", "manage"]
    assert timedelta(0) <= token.expires_at - before - timedelta(days=365) < timedelta(minutes=1)


def test_making_and_revoking_are_written_down_without_the_key():
    person = make_user()
    new = made(by=person)

    revoke_token(token=new.token, by=person)

    events = list(AuditEvent.objects.order_by("pk").values_list("actor", "verb", "subject"))
    subject = f"apitoken:{new.token.uuid}"
    assert events[-2:] == [
        (person.pk, "token.made", subject),
        (person.pk, "token.revoked", subject),
    ]
    assert new.key not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_the_same_form_makes_one_token_however_often_it_is_sent():
    person, uuid = make_user(), uuid4()
    made(by=person, uuid=uuid)

    with pytest.raises(TokenMadeBefore, match="revoke"):
        made(by=person, uuid=uuid)

    assert tokens_of(person).count() == 1


def test_a_token_is_revoked_once_and_for_ever():
    person = make_user()
    token = made(by=person).token

    first = revoke_token(token=token, by=person)
    ended_at = ApiToken.objects.get().revoked_at
    second = revoke_token(token=token, by=person)

    assert (first, second) == (True, False)
    assert ApiToken.objects.get().revoked_at == ended_at is not None


def test_a_presented_key_brings_its_person_in_one_statement():
    person = make_user("ada")
    key = made(by=person, scopes=[Scope.WORK, Scope.READ]).key

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = presented_token(key)
        seen = (found.person, found.person.uuid, found.person.display_name, found.person.is_active)

    assert len(asked) == 1
    assert seen == (person, person.uuid, "ada", True)
    assert found.person.is_superuser is False
    assert found.scopes == {"work", "read"}
    assert (found.is_revoked, found.is_expired, found.was_used_this_hour) == (False, False, False)


def test_what_a_lookup_leaves_out_is_read_when_it_is_asked_for():
    person = make_user("ada")
    person.email = "ada@example.org"
    person.save()

    found = presented_token(made(by=person).key)

    assert found.person.email == "ada@example.org"
    assert found.person.check_password("opensesame")


def test_revoked_and_expired_are_told_apart():
    revoked, expired = made(), made()
    ApiToken.objects.filter(pk=revoked.token.pk).update(revoked_at=timezone.now())
    ApiToken.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now())

    said = [presented_token(each.key) for each in (revoked, expired)]

    assert [(token.is_revoked, token.is_expired) for token in said] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    "odd",
    ["", "laurel_", "laurel_" + "a" * 42, "laurel_" + "a" * 44, "laurel_" + "ä" * 43, "a" * 50],
)
def test_what_cannot_be_a_key_is_not_looked_up(odd):
    with CaptureQueriesContext(connection) as asked:
        found = presented_token(odd)

    assert (found, len(asked)) == (None, 0)


def test_a_key_of_nobodys_finds_nothing_nor_does_a_digest():
    token = made().token

    assert presented_token("laurel_" + "a" * 43) is None
    assert presented_token("laurel_" + token.digest[:43]) is None


def test_the_use_of_a_token_is_noted_once_an_hour():
    key = made().key
    used = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            note_use(presented_token(key))
        used.append(len(asked))

    assert used == [2, 1, 1]
    assert ApiToken.objects.get().last_used_at == hour_of(timezone.now())


def test_a_late_note_does_not_move_the_last_use_back():
    key = made().key
    early = presented_token(key)
    later = hour_of(timezone.now()) + timedelta(hours=1)
    ApiToken.objects.update(last_used_at=later)

    note_use(early)

    assert ApiToken.objects.get().last_used_at == later
