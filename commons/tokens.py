"""Keys by which programs speak for a person.

    make_token -> the key is shown once -> presented_token, as often as it is used
                                        -> it expires, or revoke_token ends it

A key is ``laurel_`` and 32 random bytes in 43 letters. Only its SHA-256 is kept: that is what a
lookup compares, so that neither the database nor the time a refusal takes tells anything of a key.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import IntegerChoices, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commons.audit import record
from commons.errors import Refusal
from commons.models import ApiToken, Scope, User

PREFIX = "laurel_"
RANDOM_BYTES = 32
KEY = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
HINT = 6  # letters after the prefix, by which a person tells their keys apart


class Lifetime(IntegerChoices):
    """How many days a token lives."""

    WEEK = 7, _("7 days")
    MONTH = 30, _("30 days")
    QUARTER = 90, _("90 days")
    YEAR = 365, _("365 days")


class TokenMadeBefore(Refusal):
    """The same form was sent twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This token was made a moment ago and its key shown once; if it was not copied, "
                "revoke the token and make another."
            )
        )


@dataclass(frozen=True)
class MadeToken:
    """A new token and its key, which nobody can read again."""

    token: ApiToken
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A token as a request brought it: whose it is, and whether and for what it holds."""

    pk: int
    uuid: UUID
    person: User
    scopes: frozenset[str]
    is_revoked: bool
    is_expired: bool
    was_used_this_hour: bool


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens, the newest first."""
    return ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")


@transaction.atomic
def make_token(
    *, by: User, name: str, scopes: Collection[Scope], lifetime: Lifetime, uuid: UUID | None = None
) -> MadeToken:
    """Make a token for the person who asks. The same ``uuid`` makes no second one."""
    key = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = ApiToken(
        uuid=uuid or uuid4(),
        user=by,
        name=name,
        digest=digest_of(key),
        hint=key[len(PREFIX) :][:HINT],
        scopes=[scope.value for scope in Scope if scope in scopes],
        expires_at=timezone.now() + timedelta(days=lifetime),
    )
    try:
        with transaction.atomic():
            token.save(force_insert=True)
    except IntegrityError as twice:
        raise TokenMadeBefore from twice
    record(
        actor=by,
        verb="token.made",
        subject=token,
        name=token.name,
        scopes=token.scopes,
        expires_at=token.expires_at.isoformat(),
    )
    return MadeToken(token, key)


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User) -> bool:
    """End a token at once. False: it was revoked before."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        record(actor=by, verb="token.revoked", subject=token, name=token.name)
    return ended == 1


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


WANTED = {"id", "uuid", "username", "first_name", "last_name", "is_active", "is_superuser"}
PERSON = [each for each in User._meta.concrete_fields if each.name in WANTED]  # in its own order

# In SQL and not by the ORM, because every request of every program runs it: building and compiling
# the same query costs several times what it costs to run.
LOOKUP = f"""
    SELECT token.id, token.uuid, token.scopes, token.revoked_at IS NOT NULL,
           token.expires_at <= %s, token.last_used_at >= %s,
           {", ".join(f"person.{each.column}" for each in PERSON)}
      FROM {ApiToken._meta.db_table} token
      JOIN {User._meta.db_table} person ON person.id = token.user_id
     WHERE token.digest = %s
"""


def presented_token(key: str) -> PresentedToken | None:
    """The token of this key with its person, in one statement; None for a key of nobody's.

    The person's other columns (password, email and so on) are read when they are asked for.
    """
    if not KEY.fullmatch(key):
        return None
    now = timezone.now()
    times = [connection.ops.adapt_datetimefield_value(at) for at in (now, hour_of(now))]
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, [*times, digest_of(key)])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, uuid, scopes, is_revoked, is_expired, was_used, *columns = row
    return PresentedToken(
        pk=pk,
        uuid=UUID(str(uuid)),
        person=_person(columns),
        scopes=frozenset(json.loads(scopes)),
        is_revoked=bool(is_revoked),
        is_expired=bool(is_expired),
        was_used_this_hour=bool(was_used),
    )


def _person(columns: list[object]) -> User:
    """The person in a row of ``LOOKUP``; SQLite writes UUIDs as text and booleans as numbers."""
    values = [each.to_python(kept) for each, kept in zip(PERSON, columns, strict=True)]
    return User.from_db(connection.alias, [each.attname for each in PERSON], values)


def note_use(token: PresentedToken) -> None:
    """Keep the hour of the last use: one write an hour, however many requests and processes."""
    if token.was_used_this_hour:
        return
    hour = hour_of(timezone.now())
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=hour)
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=hour)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
