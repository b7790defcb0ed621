"""What people read of tables and columns in Django's admin: their names, in their language.

No model says them: there, a name would stand in migrations and ask for another one whenever a word
is mended. Here they are sentences for people, as those of any other page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from commons.models import (
    Absence,
    ApiToken,
    AuditEvent,
    Availability,
    Channel,
    Delivery,
    DeliveryTry,
    Notice,
    User,
    WorkerHeartbeat,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Said


@dataclass(frozen=True)
class Names:
    """What one row is called and what many are, and the columns that no shared name says."""

    one: "Said"
    many: "Said"
    columns: Mapping[str, "Said"]


Tables = Mapping[type[Model], Names]


def named(one: "Said", many: "Said", /, **columns: "Said") -> Names:
    return Names(one, many, columns)


def name_tables(tables: Tables, *, shared: Mapping[str, "Said"]) -> None:
    """Let tables be called so from now on, in this process; ``shared`` says the other columns.

    What migrations are made from stays as the models say it: Django keeps that beside.
    """
    for model, names in tables.items():
        opts = model._meta
        opts.verbose_name, opts.verbose_name_plural = names.one, names.many
        columns = {each.name: each for each in (*opts.concrete_fields, *opts.many_to_many)}
        alike = {name: said for name, said in shared.items() if name in columns}
        for name, said in (alike | dict(names.columns)).items():
            columns[name].verbose_name = said


# Columns that mean the same in the tables of every app.
EVERYWHERE = {
    "uuid": _("public id"),
    "name": _("name"),
    "state": _("state"),
    "person": _("person"),
    "by": _("by whom"),
    "at": _("when"),
    "created_at": _("created at"),
    "created_by": _("created by"),
    "made_at": _("made at"),
    "made_by": _("made by"),
    "expires_at": _("expires at"),
    "revoked_at": _("revoked at"),
    # of whatever a worker does
    "token": _("token of its holder"),
    "attempts": _("attempts"),
    "done": _("done"),
    "total": _("in all"),
    "says": _("what it is doing"),
    "error": _("error"),
    "requested_at": _("requested at"),
    "requested_by": _("requested by"),
    "started_at": _("started at"),
    "heartbeat_at": _("last sign of life"),
    "finished_at": _("finished at"),
}

TABLES: Tables = {
    User: named(
        _("person"),
        _("people"),
        time_zone=_("time zone"),
        language=_("language of mail"),
        keys=_("own keys"),
    ),
    Availability: named(
        _("hours of a person"),
        _("hours that people have"),
        hours=_("hours a week"),
        times=_("times"),
        said_at=_("said at"),
    ),
    Absence: named(
        _("absence"),
        _("absences"),
        since=_("away from"),
        until=_("last day away"),
    ),
    AuditEvent: named(
        _("audit event"),
        _("audit events"),
        actor=_("by whom"),
        verb=_("act"),
        subject=_("subject"),
        detail=_("details"),
    ),
    WorkerHeartbeat: named(
        _("worker"),
        _("workers"),
        queues=_("queues"),
        host=_("host"),
        pid=_("process number"),
        seen_at=_("last sign of life"),
    ),
    ApiToken: named(
        _("token"),
        _("tokens"),
        user=_("person"),
        digest=_("SHA-256 of the key"),
        hint=_("beginning of the key"),
        scopes=_("what it may do"),
        last_used_at=_("last used at"),
    ),
    Notice: named(
        _("notice"),
        _("notices"),
        kind=_("kind of notice"),
        key=_("key of the happening"),
        title=_("title"),
        says=_("why, and what to do"),
        path=_("its page"),
        facts=_("facts for programs"),
    ),
    Channel: named(
        _("channel"),
        _("channels"),
        means=_("means"),
        owner=_("owner"),
        url=_("address"),
        kinds=_("what it hears of"),
        personal=_("what its owner hears of themselves"),
        generation=_("generation of its secret"),
        active=_("active"),
        stopped_because=_("why it stopped"),
    ),
    Delivery: named(
        _("delivery"),
        _("deliveries"),
        notice=_("notice"),
        channel=_("channel"),
        tries=_("tries"),
        due_at=_("due at"),
        delivered_at=_("delivered at"),
    ),
    DeliveryTry: named(
        _("try of a delivery"),
        _("tries of deliveries"),
        delivery=_("delivery"),
        went_well=_("went well"),
        status=_("status of HTTP"),
        says=_("what was answered"),
        took_ms=_("milliseconds"),
    ),
}
